"""The HTTP service: ``create_app`` puts settings, models, desk and routes together."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scoring.callers import (
    CallerRefused,
    KeysUnavailable,
    Verify,
    check_caller,
    remember,
    verify_google_token,
)
from scoring.cards import TASKS
from scoring.desk import Desk, DeskFull
from scoring.payloads import ModelsResponse, Problem, ScoreRequest, ScoreResponse, TaskResult
from scoring.scorer import DeadlinePassed, Scorer, Scores, load_model
from scoring.session import Session
from scoring.settings import Settings

_log = logging.getLogger("scoring")


class BodyLimit:
    """Refuses a body over ``max_bytes`` before it is held in memory, whatever its header says."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_bytes:
                raise HTTPException(413, f"The request is over {self._max_bytes:,} bytes.")
            return message

        await self._app(scope, counted, send)


class Door:
    """Lets in whom ``check`` knows, before anything of a request is looked at."""

    OPEN = ("/health", "/ready")

    def __init__(self, app: ASGIApp, check: Callable[[str | None], None]) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and scope["path"] not in self.OPEN:
            try:
                # Google's keys may have to be fetched.
                await asyncio.to_thread(self._check, Headers(scope=scope).get("authorization"))
            except CallerRefused as err:
                problem = {"code": "unauthenticated", "message": str(err), "hint": ""}
                app = JSONResponse(problem, 401, headers={"WWW-Authenticate": "Bearer"})
            except KeysUnavailable:
                message = "Callers can't be checked right now."
                problem = {"code": "keys-unavailable", "message": message}
                app = JSONResponse(problem | {"hint": "Try again soon."}, 503)
        await app(scope, receive, send)


class RequestRefused(Exception):
    """A request that can't be served as it is: status and problem."""

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.problem = {"code": code, "message": message, "hint": hint}


def create_app(
    settings: Settings, session: Session | None = None, *, verify: Verify = verify_google_token
) -> FastAPI:
    """The service. ``session`` stands in for the model's graph, ``verify`` for Google's keys."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        started = time.monotonic()
        workers = ThreadPoolExecutor(settings.threads, "score")
        requests = ThreadPoolExecutor(settings.waiting, "request")
        models = [load_model(folder, session) for folder in settings.models]
        scorer = Scorer(models, workers)
        # The first run of a graph is slow: nobody should wait for it.
        await asyncio.to_thread(scorer.score, ["this is a first text"], TASKS, lambda: True)
        app.state.scorer, app.state.requests = scorer, requests
        _event("ready", models=[m.card.id for m in models], seconds=time.monotonic() - started)
        try:
            yield
        finally:
            app.state.scorer = None
            requests.shutdown(wait=False, cancel_futures=True)
            workers.shutdown(wait=False, cancel_futures=True)

    # No pages: they would load their scripts from elsewhere.
    app = FastAPI(
        title="Kindred scoring", version="1", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.scorer = None
    verify = remember(verify)
    app.state.desk = Desk(settings.waiting)
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes)
    app.add_middleware(Door, check=lambda header: check_caller(header, settings, verify))
    _add_error_handlers(app)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/ready", responses={503: {"model": Problem}})
    async def ready() -> dict[str, str]:
        _scorer(app)
        return {"status": "ready"}

    @app.get("/v1/models")
    async def models() -> ModelsResponse:
        return ModelsResponse(models=[model.card.document for model in _scorer(app).models])

    @app.post(
        "/v1/score",
        responses={status: {"model": Problem} for status in (401, 413, 422, 429, 503, 504)},
    )
    async def score(
        body: ScoreRequest, x_deadline_seconds: Annotated[float | None, Header(gt=0)] = None
    ) -> ScoreResponse:
        _check_limits(body, settings)
        seconds = min(x_deadline_seconds or settings.deadline_seconds, settings.deadline_seconds)
        with app.state.desk.place():
            return _response(await _score(app, body, seconds))

    return app


def _scorer(app: FastAPI) -> Scorer:
    scorer: Scorer | None = app.state.scorer
    if scorer is None:
        raise RequestRefused(503, "not-ready", "The models aren't loaded yet.", "Try again soon.")
    return scorer


async def _score(app: FastAPI, body: ScoreRequest, seconds: float) -> Scores:
    """Scores, or :class:`DeadlinePassed` after ``seconds``; the work stops at the next batch."""
    scorer = _scorer(app)
    ends = time.monotonic() + seconds
    work = asyncio.get_running_loop().run_in_executor(
        app.state.requests,
        scorer.score,
        body.texts,
        body.tasks,
        lambda: time.monotonic() < ends,
    )
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError as err:
        raise DeadlinePassed from err


def _check_limits(body: ScoreRequest, settings: Settings) -> None:
    if len(body.texts) > settings.max_texts:
        raise RequestRefused(
            422,
            "too-many-texts",
            f"{len(body.texts)} texts in one request; the limit is {settings.max_texts}.",
            "Send them in several requests.",
        )
    for index, text in enumerate(body.texts):
        if len(text) > settings.max_characters:
            raise RequestRefused(
                422,
                "text-too-long",
                f"Text {index} has {len(text)} characters; the limit is {settings.max_characters}.",
                "Cut it: what matters is rarely said that late.",
            )


def _response(scores: Scores) -> ScoreResponse:
    results = {
        task: TaskResult(
            model=result.model,
            labels=list(result.labels),
            thresholds=list(result.thresholds),
            scores=result.rows,
        )
        for task, result in scores.tasks.items()
    }
    return ScoreResponse.model_validate(
        {
            "languages": scores.languages,
            "words": scores.words,
            "skipped": scores.skipped,
            "results": results,
        }
    )


def _add_error_handlers(app: FastAPI) -> None:
    def answer(status: int, problem: dict[str, str], **headers: str) -> JSONResponse:
        return JSONResponse(problem, status, headers=headers)

    @app.exception_handler(RequestRefused)
    async def refused(_: Request, err: RequestRefused) -> JSONResponse:
        return answer(err.status, err.problem)

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, err: HTTPException) -> JSONResponse:
        code = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}
        problem = {"code": code.get(err.status_code, "invalid-request"), "message": err.detail}
        return answer(err.status_code, problem | {"hint": ""})

    @app.exception_handler(DeskFull)
    async def full(_: Request, err: DeskFull) -> JSONResponse:
        problem = {"code": "busy", "message": "Too many requests at once.", "hint": "Try again."}
        return answer(429, problem, **{"Retry-After": str(err.retry_after)})

    @app.exception_handler(DeadlinePassed)
    async def late(_: Request, err: DeadlinePassed) -> JSONResponse:
        problem = {
            "code": "deadline-passed",
            "message": "The texts weren't scored in time.",
            "hint": "Send fewer texts in one request.",
        }
        return answer(504, problem)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, err: RequestValidationError) -> JSONResponse:
        # FastAPI's own answer repeats the input, which may be a customer's words.
        where = [".".join(map(str, error["loc"])) + ": " + error["msg"] for error in err.errors()]
        problem = {"code": "invalid-request", "message": "; ".join(where)[:500], "hint": ""}
        return answer(422, problem)

    @app.exception_handler(Exception)
    async def failed(_: Request, err: Exception) -> JSONResponse:
        # Where it failed, never with what: a message may quote a text.
        frames = [
            f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(err.__traceback__)
        ]
        _event("failed", error=type(err).__name__, frames=frames[-5:])
        return answer(500, {"code": "internal", "message": "Scoring failed.", "hint": ""})


def _event(name: str, **fields: Any) -> None:
    _log.info(json.dumps({"event": name, **fields}, default=str))
