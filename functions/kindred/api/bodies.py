"""The body of a request: JSON of a bounded size and depth that can be read in one way only."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from flask import Request

from kindred import edge
from kindred.api.refusals import Refusal

MAX_BYTES: Final = edge.MAX_BODY_BYTES


def read_json(request: Request) -> object:
    """What the body says; raises `Refusal` (400, 413, 415)."""
    _check_kind(request)
    body = _read(request)
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as err:  # UnicodeDecodeError and overlong numbers too
        raise _not_json() from err
    if edge.is_deep(value):
        raise _not_json()
    return value


def _check_kind(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise Refusal(
            415, "not-json", "Only JSON is read here.", hint="Send Content-Type: application/json."
        )
    if encoding not in ("", "identity"):
        raise Refusal(
            415, "compressed", "Compressed bodies aren't read.", hint="Send the JSON as it is.",
            headers={"Accept-Encoding": "identity"},
        )  # fmt: skip


def _read(request: Request) -> bytes:
    """All of the body, of which no more is read than may be; its length needn't be told."""
    if (request.content_length or 0) > MAX_BYTES:
        raise _too_long()
    body = bytearray()
    while piece := _next(request, MAX_BYTES + 1 - len(body)):
        body += piece
        if len(body) > MAX_BYTES:
            raise _too_long()
    return bytes(body)


def _next(request: Request, most: int) -> bytes:
    try:
        piece: bytes = request.stream.read(most)
    except Exception as err:  # each server has its own for one who hung up
        raise _not_json() from err
    return piece


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; one that names a field twice means two things at once."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a field twice")
    return made


def _number(text: str) -> float:
    """A number with a point; 2.0 is the whole number that it is in JSON."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("larger than any number")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _no_number(text: str) -> NoReturn:
    raise ValueError("NaN and Infinity aren't JSON")


def _not_json() -> Refusal:
    return Refusal(
        400, "invalid-json", "The body isn't JSON that can be read.",
        hint="Send one object in UTF-8, each field once, not nested deeply.",
    )  # fmt: skip


def _too_long() -> Refusal:
    return Refusal(
        413, "body-too-long", f"The body has more than {MAX_BYTES:,} bytes.",
        hint="Ask for at most 100 prices at once.",
    )  # fmt: skip
