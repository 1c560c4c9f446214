"""Callables of a deployment with App Check refuse who brings no token of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[3] / "functions"
CALL_ALL = """
import json
import flask, main
from firebase_admin import auth
from kindred import edge
auth.verify_id_token = lambda *_, **__: {
    "uid": "merchant", "sub": "merchant", "email_verified": True
}
edge.Caller.is_erased = lambda caller: False
app, statuses = flask.Flask("test"), {}
for name, function in vars(main).items():
    endpoint = getattr(function, "__firebase_endpoint__", None)
    if endpoint is None or endpoint.callableTrigger is None:
        continue
    headers = {"Authorization": "Bearer some.id.token"}
    with app.test_request_context(method="POST", json={"data": [0]}, headers=headers):
        statuses[name] = function(flask.request).status_code
print(json.dumps(statuses))
"""


@pytest.mark.parametrize(("setting", "expected"), [("true", 401), ("false", 400)])
def test_who_has_no_token_of_it_is_refused_by_every_callable(setting: str, expected: int) -> None:
    environment = {**os.environ, "KINDRED_APP_CHECK": setting, "GCLOUD_PROJECT": "a-shop"}
    environment.pop("FUNCTIONS_EMULATOR", None)
    done = subprocess.run(
        [sys.executable, "-c", CALL_ALL],
        cwd=FUNCTIONS,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    statuses = json.loads(done.stdout.splitlines()[-1])
    assert len(statuses) > 10
    assert set(statuses.values()) == {expected}
