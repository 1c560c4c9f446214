"""Starts the Firebase emulators with the functions in them, and waits until each answers."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launcher import processes
from launcher.checkout import BUCKET, EMULATORS, PROJECT, REGION, ROOT, STATE, WEB_BUILD
from launcher.engines import FIRESTORE_VARIABLE, STORAGE_VARIABLE, Engines, download_folder
from launcher.errors import LauncherError
from launcher.ports import HOST
from launcher.watching import Part, last_lines

WEB_FOLDER = "web"
CLI = EMULATORS / "start.cjs"  # the Firebase CLI
KEPT_STARTS = 5
# Engines that live for minutes: compiled quickly rather than well, they take 40% less of the
# processor and half the memory.
JAVA_FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
START_SECONDS = 600  # for what hangs
# After these the emulators stay up without the functions, or without their queues: a queue is named
# after its function, and Cloud Tasks takes letters, digits and hyphens only, not an underscore.
NOT_LOADED = ("Failed to load function definition", "Error adding Task Queue function")
USED_BY_WEB_APP = ("auth", "firestore", "storage", "functions")
LISTENING = ("auth", "firestore", "storage", "functions", "tasks", "eventarc", "hosting")


def emulator_config(
    config: Mapping[str, Any], ports: Mapping[str, int], run: Path
) -> dict[str, Any]:
    """`firebase.json` for one start: these ports, and paths as seen from the folder `run`."""
    made = json.loads(json.dumps(config))
    # firebase-tools joins this one to the config's folder, so it can't be absolute.
    made["functions"][0]["source"] = os.path.relpath(ROOT / made["functions"][0]["source"], run)
    for owner, key in (("firestore", "rules"), ("firestore", "indexes"), ("storage", "rules")):
        made[owner][key] = str(ROOT / made[owner][key])
    if (run / WEB_FOLDER).is_dir():
        made["hosting"]["public"] = WEB_FOLDER
        _allow_emulators(made["hosting"], ports)
    else:
        del made["hosting"]
    addresses: dict[str, Any] = {
        name: {"host": HOST, "port": port}
        for name, port in ports.items()
        if name in (*LISTENING, "hub", "logging") and (name != "hosting" or "hosting" in made)
    }
    addresses["firestore"]["websocketPort"] = ports["firestore_websocket"]
    made["emulators"] = {**addresses, "ui": {"enabled": False}, "singleProjectMode": True}
    return dict(made)


def _allow_emulators(hosting: dict[str, Any], ports: Mapping[str, int]) -> None:
    """The policy that a deployed app is served with, and the addresses it needs here besides."""
    here = " ".join(f"http://{HOST}:{ports[name]}" for name in USED_BY_WEB_APP)
    for rule in hosting["headers"]:
        for header in rule["headers"]:
            if header["key"] == "Content-Security-Policy":
                header["value"] = header["value"].replace("connect-src ", f"connect-src {here} ")


def addresses_of(ports: Mapping[str, int], *, has_web: bool) -> dict[str, str]:
    """What a program needs in its environment to talk to the system.

    `STORAGE_EMULATOR_HOST` has its scheme, as Google's Cloud Storage client wants it;
    `FIREBASE_STORAGE_EMULATOR_HOST` has none, as the Firebase libraries want it.
    """
    at = {name: f"{HOST}:{port}" for name, port in ports.items()}
    addresses = {
        "GCLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "STORAGE_BUCKET": BUCKET,
        "FIRESTORE_EMULATOR_HOST": at["firestore"],
        "FIREBASE_AUTH_EMULATOR_HOST": at["auth"],
        "STORAGE_EMULATOR_HOST": f"http://{at['storage']}",
        "FIREBASE_STORAGE_EMULATOR_HOST": at["storage"],
        "CLOUD_TASKS_EMULATOR_HOST": at["tasks"],
        "CLOUD_EVENTARC_EMULATOR_HOST": f"http://{at['eventarc']}",
        "FIREBASE_EMULATOR_HUB": at["hub"],
        "FUNCTIONS_BASE_URL": f"http://{at['functions']}/{PROJECT}/{REGION}",
    }
    if has_web:
        addresses["HOSTING_URL"] = f"http://{at['hosting']}"
    return addresses


def put_web_app(run: Path, ports: Mapping[str, int], demo: Mapping[str, str] | None) -> None:
    """A copy of the built web app that knows where this start's emulators are.

    With `demo` (e-mail and password), its sign-in page offers that account.
    """
    shutil.copytree(WEB_BUILD, run / WEB_FOLDER)
    known: dict[str, Any] = {
        "project_id": PROJECT,
        "hosts": {name: f"{HOST}:{ports[name]}" for name in USED_BY_WEB_APP},
    }
    if demo:
        known["demo"] = dict(demo)
    (run / WEB_FOLDER / "emulators.json").write_text(json.dumps(known, indent=1))


def start_emulators(
    ports: Mapping[str, int], engines: Engines, run: Path, extra: dict[str, str]
) -> Part:
    """Start all emulators, logging into `run`; returns when each answers.

    `extra` is what the functions find in their environment beside the emulators' addresses.
    """
    config = emulator_config(json.loads((ROOT / "firebase.json").read_text()), ports, run)
    (run / "firebase.json").write_text(json.dumps(config, indent=1))
    log = run / "emulators.log"
    only = ",".join(name for name in LISTENING if name in config["emulators"])
    command: list[str | Path] = ["node", CLI, "emulators:start", "--project", PROJECT]
    with log.open("wb") as output:
        process = processes.start(
            [*command, "--only", only, "--config", run / "firebase.json"],
            cwd=run,
            env=_environment(engines, run) | extra,
            log=output,
        )
    _wait_until_ready(process, log, ports, has_web="hosting" in config)
    return Part("The Firebase emulators", process, log)


def _environment(engines: Engines, run: Path) -> dict[str, str]:
    """The emulators' environment: our Java first, nothing of the user's Firebase or Cloud login."""
    programs = run / "bin"
    temporary = run / "tmp"
    programs.mkdir()
    temporary.mkdir()
    # firebase-tools starts `java` by name; a flag in JDK_JAVA_OPTIONS would be echoed as an error.
    flags = [*JAVA_FLAGS, f"-Djava.util.logging.config.file={run / 'java-logging.properties'}"]
    if engines.java.is_noisy:
        flags.append("--sun-misc-unsafe-memory-access=allow")
    # Firestore's emulator logs two stack traces for each request that rules refuse.
    (run / "java-logging.properties").write_text(".level = OFF\n")
    started = shlex.join([str(engines.java.binary), *flags])
    (programs / "java").write_text(f'#!/bin/sh\nexec {started} "$@"\n')
    (programs / "java").chmod(0o755)
    env = {name: value for name, value in os.environ.items() if name != "FIREBASE_TOKEN"}
    return env | {
        "PATH": f"{programs}{os.pathsep}{env.get('PATH', os.defpath)}",
        FIRESTORE_VARIABLE: str(engines.firestore),
        STORAGE_VARIABLE: str(engines.storage),
        "FIREBASE_EMULATORS_PATH": str(download_folder()),
        "XDG_CONFIG_HOME": str(STATE / "config"),  # its own settings: usage reports are off there
        "CLOUDSDK_CONFIG": str(STATE / "config" / "gcloud"),
        "TMPDIR": str(temporary),  # the Storage emulator leaves every uploaded file there
        "CI": "true",  # no questions, no message of the day
        "NO_UPDATE_NOTIFIER": "1",
        "NO_COLOR": "1",
        "METADATA_SERVER_DETECTION": "none",  # nobody asks whether this machine is in a cloud
        "NO_GCE_CHECK": "true",
        "FUNCTIONS_DISCOVERY_TIMEOUT": "600",  # seconds, for what hangs; usually 10
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _wait_until_ready(
    process: subprocess.Popen[bytes], log: Path, ports: Mapping[str, int], *, has_web: bool
) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "All emulators ready!" not in (said := log.read_text(errors="replace")):
        if process.poll() is not None:
            raise LauncherError(
                f"The emulators did not start:\n{last_lines(log)}\n  All of it: {log}"
            )
        for trouble in NOT_LOADED:
            if trouble in said:
                raise LauncherError(f"{trouble}:\n{last_lines(log)}\n  All of it: {log}")
        if time.monotonic() > deadline:
            raise LauncherError(f"The emulators are not up after {START_SECONDS} s; see {log}")
        time.sleep(0.2)
    for name in LISTENING:
        if name != "hosting" or has_web:
            _wait_for_answer(name, ports[name], deadline)


def _wait_for_answer(name: str, port: int, deadline: float) -> None:
    while True:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # an answer too
        except OSError as err:
            if time.monotonic() > deadline:
                raise LauncherError(f"The {name} emulator does not answer on {port}") from err
            time.sleep(0.2)


def new_run_folder() -> Path:
    """A folder for one start's config and logs, named by time; `.kindred/logs/latest` links to it.

    Those of the last `KEPT_STARTS` starts are kept.
    """
    runs = STATE / "logs"
    runs.mkdir(parents=True, exist_ok=True)
    run = runs / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    run.mkdir()
    latest = runs / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(run.name)
    starts = sorted(path for path in runs.glob("2*-*") if path.is_dir())
    for old in starts:
        if not is_running(old):
            forget_files_of(old)  # a killed launcher couldn't
    for old in starts[:-KEPT_STARTS]:
        if not is_running(old):
            shutil.rmtree(old, ignore_errors=True)
    return run


def is_running(run: Path) -> bool:
    """Whether the launcher that made this folder still runs."""
    try:
        os.kill(int(run.name.rpartition("-")[2]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def forget_files_of(run: Path) -> None:
    """Remove what the emulators stored during a start; the logs stay."""
    for name in ("tmp", "bin", WEB_FOLDER):
        shutil.rmtree(run / name, ignore_errors=True)
