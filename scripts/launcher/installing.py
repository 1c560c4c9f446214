"""The set-up step that the system, the demo and the tests share.

Everything goes into the checkout; each part is skipped while what it is made from is unchanged.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher import checkout
from launcher.checkout import ROOT, STATE, say, shown
from launcher.engines import Engines, find_engines
from launcher.errors import StepFailed
from launcher.fingerprint import do_once, files_below, fingerprint_of
from launcher.node import ensure_node

RECORD = STATE / "setup.json"
# Not `npm ci`: it refuses a lock without other systems' packages, as closed registries make them.
NPM_INSTALL = ("npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
QUIET = {"npm_config_update_notifier": "false", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def install_python() -> None:
    """`functions/venv`: the runtime's packages and those of the tests and checks."""
    _install_venv(checkout.FUNCTIONS / "venv", checkout.FUNCTIONS / "requirements-dev.txt")


def compile_functions() -> None:
    """The functions' bytecode: their processes write none, and each would compile all of it."""
    compiled: list[str | Path] = ["-m", "compileall", "-q", "main.py", "kindred"]
    with _one_at_a_time():
        _run("bytecode", checkout.FUNCTIONS, [checkout.FUNCTIONS_PYTHON, *compiled])


def install_ml_service() -> None:
    """`ml_service/venv`, if this checkout has the service: its packages and those of its tests."""
    lock = checkout.ML_SERVICE / "requirements-dev.txt"
    if lock.is_file():
        _install_venv(checkout.ML_SERVICE / "venv", lock)


def install_emulators() -> None:
    """The pinned firebase-tools, in `scripts/emulators/node_modules`."""
    _install_npm(checkout.EMULATORS, "the Firebase emulators", ["--omit=optional"])


def install_web_packages() -> None:
    """The web app's packages, in `hosting/node_modules`, if this checkout has the app."""
    if (checkout.HOSTING / "package.json").is_file():
        _install_npm(checkout.HOSTING, "the web app's packages", [])


def build_web() -> None:
    """The web app as it talks to the emulators, if this checkout has the app."""
    if not (checkout.HOSTING / "package.json").is_file():
        return
    install_web_packages()
    sources = files_below(checkout.HOSTING, skip=["node_modules", "dist", ".vite", "coverage"])
    if checkout.LAWS.is_file():
        sources.append(checkout.LAWS)  # the app takes it in
    inputs = fingerprint_of([part for path in sources for part in (str(path), path)])

    def build() -> None:
        command: list[str | Path] = ["npm", "run", "build:emulators", "--", "--emptyOutDir"]
        _run("web-build", checkout.HOSTING, [*command, "--outDir", checkout.WEB_BUILD])

    _step("the web app's build", inputs, checkout.WEB_BUILD / "index.html", build)


def choose_engines() -> Engines:
    """Java and the engines behind the Firestore and Storage emulators."""
    with _one_at_a_time():
        return find_engines()


def _install_venv(venv: Path, lock: Path) -> None:
    if venv.is_symlink():
        return  # whoever linked it looks after it
    inputs = fingerprint_of([lock, sys.version, str(venv)])

    def install() -> None:
        shutil.rmtree(venv, ignore_errors=True)
        _run("venv", ROOT, [sys.executable, "-m", "venv", venv])
        pip: list[str | Path] = [venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
        _run("pip", ROOT, [*pip, "--require-hashes", "--requirement", lock])

    _step(shown(venv), inputs, venv / "bin" / "python", install)


def _install_npm(folder: Path, what: str, options: Sequence[str]) -> None:
    ensure_node()
    inputs = fingerprint_of([folder / "package-lock.json", str(folder), *NPM_INSTALL, *options])

    def install() -> None:
        _run("npm", folder, [*NPM_INSTALL, *options])

    _step(what, inputs, folder / "node_modules", install)


def _step(what: str, inputs: str, result: Path, work: Callable[[], None]) -> None:
    started = time.monotonic()

    def announced() -> None:
        say(f"set-up: {what} …")
        work()

    with _one_at_a_time():
        if do_once(RECORD, what, inputs, result, announced):
            say(f"set-up: {what} done in {time.monotonic() - started:.0f} s")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """One set-up at a time in a checkout; a second launcher waits."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(name: str, cwd: Path, command: Sequence[str | Path]) -> None:
    log = STATE / "logs" / f"setup-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        ran = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | QUIET,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    if ran.returncode != 0:
        said = log.read_text(errors="replace").splitlines()
        shortened = (
            said if len(said) <= 20 else [*said[:8], "…", *said[-8:]]
        )  # npm's cause is first
        told = "\n".join(f"    {line}" for line in shortened)
        raise StepFailed(f"{' '.join(map(str, command))} failed:\n{told}\n  All of it: {log}")
