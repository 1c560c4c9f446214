"""A system on this machine has a key of its own for shops, made once and read by its user alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from kindred.sources.shops.secrets import parse_keys
from launcher import shops
from launcher.ports import USUAL_PORTS


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "state" / "shop.key"
    monkeypatch.setattr(shops, "KEY_FILE", place)
    return place


def test_a_key_is_made_once_and_is_one_that_the_functions_take(key_file: Path) -> None:
    made = shops.shop_key()
    assert len(parse_keys(made).keys) == 1
    assert shops.shop_key() == made
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_shop_is_told_where_this_start_is_reached() -> None:
    told = shops.shop_environment(USUAL_PORTS, has_web=True)
    assert told["KINDRED_PUBLIC_URL"].endswith("/demo-kindred/us-central1")
    assert told["KINDRED_WEB_URL"].endswith(f":{USUAL_PORTS['hosting']}")
    bare = shops.shop_environment(USUAL_PORTS, has_web=False)
    assert bare["KINDRED_WEB_URL"] == bare["KINDRED_PUBLIC_URL"]
