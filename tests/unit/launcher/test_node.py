"""Which Node is new enough."""

from __future__ import annotations

from launcher.node import OLDEST, parse_version


def test_versions_compare_by_number() -> None:
    versions = [parse_version(said) for said in ("v18.19.0\n", "v20.9.0\n", "v20.20.0\n", "v100.1")]
    assert [v is not None and v >= OLDEST for v in versions] == [False, False, True, True]


def test_what_is_no_version_is_none() -> None:
    assert parse_version("command not found") is None
