"""The text service as its container: what it answers, who it runs as, and what it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from launcher.locks import entries_of
from packaging.utils import canonicalize_name

from tests.image.conftest import ML_SERVICE, PROGRAM, Buildah, Service

INSTALLED = """
import json
from importlib import metadata
print(json.dumps({d.name: d.version for d in metadata.distributions()}))
"""
FILES = """
import json, pathlib
print(json.dumps([str(p) for p in pathlib.Path("/service").rglob("*") if p.is_file()]))
"""
TOOLS = """
import json, shutil
tools = ["gcc", "g++", "cc", "c++", "clang", "ld", "as", "make", "git", "curl", "wget"]
print(json.dumps([tool for tool in tools if shutil.which(tool)]))
"""
WRITABLE = """
import json, os
places = ["/service", "/packages"]
print(json.dumps([at for place in places for top, folders, files in os.walk(place)
                  for at in [top, *(os.path.join(top, name) for name in files)]
                  if os.access(at, os.W_OK)]))
"""


def tells(buildah: Buildah, container: str, program: str) -> Any:
    """What a program of Python prints as JSON, run in the container as its own user."""
    return json.loads(buildah.do("run", container, "--", PROGRAM.decode(), "-c", program))


def test_it_is_ready_for_who_asks_without_a_token(service: Service) -> None:
    assert service.ask("/ready") == (200, {"status": "ready"})


def test_it_scores_a_text_for_who_has_the_token(service: Service) -> None:
    texts = ["I love this dress, thank you!", "Terrible quality, I am very disappointed."]
    status, answer = service.ask("/v1/score", {"texts": texts}, service.token)
    assert status == 200, answer
    sentiment = answer["results"]["sentiment"]
    best = [sentiment["labels"][scores.index(max(scores))] for scores in sentiment["scores"]]
    assert best == ["positive", "negative"]


def test_it_refuses_who_has_no_token_or_another(service: Service) -> None:
    for token in (None, "", "another"):
        status, answer = service.ask("/v1/score", {"texts": ["good"]}, token)
        assert (status, answer["code"]) == (401, "unauthenticated")


def test_it_runs_as_a_user_without_rights(service: Service, config: dict[str, Any]) -> None:
    assert config.get("User") == "10001"
    lines = (service.process / "status").read_text().splitlines()
    about = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    assert about["Uid"] == ["10001"] * 4
    assert about["Gid"] == ["10001"] * 4
    assert about["CapEff"] == ["0" * 16]


def test_it_can_change_nothing_of_itself(buildah: Buildah, container: str) -> None:
    assert tells(buildah, container, WRITABLE) == []


def test_it_sends_no_telemetry(service: Service) -> None:
    told = (service.process / "environ").read_bytes().split(b"\0")
    assert b"ORT_DISABLE_TELEMETRY=1" in told


def test_it_does_not_start_without_being_told_who_may_call(
    buildah: Buildah, container: str, config: dict[str, Any]
) -> None:
    ran = buildah.try_to("run", container, "--", *config["Cmd"])
    assert ran.returncode != 0
    assert "ML_SERVICE_TOKEN" in ran.stderr


def test_it_holds_exactly_the_packages_of_the_lock(buildah: Buildah, container: str) -> None:
    found = {canonicalize_name(n): v for n, v in tells(buildah, container, INSTALLED).items()}
    lock = {e.name: e for e in entries_of((ML_SERVICE / "requirements.txt").read_text())}
    assert found == {name: lock[name].version for name in found if name in lock}  # so no pip
    assert {name for name, entry in lock.items() if not entry.marker} <= set(found)


def test_it_holds_the_service_its_models_and_nothing_else(buildah: Buildah, container: str) -> None:
    ours = [
        path for part in ("scoring", "models") for path in (ML_SERVICE / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]  # fmt: skip
    wanted = {str(Path("/service") / path.relative_to(ML_SERVICE)) for path in ours}
    assert set(tells(buildah, container, FILES)) == wanted


def test_it_holds_no_tools_to_build_or_fetch_with(buildah: Buildah, container: str) -> None:
    assert tells(buildah, container, TOOLS) == []
    assert buildah.try_to("run", container, "--", PROGRAM.decode(), "-m", "pip").returncode != 0
