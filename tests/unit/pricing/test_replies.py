"""Quotes as they are sent: all of it to a merchant's server, a price alone to a web page."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.money import minor_digits
from kindred.pricing import replies
from kindred.pricing.alike import work_out
from kindred.pricing.quotes import Shopper
from kindred.pricing.quoting import quote, quote_id
from price_builders import make_inputs, make_rule


def test_a_web_page_learns_a_price_and_nothing_of_the_customer() -> None:
    shopper = Shopper("c1", "r1", "s01", "Luxury Seekers", "luxury", {"churn": 0.9})
    inputs = make_inputs(
        rules={"r": make_rule(who={"segments": ["s01"]}, percent={"low": 5, "high": 10})},
        shopper=shopper,
    )
    one = replies.reply(quote(inputs), quote_id(inputs), shopper)
    assert one["factors"]
    assert json.loads(replies.as_json(one)) == one
    assert one["rule_ids"] == ["r"]
    seen = replies.for_page(one)
    assert json.loads(replies.as_json(seen)) == seen
    assert seen["price"] == one["price"]
    assert seen["disclosure"] == one["disclosure"]
    assert [seen[name] for name in ("factors", "rule_ids", "limits_hit")] == [[], [], []]
    assert (seen["arm"], seen["model_version"]) == (None, None)


def test_a_kept_quote_is_sent_as_it_was_first() -> None:
    inputs = make_inputs(
        rules={"r": make_rule(who={"segments": ["s01"]}, percent={"low": 5, "high": 10})},
        shopper=Shopper("c1", "r1", "s01", "Luxury Seekers", "luxury", {"churn": 0.9}),
    )
    worked = work_out(inputs)
    until = worked.valid_until(inputs.shopper, inputs.now)
    sent = replies.reply(worked.quote, quote_id(inputs), inputs.shopper)
    parts = replies.history(inputs, worked, quote_id(inputs), until, keep=timedelta(days=400))
    kept = parts.fields()
    assert len(kept) == len(parts.of_alike) + len(parts.of_batch) + len(parts.own)
    assert sent["disclosure"]
    assert replies.kept_reply(kept) == sent
    # What no query asks for is text: only what is asked for, or changed later, is nested.
    assert {name for name, value in kept.items() if isinstance(value, dict)} == {"source"}
    assert replies.nested(kept["inputs"]) == {
        "cost": inputs.product.cost,
        "stock": inputs.product.stock,
        "competitor": None,
        "country": inputs.context.country,
    }


@given(st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(-(10**15), 10**15))
def test_a_sum_is_spelled_with_the_decimals_of_its_currency(currency: str, minor: int) -> None:
    digits = minor_digits(currency)
    assert replies.decimal(minor, currency) == f"{Decimal(minor).scaleb(-digits):.{digits}f}"


@pytest.mark.parametrize("damaged", ["", "{", "nan?", '["'])
def test_a_text_that_is_no_json_says_nothing(damaged: str) -> None:
    assert replies.nested(damaged) is None
