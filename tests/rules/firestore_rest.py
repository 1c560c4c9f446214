"""Firestore's REST interface as a client uses it, and the emulator's back door for seeding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from launcher.merchant import to_firestore
from rules.callers import token


class Outage(AssertionError):
    """Neither allowed nor refused: the emulator, not the rules, has spoken."""


@dataclass(frozen=True)
class ServerTime:
    """The value a client can't choose: the request's own time."""


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    text: str

    @property
    def allowed(self) -> bool:
        """Whether the rules let it pass; raises :class:`Outage` when that can't be told."""
        if self.status == 200:
            return True
        costly = "maximum of 1000 expressions" in self.text
        if self.status == 403 and "PERMISSION_DENIED" in self.text and not costly:
            return False
        raise Outage(f"{self.status}: {self.text[:400]}")


class Firestore:
    """One project of the emulator."""

    def __init__(self, host: str, project: str) -> None:
        self.project = project
        self._root = f"http://{host}/v1/projects/{project}/databases/(default)/documents"
        self._admin = f"http://{host}/emulator/v1/projects/{project}"
        self._name = f"projects/{project}/databases/(default)/documents"
        self._http = requests.Session()

    def load_rules(self, text: str) -> None:
        """Replace the project's rules; raises ValueError when they don't compile."""
        body = {"rules": {"files": [{"name": "firestore.rules", "content": text}]}}
        answer = self._http.put(f"{self._admin}:securityRules", json=body, timeout=30)
        if answer.status_code != 200:
            raise ValueError(answer.text[:2000])

    def seed(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Write documents past the rules."""
        writes = [
            {"update": {"name": f"{self._name}/{path}", **to_firestore(data)["mapValue"]}}
            for path, data in documents.items()
        ]
        self._back_door("commit", {"writes": writes})

    def remove(self, path: str) -> None:
        self._back_door("commit", {"writes": [{"delete": f"{self._name}/{path}"}]})

    def clear(self) -> None:
        self._http.delete(f"{self._admin}/databases/(default)/documents", timeout=30)

    def _back_door(self, verb: str, body: dict[str, Any]) -> None:
        answer = self._http.post(
            f"{self._root}:{verb}", json=body, headers={"Authorization": "Bearer owner"}, timeout=30
        )
        answer.raise_for_status()

    # As a client ---------------------------------------------------------------------------

    def get(self, caller: str, path: str) -> Answer:
        return self._ask(caller, "GET", f"/{_quoted(path)}")

    def list(self, caller: str, collection: str) -> Answer:
        return self._ask(caller, "GET", f"/{_quoted(collection)}?pageSize=3")

    def write(
        self,
        caller: str,
        path: str,
        data: Mapping[str, Any],
        *,
        exists: bool,
        mask: Sequence[str] | None = None,
    ) -> Answer:
        """Create (``exists`` false) or update; ``mask`` defaults to the fields that are sent."""
        plain = {key: value for key, value in data.items() if not isinstance(value, ServerTime)}
        fields = [
            key for key in (mask if mask is not None else plain) if key not in data or key in plain
        ]
        write: dict[str, Any] = {
            "update": {"name": f"{self._name}/{path}", **to_firestore(plain)["mapValue"]},
            "currentDocument": {"exists": exists},
        }
        if exists:
            write["updateMask"] = {"fieldPaths": fields}
        stamped = [key for key, value in data.items() if isinstance(value, ServerTime)]
        if stamped:
            write["updateTransforms"] = [
                {"fieldPath": key, "setToServerValue": "REQUEST_TIME"} for key in stamped
            ]
        return self.commit(caller, [write])

    def delete(self, caller: str, path: str) -> Answer:
        return self.commit(caller, [{"delete": f"{self._name}/{path}"}])

    def commit(self, caller: str, writes: Sequence[Mapping[str, Any]]) -> Answer:
        return self._ask(caller, "POST", ":commit", {"writes": list(writes)})

    def query(
        self,
        caller: str,
        parent: str,
        collection: str,
        *,
        every: bool = False,
        where: tuple[str, str] | None = None,
        count: bool = False,
    ) -> Answer:
        """Run a query below ``parent`` ('' is the root); ``every`` makes it a collection group."""
        query: dict[str, Any] = {"from": [{"collectionId": collection, "allDescendants": every}]}
        if where is not None:
            field, value = where
            query["where"] = {
                "fieldFilter": {
                    "field": {"fieldPath": field},
                    "op": "EQUAL",
                    "value": to_firestore(value),
                }
            }
        place = f"/{_quoted(parent)}" if parent else ""
        if not count:
            return self._ask(caller, "POST", f"{place}:runQuery", {"structuredQuery": query})
        counted = {"structuredQuery": query, "aggregations": [{"alias": "n", "count": {}}]}
        body = {"structuredAggregationQuery": counted}
        return self._ask(caller, "POST", f"{place}:runAggregationQuery", body)

    def batch_get(self, caller: str, *paths: str) -> Answer:
        body = {"documents": [f"{self._name}/{path}" for path in paths]}
        return self._ask(caller, "POST", ":batchGet", body)

    def raw(self, caller: str, verb: str, parent: str, body: Mapping[str, Any]) -> Answer:
        place = f"/{_quoted(parent)}" if parent else ""
        return self._ask(caller, "POST", f"{place}:{verb}", body)

    def name(self, path: str) -> str:
        return f"{self._name}/{path}"

    def _ask(
        self, caller: str, method: str, place: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        bearer = token(caller, self.project)
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        answer = self._http.request(
            method, self._root + place, json=body, headers=headers, timeout=30
        )
        # A missing document that may be read answers 404: for the rules that is "allowed".
        status = 200 if answer.status_code == 404 and method == "GET" else answer.status_code
        return Answer(status, answer.text)


def _quoted(path: str) -> str:
    return quote(path, safe="/")
