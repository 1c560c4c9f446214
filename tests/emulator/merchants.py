"""People at the system's front doors: every request is one that a browser makes."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import requests
from emulator.places import SAMPLES, address
from google.cloud.firestore import Client, DocumentSnapshot
from google.cloud.firestore_v1.watch import Watch
from kindred.paths import CSV, Source
from launcher.merchant import from_firestore, to_firestore

PROJECT = os.environ.get("GCLOUD_PROJECT", "demo-kindred")
DONE = ("ready", "checked", "needs_mapping", "failed", "cancelled")
HANG_SECONDS = 600  # what takes longer never happens


@dataclass
class Person:
    """Somebody with a token, or nobody (`ANYBODY`)."""

    uid: str
    token: str | None
    email: str = ""
    refresh_token: str = ""

    # Firestore -----------------------------------------------------------------------------

    def create(self, path: str, fields: Mapping[str, Any]) -> requests.Response:
        folder, _, name = path.rpartition("/")
        body = {"fields": {key: to_firestore(value) for key, value in fields.items()}}
        url = f"{_documents()}/{folder}"
        return self._send("POST", url, params={"documentId": name}, json=body)

    def change(self, path: str, **fields: Any) -> requests.Response:
        body = {"fields": {key: to_firestore(value) for key, value in fields.items()}}
        mask = [("updateMask.fieldPaths", name) for name in fields]
        return self._send("PATCH", f"{_documents()}/{path}", params=mask, json=body)

    def remove(self, path: str) -> requests.Response:
        return self._send("DELETE", f"{_documents()}/{path}")

    def get(self, path: str) -> requests.Response:
        return self._send("GET", f"{_documents()}/{path}")

    def read(self, path: str) -> dict[str, Any]:
        """A document's fields; empty if there is none."""
        answer = self.get(path)
        if answer.status_code == 404:
            return {}
        answer.raise_for_status()
        return {name: from_firestore(v) for name, v in answer.json().get("fields", {}).items()}

    def list(self, path: str) -> dict[str, dict[str, Any]]:
        """Every document of a collection by its id."""
        found: dict[str, dict[str, Any]] = {}
        token = ""
        while True:
            params = {"pageSize": "300", "pageToken": token}
            answer = self._send("GET", f"{_documents()}/{path}", params=params)
            answer.raise_for_status()
            for document in answer.json().get("documents", []):
                fields = document.get("fields", {})
                found[document["name"].rsplit("/", 1)[1]] = {
                    name: from_firestore(value) for name, value in fields.items()
                }
            token = answer.json().get("nextPageToken", "")
            if not token:
                return found

    def query(self, path: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Documents of a structured query below ``path``, with their ids as ``__id__``."""
        url = f"{_documents()}/{path}:runQuery"
        answer = self._send("POST", url, json={"structuredQuery": query})
        answer.raise_for_status()
        return [
            {
                "__id__": row["document"]["name"].rsplit("/", 1)[1],
                **{n: from_firestore(v) for n, v in row["document"].get("fields", {}).items()},
            }
            for row in answer.json()
            if "document" in row
        ]

    # Storage -------------------------------------------------------------------------------

    def put_file(self, name: str, content: bytes) -> int:
        """A resumable upload as the web SDK does it, in two pieces; the last status."""
        headers = {"X-Goog-Upload-Protocol": "resumable"}
        start = {
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(len(content)),
            "X-Goog-Upload-Header-Content-Type": "text/csv",
        }
        answer = self._send(
            "POST",
            _files(),
            params={"name": name},
            json={"name": name, "contentType": "text/csv"},
            headers=headers | start,
        )
        if answer.status_code != 200:
            return answer.status_code
        url, piece = answer.headers["X-Goog-Upload-URL"], 256 * 1024
        for offset in range(0, max(len(content), 1), piece):
            last = offset + piece >= len(content)
            command = {
                "X-Goog-Upload-Command": "upload, finalize" if last else "upload",
                "X-Goog-Upload-Offset": str(offset),
            }
            body = content[offset : offset + piece]
            answer = self._send("POST", url, data=body, headers=headers | command)
            if answer.status_code != 200:
                return answer.status_code
        return 200

    def get_file(self, name: str) -> requests.Response:
        return self._send("GET", f"{_files()}/{quote(name, safe='')}", params={"alt": "media"})

    def list_files(self, prefix: str) -> requests.Response:
        return self._send("GET", _files(), params={"prefix": prefix})

    def remove_file(self, name: str) -> requests.Response:
        return self._send("DELETE", f"{_files()}/{quote(name, safe='')}")

    # Callables -----------------------------------------------------------------------------

    def call(self, function: str, **data: Any) -> dict[str, Any]:
        """The result; fails if there is an error."""
        answer = self.ask(function, **data)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result

    def refused(self, function: str, **data: Any) -> tuple[str, str]:
        """The error's status (``PERMISSION_DENIED`` …) and its code."""
        answer = self.ask(function, **data)
        assert answer.status_code != 200, answer.text
        error = answer.json()["error"]
        return error["status"], (error.get("details") or {}).get("code", "")

    def ask(self, function: str, **data: Any) -> requests.Response:
        return self._send(
            "POST", f"{address('FUNCTIONS_BASE_URL')}/{function}", json={"data": data}, timeout=120
        )

    def _send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
        **more: Any,
    ) -> requests.Response:
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(
            method, url, headers={**signed, **(headers or {})}, timeout=timeout, **more
        )

    def refresh(self) -> None:
        """A new token, with the claims of now."""
        accounts = f"{address('FIREBASE_AUTH_EMULATOR_HOST')}/securetoken.googleapis.com/v1/token"
        answer = requests.post(
            f"{accounts}?key=any",
            json={"grant_type": "refresh_token", "refresh_token": self.refresh_token},
            timeout=30,
        )
        self.token = answer.json()["id_token"]


ANYBODY = Person("", None)


def _documents() -> str:
    host = address("FIRESTORE_EMULATOR_HOST")
    return f"{host}/v1/projects/{PROJECT}/databases/(default)/documents"


def _files() -> str:
    return f"{address('STORAGE_EMULATOR_HOST')}/v0/b/{os.environ['STORAGE_BUCKET']}/o"


def sign_up(name: str = "merchant", *, verified: bool = True) -> Person:
    """A new account, signed in; ``verified`` as if its owner had opened the link."""
    email = f"{name}-{uuid.uuid4().hex[:8]}@example.com"
    accounts = (
        f"{address('FIREBASE_AUTH_EMULATOR_HOST')}/identitytoolkit.googleapis.com/v1/accounts"
    )
    account = {"email": email, "password": uuid.uuid4().hex, "returnSecureToken": True}
    made = requests.post(f"{accounts}:signUp?key=any", json=account, timeout=30).json()
    person = Person(made["localId"], made["idToken"], email, made["refreshToken"])
    if verified:
        requests.post(
            f"{accounts}:update",
            json={"localId": person.uid, "emailVerified": True},
            headers={"Authorization": "Bearer owner"},
            timeout=30,
        ).raise_for_status()
        person.refresh()
    return person


def join(owner: Person, role: str) -> Person:
    """Somebody who accepted the owner's invitation."""
    person = sign_up(role)
    made = owner.call("invite_member", email=person.email, role=role)
    person.call(
        "accept_invite",
        owner_uid=owner.uid,
        invitation_id=made["invitation_id"],
        token=made["link_token"],
    )
    person.refresh()
    return person


class Listener(Watch):
    """A listener to a document; that its stream was cut is told, and no error."""

    is_cut = False

    def close(self, reason: Any = None) -> None:
        super().close()
        self.is_cut = reason is not None


@dataclass(frozen=True)
class Upload:
    """A CSV source as its merchant sees it."""

    owner: Person
    id: str
    file_name: str

    @property
    def path(self) -> str:
        return f"users/{self.owner.uid}/csv_uploads/{self.id}"

    @property
    def raw_file(self) -> str:
        return f"csv_uploads/{self.owner.uid}/{self.id}/{self.file_name}"

    @property
    def derived(self) -> str:
        return f"derived/{self.owner.uid}/csv/{self.id}/"

    @property
    def source(self) -> dict[str, str]:
        return {"uid": self.owner.uid, "kind": "csv", "id": self.id}

    @property
    def place(self) -> Source:
        """As the server names it."""
        return Source(self.owner.uid, CSV, self.id)

    def read(self) -> dict[str, Any]:
        return self.owner.read(self.path)

    def wait_until_ready(self) -> dict[str, Any]:
        document = self.wait()
        assert document["status"] == "ready", _shown(document)
        return document

    def comparable(self) -> dict[str, Any]:
        """The current run's documents without what tells two runs apart."""
        run = self.read()["current_run"]
        names = ("csv_segments", "customers", "customer_index", "charts", "emotions")
        text = json.dumps({name: self.of_run(name, run) for name in names}, sort_keys=True)
        for name in (run, self.id):
            text = text.replace(name, "-")
        found: dict[str, Any] = json.loads(text)
        for segment in found["csv_segments"].values():
            del segment["created_at"]
        return found

    def of_run(self, collection: str, run_id: str) -> dict[str, dict[str, Any]]:
        """The documents of one run: a range of ids, as the web app asks for them."""
        key, name = {"fieldPath": "__name__"}, f"projects/{PROJECT}/databases/(default)/documents"
        bound = f"{name}/{self.path}/{collection}/{run_id}"
        filters = [
            {"fieldFilter": {"field": key, "op": op, "value": {"referenceValue": bound + end}}}
            for op, end in (("GREATER_THAN_OR_EQUAL", "-"), ("LESS_THAN", "."))
        ]
        query = {
            "from": [{"collectionId": collection}],
            "where": {"compositeFilter": {"op": "AND", "filters": filters}},
        }
        return {row.pop("__id__"): row for row in self.owner.query(self.path, query)}

    def wait(self, until: Callable[[dict[str, Any]], bool] | None = None) -> dict[str, Any]:
        """The document as soon as ``until`` holds (default: the job is over)."""
        reached = until or (lambda document: document.get("status") in DONE)
        deadline = time.monotonic() + HANG_SECONDS
        while True:
            document = self.read()
            if reached(document):
                return document
            assert time.monotonic() < deadline, f"still {_shown(document)}"
            time.sleep(0.15)

    @contextmanager
    def listening(self) -> Iterator[list[dict[str, Any]]]:
        """Every state of the document that a listening browser sees, up to the end of its job.

        A stream that is cut is opened again, as a browser does: the emulator cuts one now and then.
        """
        states: list[dict[str, Any]] = []
        is_over = threading.Event()

        def note(snapshots: Sequence[DocumentSnapshot], *_: object) -> None:
            states.extend(snapshot.to_dict() or {} for snapshot in snapshots)
            if states and states[-1].get("status") in DONE:
                is_over.set()

        address("FIRESTORE_EMULATOR_HOST")
        document = Client(project=PROJECT).document(self.path)
        listener = Listener.for_document(document, note, DocumentSnapshot)
        try:
            yield states
            deadline = time.monotonic() + HANG_SECONDS
            while not is_over.wait(0.5):
                assert time.monotonic() < deadline, f"still {_shown(self.read())}"
                if listener.is_cut:
                    listener = Listener.for_document(document, note, DocumentSnapshot)
        finally:
            listener.unsubscribe()


def _shown(document: Mapping[str, Any]) -> str:
    names = ("status", "stage", "progress", "attempt", "error")
    return str({name: document.get(name) for name in names})


def start_upload(
    owner: Person,
    content: bytes | None = None,
    *,
    file_name: str = "orders.csv",
    by: Person | None = None,
    **fields: Any,
) -> Upload:
    """The document, then the file, as the web app does it. No content: the file is to come."""
    upload = Upload(owner, f"u{uuid.uuid4().hex[:10]}", file_name)
    person = by or owner
    document = {
        "status": "waiting_for_file",
        "file_name": file_name,
        "label": "Orders",
        "generate_segments": True,
        "created_at": datetime.now(UTC),
        "uploaded_by": person.uid,
        "column_mapping": None,
        "options": {},
        "based_on": None,
        **fields,
    }
    made = person.create(upload.path, document)
    assert made.status_code == 200, made.text
    if content is not None:
        assert person.put_file(upload.raw_file, content) == 200
    return upload


def tiny() -> bytes:
    return (SAMPLES / "tiny.csv").read_bytes()
