"""Single fields of what shops answer: exact, bounded, or refused."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import AnswerUnusable


def of(value: Any) -> Fields:
    return Fields({"x": value}, "order 7")


@given(st.decimals(-(10**11), 10**11, places=4))
def test_money_is_read_exactly_however_it_is_written(amount: Decimal) -> None:
    assert of(str(amount)).number("x") == amount
    assert of(f" {amount} ").number("x") == amount


@pytest.mark.parametrize("value", [None, "", True, False])
def test_no_figure_is_none_and_adds_nothing(value: Any) -> None:
    assert of(value).number("x") is None
    assert of(value).amount("x") == 0
    assert Fields({}, "order 7").amount("x") == 0


@pytest.mark.parametrize("value", ["1,50", "NaN", "-Infinity", "1e12", "9" * 40, [], {}, "€ 5"])
def test_a_figure_that_is_none_names_its_object_and_not_its_contents(value: Any) -> None:
    with pytest.raises(AnswerUnusable) as failed:
        of(value).number("x")
    assert failed.value.message == "The shop's answer can't be read: x of order 7."


@given(st.integers(0, 4_000_000_000))
def test_times_are_in_utc_and_without_a_zone_they_are_in_the_one_given(seconds: int) -> None:
    whole = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    assert of(whole.isoformat()).time("x") == whole.replace(tzinfo=UTC)
    assert of(f"{whole.isoformat()}+02:00").time("x") == datetime.fromisoformat(
        f"{whole.isoformat()}+02:00"
    )
    kolkata = ZoneInfo("Asia/Kolkata")
    assert of(whole.isoformat()).time("x", kolkata) == whole.replace(tzinfo=kolkata)


@pytest.mark.parametrize("value", ["soon", "2026-13-01", 5, [], "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(AnswerUnusable):
        of(value).time("x")
    assert of("0000-00-00 00:00:00").time("x") is None


@given(st.one_of(st.text(max_size=60), st.integers(), st.none(), st.booleans(), st.floats()))
def test_text_is_short_and_has_no_zero_bytes(value: Any) -> None:
    for found in (of(value).text("x", 20), of(value).prose("x", 20), of(value).label("x")):
        assert found is None or (0 < len(found) <= 300 and "\x00" not in found)
        assert found is None or found == found.strip()


def test_prose_is_what_people_see() -> None:
    html = "<p>It&#8217;s  &lt;b&gt; fine</p>\n<p>really<br/>so</p><img src=x onerror=alert(1)>"
    assert of(html).prose("x") == "It’s <b> fine\nreally\nso"
    assert of("<" * 5000).prose("x", 100) == "<" * 100


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "//e.com", "https://e.com/ x", "ftp://e.com", "https://", 7]
)
def test_only_web_addresses_are_addresses(value: Any) -> None:
    assert of(value).url("x") is None
    assert of("https://e.com/a?b=1").url("x") == "https://e.com/a?b=1"


def test_parts_are_objects_or_the_answer_is_refused() -> None:
    assert of([{"a": 1}]).parts("x")[0].id("a") == "1"
    assert of([]).part("x").of == {}  # as PHP writes an empty object
    for wrong in ("x", 5, {"a": 1}, [1], [None]):
        with pytest.raises(AnswerUnusable):
            of(wrong).parts("x")
    for wrong in (0, "0", "", None, True, []):
        assert of(wrong).id("x") is None
        with pytest.raises(AnswerUnusable):
            of(wrong).needed_id("x")


@pytest.mark.parametrize(("value", "code"), [("de", "DE"), ("DEU", None), ("", None), ("D1", None)])
def test_a_country_is_two_letters(value: str, code: str | None) -> None:
    assert of(value).country("x") == code
