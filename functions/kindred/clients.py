"""Clients of the platform, made when first needed and kept for the life of the instance.

Everything else reaches Firestore, Storage, tasks and accounts through these, so that tests can see
every path that is touched.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kindred import log, settings
from kindred.errors import Unavailable

if TYPE_CHECKING:
    import firebase_admin
    from google.cloud.firestore import Client, Transaction
    from google.cloud.storage import Bucket
    from google.cloud.tasks_v2 import CloudTasksClient


T = TypeVar("T")

#: Seconds between tries of a transaction that others were in the way of.
PAUSES: Final = (0.2, 0.5, 1.0, 2.0)


@cache
def firestore() -> Client:
    from google.cloud.firestore import Client

    # Not firebase_admin's: that one wants credentials on the emulator too.
    return Client(project=settings.PROJECT)


@cache
def bucket() -> Bucket:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud.storage import Client

    credentials = AnonymousCredentials() if settings.ON_EMULATOR else None  # type: ignore[no-untyped-call]
    client = Client(project=settings.PROJECT, credentials=credentials)
    if settings.ON_EMULATOR:
        # It takes some requests, copies among them, only without the API's name and version.
        client._connection.API_URL_TEMPLATE = "{api_base_url}{path}"
    return client.bucket(settings.BUCKET)


@cache
def admin_app() -> firebase_admin.App:
    import firebase_admin

    try:
        return firebase_admin.get_app()
    except ValueError:
        return firebase_admin.initialize_app(options={"projectId": settings.PROJECT})


def transact(work: Callable[[Transaction], T]) -> T:
    """Do ``work`` in a transaction, again as long as others are in the way.

    Raises `Unavailable` when they never let go.
    """
    from google.api_core.exceptions import Aborted
    from google.cloud.firestore import transactional

    run = transactional(work)
    for pause in PAUSES:
        try:
            result: T = run(firestore().transaction())
        except (Aborted, ValueError) as err:
            # Aborted while reading; a ValueError when commits were aborted again and again.
            if not isinstance(err, Aborted) and not isinstance(err.__cause__, Aborted):
                raise
            time.sleep(pause)
        else:
            return result
    raise Unavailable("Others are changing this at the same time.", code="contention")


def delete_files(prefixes: Iterable[str]) -> int:
    """Remove every file below the prefixes; how many there were. Others may do so at once."""
    files = [file for prefix in prefixes for file in bucket().list_blobs(prefix=prefix)]
    bucket().delete_blobs(files, on_error=lambda file: None)  # gone already
    return len(files)


def enqueue(
    function: str,
    data: Mapping[str, Any],
    *,
    task_id: str,
    deadline_seconds: int,
    delay_seconds: int = 0,
) -> bool:
    """Put one task into the queue of ``function``. False: a task of that id was there already."""
    from firebase_admin import exceptions, functions

    queue = functions.task_queue(
        f"locations/{settings.REGION}/functions/{function}", app=admin_app()
    )
    options = functions.TaskOptions(
        task_id=task_id,
        dispatch_deadline_seconds=deadline_seconds,
        schedule_delay_seconds=delay_seconds or None,
    )
    try:
        queue.enqueue({"data": dict(data)}, options)
    except (exceptions.ConflictError, exceptions.AlreadyExistsError):
        return False
    except ValueError as error:
        # The emulator names the task in a form the SDK doesn't read, after making it.
        if not (settings.ON_EMULATOR and "resource name" in str(error)):
            raise
    return True


#: Tasks of a queue that are looked through to find some; what is left ends by itself.
_MOST_TASKS: Final = 5_000


def take_back(function: str, ending: str) -> int:
    """Remove from the queue of ``function`` what waits there under ids that end so; how many.

    By Cloud Tasks' own client, since the Admin SDK's queues can't be listed. 0 where the queue
    can't be looked through: on the emulator, which has no such call, and without the permission.
    A task that stays finds its job over, and does nothing.
    """
    if settings.ON_EMULATOR:
        log.event("tasks_not_listed", function=function, reason="emulator")
        return 0
    from google.api_core.exceptions import GoogleAPIError, NotFound
    from google.cloud.tasks_v2 import CloudTasksClient

    count = 0
    try:
        client = tasks_client()
        queue = CloudTasksClient.queue_path(settings.PROJECT, settings.REGION, function)
        found = client.list_tasks(request={"parent": queue, "page_size": 1_000})
        for task in itertools.islice(found, _MOST_TASKS):
            if task.name.endswith(ending):
                with suppress(NotFound):  # it has just run
                    client.delete_task(request={"name": task.name})
                    count += 1
    except GoogleAPIError as err:
        log.event("tasks_not_listed", function=function, reason=type(err).__name__)
    return count


@cache
def tasks_client() -> CloudTasksClient:
    """Cloud Tasks itself, for what the Admin SDK's queues can't: listing."""
    from google.cloud.tasks_v2 import CloudTasksClient

    return CloudTasksClient()
