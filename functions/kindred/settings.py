"""Settings: the only reader of the environment, and what every function is deployed with.

Values come from the environment, where Firebase puts ``functions/.env`` and ``.env.<project>``;
each has a default that works. ``set_global_options`` runs here, so this module is imported before
any function is decorated.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

from firebase_functions import options


def _text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def _number(name: str, default: int) -> int:
    text = _text(name, str(default))
    if not text.isdigit():
        raise ValueError(f"{name} has to be a whole number, not {text!r}.")
    return int(text)


def _flag(name: str, *, default: bool) -> bool:
    return _text(name, "true" if default else "false").lower() in ("1", "true", "yes", "on")


_FIREBASE: Final[dict[str, Any]] = json.loads(_text("FIREBASE_CONFIG", "{}"))

ON_EMULATOR: Final = _flag("FUNCTIONS_EMULATOR", default=False)
PROJECT: Final = _text("GCLOUD_PROJECT", _text("GOOGLE_CLOUD_PROJECT", "demo-kindred"))
REGION: Final = _text("KINDRED_REGION", "us-central1")
BUCKET: Final = _text("KINDRED_BUCKET", _FIREBASE.get("storageBucket") or f"{PROJECT}.appspot.com")

#: App Check refuses callers that aren't the merchant's own web app. The emulator enforces it
#: too, where no attestation can be had.
ENFORCE_APP_CHECK: Final = _flag("KINDRED_APP_CHECK", default=False) and not ON_EMULATOR

#: Where texts are scored (Cloud Run). Empty: segments rest on behaviour alone.
ML_SERVICE_URL: Final = _text("ML_SERVICE_URL", "")
#: Shared token for a service outside Cloud Run's own identity check; empty: use OIDC.
ML_SERVICE_TOKEN: Final = _text("ML_SERVICE_TOKEN", "")

#: Texts that one task of a chain scores; up to as many are scored by the worker itself.
TEXT_SHARD: Final = _number("KINDRED_TEXT_SHARD", 20_000)
#: How long a service that doesn't answer is waited for before a job goes on without it.
TEXT_PATIENCE_SECONDS: Final = _number("KINDRED_TEXT_PATIENCE_SECONDS", 60)
#: False: once texts are scored, they go, with the rows and the raw file that hold them. A shop's
#: stored parts keep theirs: each run reads them.
KEEP_TEXTS: Final = _flag("KINDRED_KEEP_TEXTS", default=True)

#: How long one task of a shop's sync asks the shop, of the half hour that a task may take.
SYNC_SECONDS: Final = _number("KINDRED_SYNC_SECONDS", 1_200)
#: How often a shop is asked what is new.
SYNC_EVERY_MINUTES: Final = _number("KINDRED_SYNC_EVERY_MINUTES", 60)
#: Connected shops of one merchant: as many as the sweep, every ten minutes, can start in an hour.
MAX_SHOPS: Final = _number("KINDRED_MAX_SHOPS", 30)
#: Syncs of one merchant that one sweep starts, and that run at once, whoever asked for them: ten
#: tasks of their queue run at once, and half of them stay for others.
SYNCS_PER_SWEEP: Final = _number("KINDRED_SYNCS_PER_SWEEP", 5)

#: Where the web app is, and where platforms reach the function `hooks`: its Hosting, for both.
WEB_URL: Final = _text("KINDRED_WEB_URL", "") or f"https://{PROJECT}.web.app"
PUBLIC_URL: Final = _text("KINDRED_PUBLIC_URL", "") or WEB_URL

#: The deployment's keys for credentials of shops, from Secret Manager; the first one seals.
SHOP_KEY: Final = _text("KINDRED_SHOP_KEY", "")
#: Of functions that open shops. On the emulators the key comes with the environment.
SHOP_SECRETS: Final = [] if ON_EMULATOR else ["KINDRED_SHOP_KEY"]

#: Where `scripts/segment --source mongodb` finds the server; no function asks one.
MONGODB_URI: Final = _text("KINDRED_MONGODB_URI", "")

# Limits; the rules repeat the file's size, and a test holds that both agree.
MAX_FILE_BYTES: Final = _number("KINDRED_MAX_FILE_BYTES", 500_000_000)
ENGINE_MEMORY: Final = _text("KINDRED_ENGINE_MEMORY", "700MB")

# Jobs.
LEASE_SECONDS: Final = _number("KINDRED_LEASE_SECONDS", 90)
LEASE_RENEWAL_SECONDS: Final = _number("KINDRED_LEASE_RENEWAL_SECONDS", 30)
#: A job that no worker has taken for so long is taken for lost; three times longer each time.
QUEUE_PATIENCE_SECONDS: Final = _number("KINDRED_QUEUE_PATIENCE_SECONDS", 300)
MAX_ATTEMPTS: Final = 3
KEPT_RUNS: Final = 3
WAIT_FOR_FILE_HOURS: Final = 24
#: Of one merchant, that wait for their file or are worked on; a further one fails at once.
MAX_UNFINISHED_UPLOADS: Final = _number("KINDRED_MAX_UNFINISHED_UPLOADS", 100)

#: Prices that one key may ask for in a minute, over all instances.
KEY_QUOTES_PER_MINUTE: Final = _number("KINDRED_KEY_QUOTES_PER_MINUTE", 30_000)

options.set_global_options(
    region=REGION, cpu=1, memory=options.MemoryOption.MB_512, concurrency=20, max_instances=10,
    timeout_sec=60,
)  # fmt: skip

#: A callable that reads a document or two.
LIGHT: Final[dict[str, Any]] = {
    "region": REGION,
    "memory": options.MemoryOption.MB_512,
    "cpu": 1,
    "concurrency": 20,
    "max_instances": 10,
    "timeout_sec": 60,
    "enforce_app_check": ENFORCE_APP_CHECK,
}
#: What shops and programs ask over HTTP with a key: any of them may, and none attests an app.
OPEN: Final[dict[str, Any]] = {
    **{name: value for name, value in LIGHT.items() if name != "enforce_app_check"},
    "invoker": "public",
}
#: A callable that reads tables.
TABULAR: Final[dict[str, Any]] = {
    **LIGHT,
    "memory": options.MemoryOption.GB_2,
    "concurrency": 2,
    "timeout_sec": 120,
}
#: What reacts to an event: it claims and enqueues, no more.
EVENT: Final[dict[str, Any]] = {
    "region": REGION,
    "memory": options.MemoryOption.MB_512,
    "cpu": 1,
    "concurrency": 10,
    "max_instances": 10,
    "timeout_sec": 60,
}
#: A worker: one job at a time, memory enough for the tables, the platform's longest deadline.
WORKER: Final[dict[str, Any]] = {
    "region": REGION,
    "memory": options.MemoryOption.GB_4,
    "cpu": 2,
    "concurrency": 1,
    "max_instances": 10,
    "timeout_sec": 1800,
    "retry_config": options.RetryConfig(
        max_attempts=8, min_backoff_seconds=15, max_backoff_seconds=120
    ),
    "rate_limits": options.RateLimits(max_concurrent_dispatches=10),
}
#: A worker that mostly waits for the text service.
SCORER: Final[dict[str, Any]] = {**WORKER, "memory": options.MemoryOption.GB_1, "cpu": 1}
#: A worker that lists and deletes.
ERASER: Final[dict[str, Any]] = {**WORKER, "memory": options.MemoryOption.MB_512, "cpu": 1}
#: A worker that tells other servers something, and mostly waits for them.
NOTIFIER: Final[dict[str, Any]] = {
    **EVENT,
    "retry_config": options.RetryConfig(
        max_attempts=10, min_backoff_seconds=10, max_backoff_seconds=300
    ),
    # An import that changes thousands of prices must not fall on a merchant's server at once.
    "rate_limits": options.RateLimits(max_concurrent_dispatches=50, max_dispatches_per_second=50),
}
