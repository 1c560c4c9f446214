"""The functions that a deploy makes: all of the rooms', each with limits of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kindred import settings

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"
MIB_OF_GIB = 1024

#: What the SDK's decorators are called; a function below one of them is deployed.
DECORATORS = {
    "on_call",
    "on_task_dispatched",
    "on_object_finalized",
    "on_document_updated",
    "on_document_created",
    "on_document_written",
    "on_schedule",
    "on_request",
}
Endpoints = dict[str, dict[str, Any]]


def decorated() -> Iterator[tuple[str, Path]]:
    """Each function of the rooms that the SDK decorates, found without importing it."""
    for path in sorted((FUNCTIONS / "kindred").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                calls = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
                names = {c.attr if isinstance(c, ast.Attribute) else ast.unparse(c) for c in calls}
                if names & DECORATORS:
                    yield node.name, path


def exported() -> set[str]:
    """The names that main.py imports."""
    tree = ast.parse((FUNCTIONS / "main.py").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def kind(endpoint: dict[str, Any]) -> str:
    kinds = (
        "callableTrigger",
        "httpsTrigger",
        "taskQueueTrigger",
        "scheduleTrigger",
        "eventTrigger",
    )
    (found,) = [name for name in kinds if name in endpoint]
    return found.removesuffix("Trigger")


def test_main_exports_every_decorated_function_and_nothing_else() -> None:
    assert exported() == {name for name, _ in decorated()}


def test_main_only_imports() -> None:
    tree = ast.parse((FUNCTIONS / "main.py").read_text(encoding="utf-8"))
    others = [node for node in tree.body[1:] if not isinstance(node, ast.ImportFrom)]
    assert [ast.unparse(node).split(" =")[0] for node in others] == ["__all__"]
    listed = ast.literal_eval(others[0].value)  # type: ignore[attr-defined]
    assert listed == sorted(listed)
    assert set(listed) == exported()


def test_only_triggers_are_decorated() -> None:
    assert {path.name for _, path in decorated()} == {"triggers.py"}


def test_discovery_finds_what_main_exports(endpoints: Endpoints) -> None:
    assert set(endpoints) == exported()


def test_every_function_is_deployed_where_the_settings_say(endpoints: Endpoints) -> None:
    assert {tuple(endpoint["region"]) for endpoint in endpoints.values()} == {(settings.REGION,)}


def test_a_deploy_elsewhere_moves_every_function(discover: Any) -> None:
    moved = discover(KINDRED_REGION="europe-west1", KINDRED_BUCKET="kindred-eu")["endpoints"]
    assert {tuple(endpoint["region"]) for endpoint in moved.values()} == {("europe-west1",)}
    assert moved["on_csv_uploaded"]["eventTrigger"]["eventFilters"]["bucket"] == "kindred-eu"


def test_every_function_states_its_limits(endpoints: Endpoints) -> None:
    for name, endpoint in endpoints.items():
        for limit in ("availableMemoryMb", "cpu", "concurrency", "maxInstances", "timeoutSeconds"):
            assert isinstance(endpoint.get(limit), int), f"{name} leaves {limit} to the platform"


def test_concurrent_functions_have_a_whole_cpu(endpoints: Endpoints) -> None:
    for name, endpoint in endpoints.items():
        assert endpoint["concurrency"] == 1 or endpoint["cpu"] >= 1, name


def test_the_worker_is_alone_with_its_memory_for_half_an_hour(endpoints: Endpoints) -> None:
    for name in ("processUpload", "processShop"):
        worker = endpoints[name]
        assert worker["availableMemoryMb"] == 4 * MIB_OF_GIB
        assert worker["concurrency"] == 1
        assert worker["timeoutSeconds"] == 1800


def test_the_engine_leaves_room_in_the_workers_memory(endpoints: Endpoints) -> None:
    amount, unit = re.fullmatch(r"(\d+)(MB|GB)", settings.ENGINE_MEMORY).groups()  # type: ignore[union-attr]
    engine = int(amount) * (1 if unit == "MB" else 1000)
    assert engine < endpoints["processUpload"]["availableMemoryMb"] / 2


@pytest.mark.parametrize(
    ("trigger", "longest"),
    # The platform's own ends: 9 minutes for an event, 30 for a task.
    [("callable", 120), ("https", 60), ("event", 540), ("schedule", 540), ("taskQueue", 1800)],
)
def test_nothing_runs_longer_than_its_kind_may(
    endpoints: Endpoints, trigger: str, longest: int
) -> None:
    mine = {name: e["timeoutSeconds"] for name, e in endpoints.items() if kind(e) == trigger}
    assert mine
    assert {name: took for name, took in mine.items() if took > longest} == {}


def test_tasks_are_tried_again_with_a_pause(endpoints: Endpoints) -> None:
    for name, endpoint in endpoints.items():
        if kind(endpoint) == "taskQueue":
            retry = endpoint["taskQueueTrigger"]["retryConfig"]
            assert retry["maxAttempts"] > 1, name
            assert retry["minBackoffSeconds"] > 0, name
            assert endpoint["taskQueueTrigger"]["rateLimits"]["maxConcurrentDispatches"], name


def test_retries_outlast_the_lease_of_a_worker_that_died(endpoints: Endpoints) -> None:
    retry = endpoints["processUpload"]["taskQueueTrigger"]["retryConfig"]
    waited = sum(
        min(retry["minBackoffSeconds"] * 2**attempt, retry["maxBackoffSeconds"])
        for attempt in range(retry["maxAttempts"] - 1)
    )
    assert waited > settings.LEASE_SECONDS


def test_queues_have_names_that_cloud_tasks_takes(endpoints: Endpoints) -> None:
    tasks = [name for name, endpoint in endpoints.items() if kind(endpoint) == "taskQueue"]
    assert tasks
    for name in tasks:
        assert re.fullmatch(r"[A-Za-z0-9-]{1,100}", name), f"{name}: a queue takes no underscore"


def test_every_task_that_is_enqueued_has_a_function(endpoints: Endpoints) -> None:
    tasks = {name for name, endpoint in endpoints.items() if kind(endpoint) == "taskQueue"}
    enqueued = set()
    for path in (FUNCTIONS / "kindred").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) == "clients.enqueue"
                and isinstance(node.args[0], ast.Constant)
            ):
                enqueued.add(node.args[0].value)
    assert enqueued
    assert enqueued <= tasks


def test_jobs_are_swept_every_ten_minutes(endpoints: Endpoints) -> None:
    sweep = endpoints["sweep_jobs"]
    assert sweep["scheduleTrigger"]["schedule"] == "every 10 minutes"
    assert sweep["concurrency"] == 1


def test_events_come_from_the_bucket_and_the_documents_of_uploads(endpoints: Endpoints) -> None:
    stored = endpoints["on_csv_uploaded"]["eventTrigger"]
    assert stored["eventType"] == "google.cloud.storage.object.v1.finalized"
    assert stored["eventFilters"]["bucket"] == "demo-manifest.firebasestorage.app"
    for what in ("created", "updated"):
        written = endpoints[f"on_upload_{what}"]["eventTrigger"]
        assert written["eventType"] == f"google.cloud.firestore.document.v1.{what}"
        document = written["eventFilterPathPatterns"]["document"]
        assert document == "users/{uid}/csv_uploads/{uploadId}"


def test_discovery_asks_for_the_services_that_tasks_and_schedules_need(
    manifest: dict[str, Any],
) -> None:
    apis = {required["api"] for required in manifest["requiredAPIs"]}
    assert {"cloudtasks.googleapis.com", "cloudscheduler.googleapis.com"} <= apis


def test_the_web_app_calls_only_what_is_deployed_and_where(endpoints: Endpoints) -> None:
    sources = (ROOT / "hosting" / "src").rglob("*.ts*")
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    called = set(re.findall(r"callFunction\(\s*'(\w+)'", text))
    assert called
    callables = {name for name, endpoint in endpoints.items() if kind(endpoint) == "callable"}
    assert called - callables == set()
    region = re.search(r"VITE_KINDRED_REGION \|\| '([\w-]+)'", text)
    assert region
    assert region[1] == settings.REGION
