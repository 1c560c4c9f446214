"""What `scripts/emulators/start.cjs` adds to the Firebase CLI, with a made-up CLI."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.unit.launcher.test_processes import HANG_SECONDS

START = Path(__file__).resolve().parents[3] / "scripts" / "emulators" / "start.cjs"
PACKAGES = {
    "lib/emulator/tasksEmulator.js": "exports.TaskQueueController = {}",
    # As firebase-tools starts its engines; it lives on without them.
    "lib/bin/firebase.js": """
        const childProcess = require('node:child_process')
        const stdio = ['ignore', 'inherit', 'inherit']
        childProcess.spawn('java', ['-version'], { stdio }).on('exit', () => {
          childProcess.spawn('java', ['-jar', 'firestore.jar'], { stdio })
          setInterval(() => {}, 1000)
        })
    """,
}
JAVA = """#!/bin/sh
[ "$1" = -version ] && exit 0
echo $$
exec sleep 300
"""

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node isn't on the PATH")


def test_the_cli_ends_with_an_engine_that_is_killed_and_names_it(tmp_path: Path) -> None:
    for name, content in PACKAGES.items():
        file = tmp_path / "node_modules" / "firebase-tools" / name
        file.parent.mkdir(parents=True)
        file.write_text(content)
    shutil.copy(START, tmp_path)
    (tmp_path / "java").write_text(JAVA)
    (tmp_path / "java").chmod(0o755)
    with subprocess.Popen(
        ["node", tmp_path / START.name],
        env=os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as cli:
        assert cli.stdout
        os.kill(int(cli.stdout.readline()), signal.SIGKILL)
        _, said = cli.communicate(timeout=HANG_SECONDS)
    assert cli.returncode == 1
    assert "java -jar firestore.jar ended (SIGKILL)" in said
