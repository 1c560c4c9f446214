"""`scripts/dev`: start the system, and stay or run one command in it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
from collections.abc import Sequence

from launcher.checkout import say
from launcher.processes import Interrupted
from launcher.system import System, running_system


def main(arguments: Sequence[str]) -> int:
    """The exit status of the command; 0 when the user ends a standing system with Ctrl-C.

    Raises `LauncherError` when a part of the system ends by itself.
    """
    parser = argparse.ArgumentParser(
        prog="scripts/dev", description="Start the whole system on this machine."
    )
    parser.add_argument(
        "--exec",
        metavar="CMD",
        dest="command",
        help="run CMD in a shell with the system's addresses in its environment, then end",
    )
    parser.add_argument("--no-web", action="store_true", help="without the web app")
    options = parser.parse_args(arguments)
    with running_system(with_web=not options.no_web) as system:
        if options.command is not None:
            return run_in(system, options.command)
        for name, value in system.env.items():
            say(f"{name}={value}")
        return stay()


def run_in(system: System, command: str | Sequence[str]) -> int:
    """The exit status of a command that finds the system's addresses in its environment."""
    shell = isinstance(command, str)
    # Not subprocess.run: on Ctrl-C that would kill the command instead of letting it end.
    status = subprocess.Popen(command, shell=shell, env=os.environ | system.env).wait()
    return status if status >= 0 else 128 - status


def stay() -> int:
    """Wait for Ctrl-C or a request to end."""
    try:
        say("up; Ctrl-C ends it")
        while True:
            signal.pause()
    except Interrupted:
        say("ending")
    return 0
