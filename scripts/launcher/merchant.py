"""A merchant, as the system sees one from outside: its requests are those of a browser."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from launcher.errors import LauncherError


@dataclass(frozen=True)
class Merchant:
    """A signed-in merchant; `env` holds the system's addresses."""

    uid: str
    token: str
    env: Mapping[str, str]

    def create_document(self, path: str, fields: Mapping[str, Any]) -> None:
        """Create a Firestore document as its owner; refused if it exists or rules forbid it."""
        folder, _, identity = path.rpartition("/")
        url = f"{self._documents}/{folder}?documentId={urllib.parse.quote(identity)}"
        self._send(url, {"fields": {key: to_firestore(value) for key, value in fields.items()}})

    def read_document(self, path: str) -> dict[str, Any]:
        """A Firestore document's fields."""
        document = self._send(f"{self._documents}/{path}")
        return {key: from_firestore(v) for key, v in document.get("fields", {}).items()}

    def list_documents(self, path: str) -> list[dict[str, Any]]:
        """The fields of every document of a collection."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = self._send(f"{self._documents}/{path}?pageSize=300&pageToken={token}")
            documents = (document["fields"] for document in page.get("documents", []))
            found += [{k: from_firestore(v) for k, v in fields.items()} for fields in documents]
            token = page.get("nextPageToken", "")
            if not token:
                return found

    def upload_file(self, path: str, file: Path) -> None:
        """Put a file into Storage by the resumable upload that the web SDK uses, as a stream."""
        bucket = self.env["STORAGE_BUCKET"]
        name = urllib.parse.quote(path, safe="")
        address = urllib.parse.urlsplit(self.env["STORAGE_EMULATOR_HOST"])
        headers = {"Authorization": f"Bearer {self.token}", "X-Goog-Upload-Protocol": "resumable"}
        start = {
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(file.stat().st_size),
            "X-Goog-Upload-Header-Content-Type": "text/csv",
            "Content-Type": "application/json",
        }
        connection = http.client.HTTPConnection(address.netloc, timeout=600)
        body = json.dumps({"name": path, "contentType": "text/csv"})
        connection.request("POST", f"/v0/b/{bucket}/o?name={name}", body, headers | start)
        target = _accepted(connection, path).getheader("X-Goog-Upload-URL")
        if not target:
            raise LauncherError("Storage gave no address to upload to")
        finish = {
            "X-Goog-Upload-Command": "upload, finalize",
            "X-Goog-Upload-Offset": "0",
            "Content-Length": str(file.stat().st_size),
        }
        parts = urllib.parse.urlsplit(target)
        with file.open("rb") as content:
            connection.request("POST", f"{parts.path}?{parts.query}", content, headers | finish)
        _accepted(connection, path)
        connection.close()

    @property
    def _documents(self) -> str:
        project = self.env["GCLOUD_PROJECT"]
        host = self.env["FIRESTORE_EMULATOR_HOST"]
        return f"http://{host}/v1/projects/{project}/databases/(default)/documents"

    def _send(self, url: str, body: object = None) -> dict[str, Any]:
        return send_json(url, body, {"Authorization": f"Bearer {self.token}"})


def sign_up(env: Mapping[str, str], email: str, password: str) -> Merchant:
    """A new account whose address counts as verified, signed in."""
    host = env["FIREBASE_AUTH_EMULATOR_HOST"]
    url = f"http://{host}/identitytoolkit.googleapis.com/v1/accounts"
    asked = {"email": email, "password": password, "returnSecureToken": True}
    made = send_json(f"{url}:signUp?key=any", asked, {})
    verified = {"localId": made["localId"], "emailVerified": True}
    send_json(f"{url}:update", verified, {"Authorization": "Bearer owner"})
    account = send_json(f"{url}:signInWithPassword?key=any", asked, {})
    return Merchant(account["localId"], account["idToken"], env)


def create_upload(merchant: Merchant, file: Path, label: str) -> str:
    """Create the document of an upload and put the file, as the web app does; the upload's path."""
    identity = f"demo-{time.time_ns():x}"
    path = f"users/{merchant.uid}/csv_uploads/{identity}"
    fields = {
        "status": "waiting_for_file",
        "file_name": file.name,
        "label": label,
        "generate_segments": True,
        "created_at": datetime.now(UTC),
        "uploaded_by": merchant.uid,
        "column_mapping": None,
        "options": {},
        "based_on": None,
    }
    merchant.create_document(path, fields)
    merchant.upload_file(f"csv_uploads/{merchant.uid}/{identity}/{file.name}", file)
    return path


def send_json(url: str, body: object, headers: Mapping[str, str]) -> dict[str, Any]:
    """POST `body` as JSON, or GET without one. Raises `LauncherError` with what the other said."""
    data = None if body is None else json.dumps(body).encode()
    sent = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(sent, timeout=60) as reply:
            answer: dict[str, Any] = json.load(reply)
            return answer
    except urllib.error.HTTPError as err:
        said = err.read().decode(errors="replace")
        raise LauncherError(f"{url} answered {err.code}: {said}") from err


def to_firestore(value: object) -> dict[str, Any]:
    """A value as Firestore's REST interface writes it."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case datetime():
            return {"timestampValue": value.isoformat().replace("+00:00", "Z")}
        case Mapping():
            return {"mapValue": {"fields": {key: to_firestore(v) for key, v in value.items()}}}
        case Sequence():
            return {"arrayValue": {"values": [to_firestore(item) for item in value]}}
    raise TypeError(f"no Firestore value: {value!r}")


def from_firestore(value: Mapping[str, Any]) -> Any:
    """A value of Firestore's REST interface as Python has it; times stay texts."""
    (kind, content), *_ = value.items()
    match kind:
        case "nullValue":
            return None
        case "integerValue":
            return int(content)
        case "mapValue":
            fields = content.get("fields", {})
            return {key: from_firestore(v) for key, v in fields.items()}
        case "arrayValue":
            return [from_firestore(item) for item in content.get("values", [])]
    return content


def _accepted(connection: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
    reply = connection.getresponse()
    said = reply.read().decode(errors="replace")
    if reply.status != 200:
        raise LauncherError(f"Storage refused {path} with {reply.status}: {said}")
    return reply
