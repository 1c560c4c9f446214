"""What is in the way of a price test is said with what to do about it."""

from __future__ import annotations

from typing import Any

import pytest
from kindred.pricing.experiments.starting import why_no_higher_arm, why_not
from kindred.pricing.payloads import Effect, Settings
from price_builders import NOW, make_product, make_test

HIGHER = Effect(kind="fixed", price=12_000)
LOWER = Effect(kind="fixed", price=9_000)
ALLOWED: dict[str, Any] = {
    "premiums": {"enabled": True, "by": "Ada"}, "jurisdiction": "DE", "ceiling": 150.0,
}  # fmt: skip


def told(effect: Effect, **settings: Any) -> tuple[str, ...]:
    test = make_test(None, effect, status="draft")
    products = {"p1": ("p1", make_product())}
    return why_not(test, products, {}, Settings.model_validate(settings), now=NOW)


def test_an_arm_at_most_at_the_public_price_needs_no_premium() -> None:
    assert told(LOWER) == ()
    assert told(Effect(kind="fixed", price=10_000)) == ()


def test_a_higher_arm_starts_where_premiums_are_allowed() -> None:
    assert told(HIGHER, **ALLOWED) == ()
    assert why_no_higher_arm(Settings.model_validate(ALLOWED), NOW) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"premiums": {}}, "premiums are switched off"),
        ({"premiums": {"enabled": True}}, "nobody answers"),
        ({"jurisdiction": None}, "isn't known"),
        ({"jurisdiction": "US-NY"}, "the law doesn't allow premiums there (US-NY)"),
        (
            {"premiums": {"enabled": True, "by": "Ada", "jurisdictions": ["PL"]}},
            "aren't switched on for the place",
        ),
        ({"ceiling": 100.0}, "the ceiling leaves no room"),
    ],
)
def test_a_higher_arm_is_refused_with_the_reason_and_what_to_do(
    change: dict[str, Any], why: str
) -> None:
    (sentence,) = told(HIGHER, **{**ALLOWED, **change})
    assert why in sentence
    assert "Raise the public price for everybody" in sentence
