"""How much a piece of work asks Firestore for: documents read, queries, documents written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

from google.api_core.exceptions import DeadlineExceeded
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from kindred import direct


@dataclass
class Asked:
    """Requests, and documents in them."""

    reads: int = 0
    read_requests: int = 0
    queries: int = 0
    writes: int = 0
    commits: int = 0

    @property
    def requests(self) -> int:
        return self.read_requests + self.queries + self.commits


@contextmanager
def counted() -> Iterator[Asked]:
    """Counts what is asked of Firestore from here on, in this process."""
    asked = Asked()
    get, query = FirestoreClient.batch_get_documents, FirestoreClient.run_query
    commit = FirestoreClient.commit

    def on_get(self: Any, request: Any = None, **more: Any) -> Any:
        asked.reads += len(request["documents"])
        asked.read_requests += 1
        return get(self, request=request, **more)

    def on_query(self: Any, request: Any = None, **more: Any) -> Any:
        asked.queries += 1
        return query(self, request=request, **more)

    def on_commit(self: Any, request: Any = None, **more: Any) -> Any:
        asked.writes += len(request["writes"])
        asked.commits += 1
        return commit(self, request=request, **more)

    ours = direct.call

    def on_call(name: str, request: Any, *more: Any) -> Any:
        if name == "Commit":
            asked.writes += direct.count_writes(request)
            asked.commits += 1
        else:
            asked.reads += 1
            asked.read_requests += 1
        return ours(name, request, *more)

    with (
        patch.object(direct, "call", on_call),
        patch.object(FirestoreClient, "batch_get_documents", on_get),
        patch.object(FirestoreClient, "run_query", on_query),
        patch.object(FirestoreClient, "commit", on_commit),
    ):
        yield asked


@contextmanager
def stopping(answers: int) -> Iterator[None]:
    """Firestore answers so many requests of this process, and none after them."""
    asked = count()

    def until_then(method: Any) -> Any:
        def ask(*args: Any, **more: Any) -> Any:
            if next(asked) >= answers:
                raise DeadlineExceeded("Nobody answers.")  # type: ignore[no-untyped-call]
            return method(*args, **more)

        return ask

    names = ("batch_get_documents", "run_query", "run_aggregation_query", "list_documents")
    with ExitStack() as stack:
        stack.enter_context(patch.object(direct, "call", until_then(direct.call)))
        for name in (*names, "commit"):
            method = getattr(FirestoreClient, name)
            stack.enter_context(patch.object(FirestoreClient, name, until_then(method)))
        yield
