"""`scripts/demo`: the whole system with a merchant whose file becomes segments before your eyes."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launcher.checkout import ROOT, say, shown
from launcher.dev import stay
from launcher.errors import LauncherError
from launcher.merchant import Merchant, create_upload, sign_up
from launcher.showing import OVER, progress_line, reading_line, segments_table, why_it_ended
from launcher.system import System, running_system

SAMPLE = ROOT / "samples" / "fashion-shop.csv"
ACCOUNT = {"email": "demo@kindred.example", "password": "demo-merchant"}
SILENT_SECONDS = 180


def main(arguments: Sequence[str]) -> int:
    """0 if the segments are there."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="Start the system and segment the customers of a CSV file."
    )
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE, help="default: a sample shop")
    parser.add_argument("--once", action="store_true", help="end after printing the segments")
    options = parser.parse_args(arguments)
    if not options.file.is_file():
        raise LauncherError(f"There is no file {options.file}")
    with running_system(demo=ACCOUNT) as system:
        merchant = sign_up(system.env, ACCOUNT["email"], ACCOUNT["password"])
        merchant.create_document(f"users/{merchant.uid}", {"business_name": "Demo shop"})
        is_done = segment_file(merchant, options.file, system)
        if not options.once:
            _say_where_the_app_is(system)
            stay()
    return 0 if is_done else 1


def segment_file(merchant: Merchant, file: Path, system: System) -> bool:
    """Upload a file, show how it gets on, and print its segments; whether there are any."""
    started = time.monotonic()
    say(f"uploading {shown(file.resolve())}, {file.stat().st_size / 1e6:,.1f} MB")
    path = create_upload(merchant, file, f"Demo: {file.name}")
    upload = follow(merchant, path, system)
    run = upload.get("current_run")
    if upload["status"] != "ready" or not run:
        print(why_it_ended(upload), flush=True)
        return False
    segments = [s for s in merchant.list_documents(f"{path}/csv_segments") if s["run_id"] == run]
    print(f"\n{segments_table(segments)}\n\n{reading_line(upload)}", flush=True)
    for notice in upload.get("notices") or []:
        print(f"note: {notice['message']}", flush=True)
    say(f"from the upload to the segments: {time.monotonic() - started:.0f} s")
    return bool(segments)


def follow(merchant: Merchant, path: str, system: System) -> dict[str, Any]:
    """The upload's document once its job is over, showing stage and progress until then."""
    said, changed = "", time.monotonic()
    is_live = sys.stderr.isatty()
    while True:
        upload = merchant.read_document(path)
        line = progress_line(upload)
        if line != said:
            said, changed = line, time.monotonic()
            if is_live:
                print(f"\r\033[K  {line}", end="", file=sys.stderr, flush=True)
            else:
                say(line)
        if upload["status"] in OVER:
            if is_live:
                print(file=sys.stderr)
            return upload
        if time.monotonic() - changed > SILENT_SECONDS:
            log = shown(system.logs / "emulators.log")
            raise LauncherError(f"Nothing has happened for {SILENT_SECONDS} s; see {log}")
        time.sleep(0.4)


def _say_where_the_app_is(system: System) -> None:
    if address := system.env.get("HOSTING_URL"):
        say(f"the app is at {address}")
        say(f"sign in as {ACCOUNT['email']} with the password {ACCOUNT['password']}")
    else:
        say(
            "this checkout has no web app; the functions are at " + system.env["FUNCTIONS_BASE_URL"]
        )
