"""The snippet's own tests, which are Node's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

TESTS = Path(__file__).parent / "snippet" / "snippet.test.mjs"


def test_what_shoppers_see_of_the_snippet() -> None:
    ran = subprocess.run(
        ["node", "--test", "--test-reporter=tap", str(TESTS)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    passed = re.search(r"^# pass (\d+)$", ran.stdout, re.M)
    assert passed
    assert int(passed[1]) == TESTS.read_text("utf-8").count("\ntest('")
