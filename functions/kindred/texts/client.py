"""Calls the scoring service: bounded batches, bounded concurrency, patient with a busy service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from kindred.errors import KindredError, Unavailable
from kindred.texts.scores import TASKS, ScoredTexts, ScoresUnreadable, join_scores, parse_answer

MAX_TEXTS = 256  # of one request; the service refuses more
MAX_CHARACTERS = 400_000  # of one request, so that a request stays a matter of seconds
_TOKEN_SECONDS = 1800  # an identity token lives an hour
_READY_SECONDS = 30  # a container may have to start first
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


class ScoringRefused(KindredError):
    """The service doesn't take our requests: a matter of set-up, not of patience."""

    default_code = "scoring-refused"


@dataclass(frozen=True)
class ScoringClient:
    """One scoring service. ``token`` gives the bearer token of the moment: a shared secret, or
    our identity, which Cloud Run's door wants to see too (``is_identity``).

    ``score`` raises :class:`kindred.errors.Unavailable` when the service stays away or busy for
    ``patience_seconds`` at one request, :class:`ScoringRefused` when it turns us away.
    """

    url: str
    token: Callable[[], str]
    is_identity: bool = False
    concurrency: int = 4
    patience_seconds: float = 120.0
    request_seconds: float = 60.0
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    http: requests.Session = field(default_factory=requests.Session)

    def score(self, texts: Sequence[str]) -> ScoredTexts:
        """Scores of ``texts`` (at least one), in their order."""
        batches = list(split_batches(texts))
        if len(batches) == 1:
            return self._score_batch(batches[0])
        with ThreadPoolExecutor(min(self.concurrency, len(batches))) as pool:
            futures = [pool.submit(self._score_batch, batch) for batch in batches]
            try:
                return join_scores([future.result() for future in futures])
            except ScoresUnreadable as err:
                raise Unavailable(str(err), code="scoring-unreadable") from err
            finally:
                for future in futures:
                    future.cancel()

    def is_ready(self) -> bool:
        """Whether the service answers us and has its models loaded."""
        try:
            # The service tells anybody; Cloud Run lets nobody in without the invoker's identity.
            answer = self.http.get(
                f"{self.url}/ready", headers=self._credentials(), timeout=_READY_SECONDS
            )
        except (requests.RequestException, Unavailable):
            return False
        return answer.ok

    def _score_batch(self, texts: Sequence[str]) -> ScoredTexts:
        ends = self.clock() + self.patience_seconds
        wait = 0.5
        while True:
            answer = self._post(texts)
            if answer is not None and answer.ok:
                try:
                    return parse_answer(answer.json(), len(texts))
                except ValueError as err:
                    raise Unavailable(
                        "The scoring service's answer can't be read.", code="scoring-unreadable"
                    ) from err
            if answer is not None and answer.status_code not in _PASSING:
                raise ScoringRefused(
                    f"The scoring service answered {answer.status_code}.",
                    hint="Check that it is Kindred's scoring service and that functions may call "
                    "it.",
                )
            pause = max(wait, _retry_after(answer))
            if self.clock() + pause >= ends:
                raise Unavailable(
                    "The scoring service doesn't answer.",
                    code="scoring-unavailable",
                    hint="Texts are scored when it is back.",
                )
            self.pause(pause)
            wait = min(wait * 2, 8.0)

    def _credentials(self) -> dict[str, str]:
        bearer = f"Bearer {self.token()}"
        if not self.is_identity:
            return {"Authorization": bearer}
        # Cloud Run removes the signature from the header that it looks at before it hands the
        # request on. It looks at this one if both are there; the service checks the other.
        return {"X-Serverless-Authorization": bearer, "Authorization": bearer}

    def _post(self, texts: Sequence[str]) -> requests.Response | None:
        """The answer, or None when there was none."""
        try:
            return self.http.post(
                f"{self.url}/v1/score",
                json={"texts": list(texts), "tasks": list(TASKS)},
                headers={
                    **self._credentials(),
                    "X-Deadline-Seconds": str(self.request_seconds),
                },
                timeout=(5, self.request_seconds + 5),
            )
        except requests.RequestException:
            return None


def split_batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """``texts`` in order, in parts that one request may carry."""
    start, characters = 0, 0
    for index, text in enumerate(texts):
        full = index - start >= MAX_TEXTS or characters + len(text) > MAX_CHARACTERS
        if full and index > start:
            yield texts[start:index]
            start, characters = index, 0
        characters += len(text)
    yield texts[start:]


def connect(url: str, token: str = "") -> ScoringClient:
    """A client of the service at ``url``: with a shared ``token``, or with our own identity."""
    url = url.rstrip("/")
    if token:
        return ScoringClient(url, token=lambda: token)
    return ScoringClient(url, token=_Identity(url), is_identity=True)


@dataclass
class _Identity:
    """The functions' own identity token for a service on Cloud Run, renewed long before its end."""

    audience: str
    _token: str = ""
    _fetched: float = 0.0

    def __call__(self) -> str:
        if not self._token or time.monotonic() - self._fetched > _TOKEN_SECONDS:
            self._token, self._fetched = _fetch_identity(self.audience), time.monotonic()
        return self._token


def _fetch_identity(audience: str) -> str:
    # Imported here: the shared token of the emulators needs none of it.
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request
    from google.oauth2 import id_token

    try:
        return str(id_token.fetch_id_token(Request(), audience))  # type: ignore[no-untyped-call]
    except GoogleAuthError as err:
        raise Unavailable("There is no identity to call the scoring service with.") from err


def _retry_after(answer: requests.Response | None) -> float:
    try:
        return min(30.0, float(answer.headers.get("Retry-After", 0))) if answer is not None else 0.0
    except ValueError:
        return 0.0
