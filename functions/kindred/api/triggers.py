"""The function behind `/api/**`."""

from __future__ import annotations

from firebase_functions import https_fn
from flask import Request, Response

from kindred import jobs, settings
from kindred.api.routes import ROUTES
from kindred.api.serving import Server
from kindred.keys import service as keys_service

_SERVER = Server(ROUTES, keys_service.gate, jobs.utc_now)


@https_fn.on_request(**settings.OPEN)
def api(request: Request) -> Response:
    """Answer one request of the REST API."""
    return _SERVER.answer(request)
