"""What crosses the wire in this room."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StringConstraints

from kindred.wire import Payload, SourceRef


class PreviewSegment(Payload):
    """Whom a definition would select (`definitions.parse_definition` says what it may hold)."""

    source: SourceRef
    definition: dict[str, Any]


RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-][A-Za-z0-9_-]{0,127}$")]


class RunRef(SourceRef):
    """One run of a source; without ``run_id`` the current one."""

    run_id: RunId | None = None


class CompareSources(Payload):
    a: RunRef
    b: RunRef


class NameSegment(Payload):
    """What a merchant calls a segment; None: what Kindred calls it."""

    source: SourceRef
    segment_key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    name: (
        Annotated[
            str,
            StringConstraints(
                strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$"
            ),
        ]
        | None
    ) = None
    fixed: bool = False  # its place among the customers must not move any more
