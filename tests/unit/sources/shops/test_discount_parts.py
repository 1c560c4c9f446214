"""Customers of a discount in parts: who is forgotten is in none, and what was made can still go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from kindred.sources.shops.discount_parts import (
    PART,
    divide,
    noted,
    parse_part,
    part_fields,
    without,
)
from kindred.sources.shops.discount_words import say_plan, say_undo
from kindred.sources.shops.discounts import Discount, Done, Plan, Step

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_everybody_is_in_one_part_in_their_order() -> None:
    ids = [str(number) for number in range(PART * 2 + 1)]
    parts = divide(ids, {"1": "b@example.com"})
    assert [one for part in parts for one in part.customer_ids] == ids
    assert [part.number for part in parts] == [0, 1, 2]
    assert parts[0].emails == {"1": "b@example.com"}
    assert [parse_part(part_fields("d1", part)) for part in parts] == parts


def test_what_is_one_customers_is_told_from_what_is_the_whole_discounts() -> None:
    (part,) = divide(["17", "18"], {"17": "a@example.com"})
    done = Done("d1", {"code/17": "gid-1", "segment": "gid-2"}, {"17": "K1"})
    made, shared = noted(part, done, ["18"])
    assert (made.made, shared) == ({"code/17": "gid-1"}, {"segment": "gid-2"})
    assert (made.given, made.refused, made.emails) == (1, ("18",), {})


def test_who_is_forgotten_leaves_a_number_that_can_be_taken_back() -> None:
    (part,) = divide(["17", "18"], {"17": "a@example.com", "18": "b@example.com"})
    made, _ = noted(part, Done("d1", {"code/17": "g1", "tagged/17": "t", "code/18": "g2"},
                               {"17": "K1", "18": "K2"}), [])  # fmt: skip
    left = without(made, {"17"})
    assert (left.customer_ids, left.codes) == (("18",), {"18": "K2"})
    assert sorted(left.made.values()) == ["g1", "g2"]
    assert not [name for name in left.made if "17" in name.split("/")]
    assert without(left, {"17"}) is left
    assert without(part, {"17", "18"}).emails == {}


def test_who_is_forgotten_while_nobody_has_noted_what_was_made_leaves_its_mark() -> None:
    (part,) = divide(["17", "18"], {"17": "a@example.com"})
    begun = replace(part, state="begun", marks={"17": "K1", "18": "K2"})
    left = without(begun, {"17"})
    assert (left.customer_ids, left.marks, left.strays) == (("18",), {"18": "K2"}, ("K1",))
    assert parse_part(part_fields("d1", left)) == left
    assert without(left, {"17"}) is left
    assert without(left, {"18"}).strays == ("K1", "K2")
    made, _ = noted(left, Done("d1", {"code/18": "g2"}, {"18": "K2"}), [])
    assert (made.marks, made.strays) == ({}, ())


def test_a_plan_in_words_names_nobody_and_no_code() -> None:
    discount = Discount("d1", "Spring", ("17", "18"), percent=Decimal("12.50"))
    steps = tuple(Step(f"Make the code K{one}", "x", {}) for one in discount.customer_ids)
    for way in ("codes", "draft_order", "coupons"):
        (words,) = say_plan(Plan(discount, way, steps))  # type: ignore[arg-type]
        assert "2 " in words
        assert "12.5 % off everything" in words
        assert "17" not in words
        assert say_undo(way).endswith(".")
