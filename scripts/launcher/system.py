"""The whole system for the length of a block: emulators, functions, text service, web app."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher import checkout, emulators, installing, processes
from launcher.checkout import say, shown
from launcher.errors import LauncherError
from launcher.ml_service import start_ml_service, wait_until_ready
from launcher.ports import USUAL_PORTS, reserved_ports
from launcher.shops import shop_environment
from launcher.watching import watched


@dataclass(frozen=True)
class System:
    """A running system: `env` holds its addresses, `logs` what it says."""

    env: dict[str, str]
    logs: Path


def main(_arguments: Sequence[str]) -> int:
    """`scripts/setup`: only install."""
    set_up(with_web=True)
    installing.choose_engines()
    return 0


def set_up(*, with_web: bool) -> None:
    """Install what the system needs; quick when nothing has changed."""
    started = time.monotonic()
    installing.install_python()
    installing.compile_functions()
    installing.install_ml_service()
    installing.install_emulators()
    if with_web:
        installing.build_web()
    if (took := time.monotonic() - started) > 2:
        say(f"set-up took {took:.0f} s")


@contextmanager
def running_system(
    *, with_web: bool = True, demo: Mapping[str, str] | None = None
) -> Iterator[System]:
    """Set up and start everything; ends every process and removes its data when the block ends.

    Raises `LauncherError` in the block if the emulators or the text service end by themselves.
    `demo` is the account that the web app's sign-in page offers.
    """
    if not (checkout.FUNCTIONS / "main.py").is_file():
        raise LauncherError("functions/main.py is missing: there is nothing to start")
    set_up(with_web=with_web)
    engines = installing.choose_engines()
    for line in engines.describe():
        say(line)
    with reserved_ports() as ports:
        moved = [f"{n} {ports[n]} (not {p})" for n, p in USUAL_PORTS.items() if ports[n] != p]
        if moved:
            say(f"some ports are taken, using others: {', '.join(moved)}")
        run = emulators.new_run_folder()
        say(f"starting; logs in {shown(run)}")
        started = time.monotonic()
        try:
            has_web = with_web and checkout.WEB_BUILD.is_dir()
            if has_web:
                emulators.put_web_app(run, ports, demo)
            ml = start_ml_service(ports["ml_service"], secrets.token_urlsafe(24), run)
            extra = (ml.reach if ml else {}) | shop_environment(ports, has_web=has_web)
            parts = [emulators.start_emulators(ports, engines, run, extra)]
            if ml:
                wait_until_ready(ml)
                parts.append(ml.part)
            say(f"up in {time.monotonic() - started:.0f} s")
            with watched(parts):
                yield System(emulators.addresses_of(ports, has_web=has_web) | extra, run)
        finally:
            processes.end_descendants()
            emulators.forget_files_of(run)
