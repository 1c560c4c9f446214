"""What isn't a call is refused before anything of it is looked at or written down."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FUNCTIONS = Path(__file__).parents[3] / "functions"
FORGED = '{"severity": "ALERT", "event": "forged", "who": "ann@example.com"}'
#: Sends every body to every callable, as the owner of a token that nobody checks and as nobody.
POST = """
import json, sys
import flask, main
from firebase_admin import auth
from kindred import edge
auth.verify_id_token = lambda *_, **__: {"uid": "m", "sub": "m", "email_verified": True}
edge.Caller.is_erased = lambda caller: False
app, statuses = flask.Flask("test"), {}
for name, function in vars(main).items():
    endpoint = getattr(function, "__firebase_endpoint__", None)
    if endpoint is None or endpoint.callableTrigger is None:
        continue
    for number, (body, headers) in enumerate(json.load(open(sys.argv[1]))):
        with app.test_request_context(method="POST", data=body, headers=headers):
            answer = function(flask.request)
        statuses[f"{name} {number}"] = [answer.status_code, answer.get_data(as_text=True)]
print(json.dumps(statuses))
"""
JSON = {"Content-Type": "application/json"}
BODIES: tuple[tuple[str, dict[str, str]], ...] = (
    ("", JSON),
    ("{", JSON),
    ("null", JSON),
    ("7", JSON),
    ("[]", JSON),
    ('"text"', JSON),
    ("{}", JSON),
    ("[" * 100_000, JSON),
    ('{"data":' * 50_000, JSON),
    ('{"data":' + "[" * 90_000 + "]" * 90_000 + "}", JSON),
    (json.dumps({"data": [0], f"x\n{FORGED}": 1}), JSON),
    (json.dumps({"data": [0], "more": f"\n{FORGED}\n"}), JSON),
    (json.dumps({"data": {f"x\n{FORGED}": f"\r\n{FORGED}"}}), JSON),
    (json.dumps({"data": f"\n{FORGED}"}), JSON),
    (json.dumps({"data": [0]}), {"Content-Type": "text/plain"}),
    (json.dumps({"data": [0]}), {}),
    (json.dumps({"data": [0]}), JSON | {"Authorization": "ann@example.com"}),
    (json.dumps({"data": [0]}), JSON | {"Authorization": "Bearer ann@example.com"}),
    *(('{"data":' + "[" * deep + "]" * deep + "}", JSON) for deep in range(880, 1000, 4)),
    ("[[]" * 30_000, JSON),
    ('{"data": [' + "[]," * 1_000_000 + "0]}", JSON),
    (json.dumps({"data": {"x": "y" * 9_000_000}}), JSON),
    ('{"data": NaN}', JSON),
    ('{"data": 1e999}', JSON),
    ('{"data": [0], "data": {"a": "ann@example.com"}}', JSON),
    ('{"data": "\\ud800"}', JSON),
    ('{"data": ' + "9" * 5_000 + "}", JSON),
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    file = tmp_path_factory.mktemp("bodies") / "bodies.json"
    signed = [(body, {"Authorization": "Bearer a.b.c", **more}) for body, more in BODIES]
    file.write_text(json.dumps([*signed, *BODIES]))
    environment = {**os.environ, "GCLOUD_PROJECT": "a-shop"}
    environment.pop("FUNCTIONS_EMULATOR", None)
    done = subprocess.run(
        [sys.executable, "-c", POST, str(file)],
        cwd=FUNCTIONS,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *said, last = done.stdout.splitlines()
    return json.loads(last), "\n".join([*said, done.stderr])


def test_no_body_is_too_odd_to_be_refused(answers: tuple[dict[str, Any], str]) -> None:
    odd = {name: answer for name, answer in answers[0].items() if not 400 <= answer[0] < 500}
    assert len(answers[0]) > 500
    assert odd == {}


def test_every_refusal_can_be_read_by_a_client(answers: tuple[dict[str, Any], str]) -> None:
    for _, text in answers[0].values():
        assert set(json.loads(text)["error"]) >= {"status", "message"}


def test_nothing_that_a_caller_sends_is_repeated_or_written_down(
    answers: tuple[dict[str, Any], str],
) -> None:
    told = "\n".join(text for _, text in answers[0].values())
    for said in (told, answers[1]):
        assert "ann@example.com" not in said
        assert "forged" not in said


def test_every_line_of_the_log_is_one_of_ours(answers: tuple[dict[str, Any], str]) -> None:
    lines = [line for line in answers[1].splitlines() if line.startswith("{")]
    assert lines
    assert {json.loads(line)["message"] for line in lines} <= {"call_unreadable", "call_refused"}
