"""Kindred: who a merchant's customers are, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kindred.command.library import SegmentedFile, segment_file

__version__ = "0.1.0"
__all__ = ["SegmentedFile", "__version__", "segment_file"]


def __getattr__(name: str) -> Any:
    """What programs import from here comes when it is asked for: functions start without it."""
    if name in ("SegmentedFile", "segment_file"):
        from kindred.command import library

        return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
