"""What `scripts/emulators/start.cjs` adds to the Firebase CLI, with a made-up CLI."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.launcher.test_processes import HANG_SECONDS

START = Path(__file__).resolve().parents[3] / "scripts" / "emulators" / "start.cjs"
PACKAGES = {
    "lib/emulator/tasksEmulator.js": "exports.TaskQueueController = {}",
    "lib/emulator/functionsRuntimeWorker.js": """
        exports.RuntimeWorkerPool = class {
          getIdleWorker() { return this.workers.find(({ state }) => state === 'IDLE') }
          async submitRequest() {
            const worker = this.getIdleWorker()
            worker.state = 'BUSY'
            await worker.work
            worker.state = 'IDLE'
          }
        }
    """,
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


def _install(place: Path, packages: Mapping[str, str]) -> None:
    """Our CLI, and packages in the place of firebase-tools."""
    for name, content in packages.items():
        file = place / "node_modules" / "firebase-tools" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    shutil.copy(START, place)


def test_the_cli_ends_with_an_engine_that_is_killed_and_names_it(tmp_path: Path) -> None:
    _install(tmp_path, PACKAGES)
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


#: 110 requests at once, each with a process of its own; then one more, once all have rested.
MANY_REQUESTS = """
    const { RuntimeWorkerPool } = require('firebase-tools/lib/emulator/functionsRuntimeWorker')
    const pool = new RuntimeWorkerPool()
    const ended = []
    const worker = (id) => ({
      id, state: 'IDLE', work: new Promise(setImmediate),
      runtime: { process: { kill: () => ended.push(id) } },
    })
    ;(async () => {
      pool.workers = Array.from({ length: 110 }, (_, id) => worker(id))
      await Promise.all(pool.workers.map(() => pool.submitRequest()))
      const early = [...ended]
      const now = Date.now()
      Date.now = () => now + 60_000
      const fresh = worker(110)
      pool.workers.push(fresh, worker(111))
      for (const one of pool.workers.slice(0, 110)) one.state = 'BUSY'
      const last = pool.submitRequest()
      for (const one of pool.workers.slice(0, 110)) one.state = 'IDLE'
      await last
      console.log(JSON.stringify({ early, ended }))
    })()
"""


def test_processes_that_have_rested_go_but_for_the_newest(tmp_path: Path) -> None:
    _install(tmp_path, PACKAGES | {"lib/bin/firebase.js": MANY_REQUESTS})
    ran = subprocess.run(
        ["node", tmp_path / START.name], capture_output=True, text=True, check=True
    )
    # 111 have worked, of which the newest 100 stay; one that hasn't worked yet isn't touched.
    assert json.loads(ran.stdout) == {"early": [], "ended": list(range(11))}
