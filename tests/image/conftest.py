"""The text service's image, built and started here by Debian's tools, and taken away again.

No registry of images is asked: in place of the Dockerfile's base, Debian's own Python of the same
minor version, in the same release of Debian. Everything lies in one temporary folder.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ML_SERVICE = Path(__file__).parents[2] / "ml_service"
HANG_SECONDS = 900  # for what hangs
BASE, IMAGE = "localhost/kindred-base", "localhost/kindred-scoring"
PROGRAM = b"/packages/bin/python"

#: How pip reaches its index from here, for the length of the build.
REACH = [
    Path("/etc/ssl/certs"),
    Path("/usr/share/ca-certificates"),
    Path("/usr/local/share/ca-certificates"),
    Path("/etc/pip.conf"),
    Path("/etc/xdg/pip"),
]


@dataclass(frozen=True)
class Buildah:
    """Buildah with a storage of its own."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        storage = ["--root", f"{self.folder}/root", "--runroot", f"{self.folder}/run"]
        return ["buildah", *storage, *arguments]

    def try_to(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return _ran(self.command(*arguments))

    def do(self, *arguments: str) -> str:
        ran = self.try_to(*arguments)
        assert ran.returncode == 0, f"buildah {' '.join(arguments)}:\n{ran.stdout}{ran.stderr}"
        return ran.stdout.strip()


@dataclass(frozen=True)
class Service:
    """The service as it runs in a container; `process` is its folder in /proc."""

    url: str
    token: str
    process: Path

    def ask(self, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=HANG_SECONDS) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as err:
            with err:
                return err.code, json.load(err)


@pytest.fixture(scope="session")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    """Buildah, whose containers, images and files are gone when the tests are done."""
    os.environ["BUILDAH_ISOLATION"] = "chroot"  # works in a container and in a virtual machine
    buildah = Buildah(tmp_path_factory.mktemp("image"))
    try:
        yield buildah
    finally:
        buildah.try_to("rm", "--all")
        for place in reversed(_mounted_below(buildah.folder)):
            _ran(["umount", place])
        # Never through a mount: what lies behind one may be the machine's own.
        assert _mounted_below(buildah.folder) == []
        shutil.rmtree(buildah.folder)


@pytest.fixture(scope="session")
def image(buildah: Buildah) -> str:
    """The image as ml_service/Dockerfile describes it."""
    dockerfile = (ML_SERVICE / "Dockerfile").read_text()
    (release,) = re.findall(r"^ARG BASE=python:3\.11\.\d+-slim-(\w+)@", dockerfile, re.MULTILINE)
    packed = buildah.folder / "base.tar"
    link = 'ln -s /usr/bin/python3 "$1/usr/local/bin/python"'  # its name in the real base
    made = _ran(["mmdebstrap", "--quiet", "--variant=minbase", f"--customize-hook={link}",
                 "--include=python3,python3-venv,ca-certificates",
                 release, str(packed)])  # fmt: skip
    assert made.returncode == 0, made.stderr
    container = buildah.do("from", "scratch")
    buildah.do("add", "--quiet", container, str(packed), "/")
    buildah.do("commit", "--quiet", "--rm", container, BASE)
    packed.unlink()
    mounts = [f"--volume={path}:{path}:ro" for path in REACH if path.exists()]
    buildah.do("bud", "--pull-never", "--network=host", f"--build-arg=BASE={BASE}", *mounts,
               "--tag", IMAGE, str(ML_SERVICE))  # fmt: skip
    return IMAGE


@pytest.fixture(scope="session")
def config(buildah: Buildah, image: str) -> dict[str, Any]:
    """What the image says about how it is run."""
    about = json.loads(buildah.do("inspect", "--type", "image", image))
    config: dict[str, Any] = about["OCIv1"]["config"]
    return config


@pytest.fixture(scope="session")
def container(buildah: Buildah, image: str) -> str:
    return buildah.do("from", "--pull-never", image)


@pytest.fixture(scope="session")
def service(buildah: Buildah, container: str, config: dict[str, Any]) -> Iterator[Service]:
    """The service, started as Cloud Run starts it: the image's command on a port that is told."""
    port, token = _free_port(), secrets.token_urlsafe(16)
    log = buildah.folder / "service.log"
    told = [f"--env=PORT={port}", f"--env=ML_SERVICE_TOKEN={token}"]
    command = buildah.command("run", "--network=host", *told, container, "--", *config["Cmd"])
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(url, running, log)
        yield Service(url, token, _process_of(running.pid))
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _wait_until_it_answers(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{url}/ready", timeout=5).close()
            return
        except OSError:
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)


def _process_of(group: int) -> Path:
    """The container's own process in a group of processes, seen from outside."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            program = (process / "cmdline").read_bytes().split(b"\0")[0]
            if program == PROGRAM and os.getpgid(int(process.name)) == group:
                return process
        except OSError:
            continue  # it has just ended
    raise AssertionError("the service answers, but has no process")


def _mounted_below(folder: Path) -> list[str]:
    """Where something is mounted below a folder, in the order in which it was."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return [place for place in places if place.startswith(f"{folder}/")]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=HANG_SECONDS
    )
