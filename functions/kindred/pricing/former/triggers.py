"""What follows when rules and settings are changed: guard, one call."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from firebase_functions import firestore_fn
from firebase_functions.core import Change
from google.cloud.firestore import DocumentSnapshot

from kindred import edge, jobs, settings
from kindred.pricing.former import service

Written = firestore_fn.Event[Change[DocumentSnapshot[Any] | None]]
#: A rule may be about thousands of products.
_MANY: Final[dict[str, Any]] = {**settings.EVENT, "timeout_sec": 540}


@firestore_fn.on_document_written(document="users/{uid}/pricing_rules/{ruleId}", **_MANY)
@edge.event_function
def on_pricing_rule_written(event: Written) -> None:
    """A rule came, changed or went: what everybody was asked by it is logged."""
    before, after, at = changed(event)
    service.note_rule(event.params["uid"], event.params["ruleId"], before, after, at=at)


@firestore_fn.on_document_written(document="users/{uid}/settings/pricing", **_MANY)
@edge.event_function
def on_pricing_settings_written(event: Written) -> None:
    """Settings were changed: what everybody was asked by them is logged."""
    before, after, at = changed(event)
    service.note_settings(event.params["uid"], before, after, at=at)


def changed(event: Written) -> tuple[dict[str, Any] | None, dict[str, Any] | None, datetime]:
    """A document before and after a change, and when it was: an event may come late, or twice."""
    before, after = event.data.before, event.data.after
    at = after.update_time if after is not None else None
    return (
        before.to_dict() if before is not None else None,
        after.to_dict() if after is not None else None,
        at or jobs.utc_now(),
    )
