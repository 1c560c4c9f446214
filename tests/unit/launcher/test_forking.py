"""A function's process begins as a copy of one that has loaded the libraries."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.unit.launcher.test_processes import HANG_SECONDS

FORKING = Path(__file__).resolve().parents[3] / "scripts" / "emulators" / "forking.py"
FUNCTION = """
import os, sys, json

def told(request):
    return json.dumps({"pid": os.getpid(), "environ": dict(os.environ), "cwd": os.getcwd(),
                       "pandas": "pandas" in sys.modules})

"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    address = str(tmp_path_factory.mktemp("f") / "socket")
    command = [sys.executable, str(FORKING), "serve", address]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        until(lambda: Path(address).exists())
        yield address
        assert process.stdin
        process.stdin.close()
        assert process.wait(HANG_SECONDS) == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(FUNCTION)
    return tmp_path


def until(reached: object) -> None:
    assert callable(reached)
    deadline = time.monotonic() + HANG_SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def started(
    address: str, folder: Path, target: str = "told"
) -> tuple[subprocess.Popen[bytes], str]:
    """As the emulators start a function; the process they see, and where it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    programs = Path(sys.executable).parent
    env = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "FUNCTION_TARGET": target,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OWN": "yes",
    }
    command = [sys.executable, "-I", "-S", str(FORKING), "start", address]
    return subprocess.Popen(command, cwd=folder, env=env), f"http://127.0.0.1:{port}/"


def answer_of(url: str) -> requests.Response:
    deadline = time.monotonic() + HANG_SECONDS
    while True:
        try:
            return requests.get(url, timeout=HANG_SECONDS)
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_copy_has_its_own_environment_and_folder_and_ends_with_who_started_it(
    server: str, folder: Path
) -> None:
    process, url = started(server, folder)
    told = json.loads(answer_of(url).text)
    assert told["environ"]["OWN"] == "yes"
    assert "VIRTUAL_ENV" not in told["environ"]
    assert Path(told["cwd"]) == folder
    assert told["pandas"], "loaded before it began"
    assert Path(f"/proc/{told['pid']}/comm").read_text().strip() == "told"
    process.terminate()
    process.wait(HANG_SECONDS)
    until(lambda: not is_alive(told["pid"]))


def test_code_is_loaded_as_it_is_when_a_process_begins(server: str, folder: Path) -> None:
    (folder / "main.py").write_text("def told(request):\n    return 'changed'\n")
    process, url = started(server, folder)
    assert answer_of(url).text == "changed"
    process.terminate()
    process.wait(HANG_SECONDS)


def test_who_started_it_ends_with_the_copy(server: str, folder: Path) -> None:
    process, _ = started(server, folder, target="not_there")
    assert process.wait(HANG_SECONDS) == 1


def test_without_the_server_the_framework_itself_is_started(folder: Path) -> None:
    process, url = started(str(folder / "nobody"), folder)
    assert not json.loads(answer_of(url).text)["pandas"]
    process.terminate()
    process.wait(HANG_SECONDS)


def test_a_copy_loads_nothing_of_others_any_more() -> None:
    """What functions import beside Kindred's own was loaded by the process they are copies of."""
    code = """
import importlib, sys
import forking
for name in forking.LIBRARIES:
    importlib.import_module(name)
before = set(sys.modules)
import main
own = ("main", "kindred")
print(sorted({n for n in set(sys.modules) - before if n.split(".")[0] not in own} - {"resource"}))
"""
    path = os.pathsep.join([str(FORKING.parent), str(FORKING.parents[2] / "functions")])
    env = os.environ | {"PYTHONPATH": path}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert said.stdout.strip() == "[]", said.stderr
