"""Firebase Storage's REST interface as the web SDK uses it, and the emulator's back door."""

from __future__ import annotations

import json
from urllib.parse import quote

import requests
from rules.callers import token
from rules.firestore_rest import Outage


class Storage:
    """One bucket of the emulator."""

    def __init__(self, host: str, bucket: str, project: str) -> None:
        self._project = project
        self._http = requests.Session()
        self._host = f"http://{host}"
        self._root = f"http://{host}/v0/b/{bucket}/o"

    def load_rules(self, text: str) -> None:
        """Replace the emulator's rules; raises ValueError when they don't compile."""
        body = {"rules": {"files": [{"name": "storage.rules", "content": text}]}}
        answer = self._http.put(f"{self._host}/internal/setRules", json=body, timeout=30)
        if answer.status_code != 200:
            raise ValueError(answer.text[:2000])

    def seed(self, name: str, content: bytes = b"customer,amount\n") -> None:
        """Put a file past the rules."""
        self._put({"Authorization": "Bearer owner"}, name, content).raise_for_status()

    def remove(self, name: str) -> None:
        headers = {"Authorization": "Bearer owner"}
        self._http.delete(self._at(name), headers=headers, timeout=30)

    # As a client ---------------------------------------------------------------------------

    def get(self, caller: str, name: str, *, content: bool = False) -> bool:
        """Whether metadata (or the content) may be read; a missing file counts as readable."""
        query = "?alt=media" if content else ""
        return _allowed(
            self._http.get(self._at(name) + query, headers=self._as(caller), timeout=30)
        )

    def list(self, caller: str, prefix: str) -> bool:
        query = {"prefix": prefix, "delimiter": "/"} if prefix else {"delimiter": "/"}
        answer = self._http.get(self._root, params=query, headers=self._as(caller), timeout=30)
        return _allowed(answer)

    def put(
        self, caller: str, name: str, content: bytes = b"a,b\n1,2\n", *, kind: str = ""
    ) -> bool:
        return _allowed(self._put(self._as(caller), name, content, kind or "text/csv"))

    def put_resumable(self, caller: str, name: str, content: bytes) -> bool:
        """The way of large files: start, then upload and finalize."""
        headers = self._as(caller)
        start = self._http.post(
            self._root,
            params={"name": name},
            json={"name": name, "contentType": "text/csv"},
            headers={
                **headers,
                "X-Goog-Upload-Protocol": "resumable",
                "X-Goog-Upload-Command": "start",
            },
            timeout=30,
        )
        if start.status_code != 200:
            return _allowed(start)
        commands = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        url = start.headers["x-goog-upload-url"]
        return _allowed(
            self._http.post(url, data=content, headers={**headers, **commands}, timeout=30)
        )

    def describe(self, caller: str, name: str) -> bool:
        """Change metadata: an update."""
        body = {"contentType": "text/html", "metadata": {"owner": "me"}}
        return _allowed(
            self._http.patch(self._at(name), json=body, headers=self._as(caller), timeout=30)
        )

    def delete(self, caller: str, name: str) -> bool:
        return _allowed(self._http.delete(self._at(name), headers=self._as(caller), timeout=30))

    def _put(
        self, headers: dict[str, str], name: str, content: bytes, kind: str = "text/csv"
    ) -> requests.Response:
        edge = "kindred-boundary"
        about = json.dumps({"name": name, "contentType": kind}).encode()
        body = b"".join(
            (
                f"--{edge}\r\nContent-Type: application/json\r\n\r\n".encode(),
                about,
                f"\r\n--{edge}\r\nContent-Type: {kind}\r\n\r\n".encode(),
                content,
                f"\r\n--{edge}--".encode(),
            )
        )
        multipart = {
            "X-Goog-Upload-Protocol": "multipart",
            "Content-Type": f"multipart/related; boundary={edge}",
        }
        return self._http.post(
            self._root,
            params={"name": name},
            data=body,
            headers={**headers, **multipart},
            timeout=30,
        )

    def _as(self, caller: str) -> dict[str, str]:
        bearer = token(caller, self._project)
        return {"Authorization": f"Firebase {bearer}"} if bearer else {}

    def _at(self, name: str) -> str:
        return f"{self._root}/{quote(name, safe='')}"


def _allowed(answer: requests.Response) -> bool:
    if answer.status_code in (200, 204, 404):
        return True
    if answer.status_code == 403 and "Permission denied. No" in answer.text:
        return False
    raise Outage(f"{answer.status_code}: {answer.text[:400]}")
