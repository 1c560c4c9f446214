"""How much a piece of work asks Firestore for: documents read, queries, documents written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

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
