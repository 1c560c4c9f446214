"""Segment definitions: read, refused, and answered alike by the engine and row by row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kindred.engine import open_engine
from kindred.errors import InvalidInput
from kindred.segments.definitions.membership import is_member, members
from kindred.segments.definitions.parsing import parse_definition

AS_OF = date(2024, 6, 1)
NOON = datetime.fromisoformat("2024-06-01T12:00")

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [f"c{i}" for i in range(8)],
        "segment_key": ["s01", "s01", "s02", "s02", "s03", "s03", "no-orders", "s01"],
        "frequency": [1, 2, 3, 4, 5, 6, 0, 8],
        "monetary": [10.0, 20.5, 300.0, 4.0, 50.0, 60.0, 0.0, 80.0],
        "recency_days": [1.0, 10.0, 20.0, 30.0, 40.0, 50.0, None, 5.0],
        "churn": [0.1, 0.9, None, 0.5, 0.5, 0.7, None, 0.3],
        "rfm_group": ["New", "Loyal", "Loyal", None, "Dormant", "Dormant", "Prospects", "New"],
    }
)
ORDERS = pd.DataFrame(
    [
        {
            "customer_id": f"c{c}",
            "order_id": f"o{c}-{n}",
            "ordered_at": NOON - timedelta(days=1 + n * 9 + c),
            "kind": "refund" if n == 3 else "sale",
            "amount": -5.0 if n == 3 else 10.0 + c,
            "category": ["Shoes", "Bags", None][n % 3],
            "product_id": f"p{n % 2}",
        }
        for c in range(7)
        for n in range(c + 1)
    ]
)
EVENTS = pd.DataFrame(
    [
        {
            "customer_id": f"c{c}",
            "event_type": ["cart", "view"][n % 2],
            "event_at": NOON - timedelta(days=1 + n + c),
        }
        for c in range(5)
        for n in range(c)
    ]
)

numbers = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
leaves = st.one_of(
    st.fixed_dictionaries(
        {
            "trait": st.sampled_from(["frequency", "monetary", "recency_days", "churn"]),
            "is": numbers,
            "value": st.sampled_from([0, 0.5, 3, 20, 20.5, 60]),
        }
    ),
    st.fixed_dictionaries(
        {
            "trait": st.just("rfm_group"),
            "is": st.sampled_from(["==", "!="]),
            "value": st.sampled_from(["New", "Loyal"]),
        }
    ),
    st.fixed_dictionaries(
        {"trait": st.just("rfm_group"), "is": st.just("in"), "value": st.just(["New", "Dormant"])}
    ),
    st.fixed_dictionaries(
        {
            "recency": st.fixed_dictionaries(
                {"is": numbers, "days": st.sampled_from([5, 20, 45])},
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "orders": st.fixed_dictionaries(
                {"days": st.integers(1, 60), "is": numbers, "value": st.integers(0, 4)},
                optional={
                    "measure": st.sampled_from(["orders", "amount"]),
                    "category": st.sampled_from(["Shoes", "Bags"]),
                    "product_id": st.sampled_from(["p0", "p1"]),
                },
            )
        }
    ),
    st.fixed_dictionaries(
        {
            "events": st.fixed_dictionaries(
                {
                    "type": st.sampled_from(["cart", "view"]),
                    "days": st.integers(1, 9),
                    "is": numbers,
                    "value": st.integers(0, 3),
                }
            )
        }
    ),
    st.fixed_dictionaries({"segment": st.lists(st.sampled_from(["s01", "s03"]), min_size=1)}),
    st.fixed_dictionaries(
        {
            "random": st.fixed_dictionaries(
                {"seed": st.sampled_from("abc"), "share": st.sampled_from([0, 0.3, 0.5, 1])}
            )
        }
    ),
)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with open_engine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


@pytest.fixture(scope="module")
def by_engine(engine):
    kept = [
        engine.keep(name, frame)
        for name, frame in (("customers", CUSTOMERS), ("orders", ORDERS), ("events", EVENTS))
    ]

    def ids(document: Any) -> list[str]:
        found = members(parse_definition(document), *kept, as_of=AS_OF)
        return sorted(engine.fetch(found, most=len(CUSTOMERS))["customer_id"])

    return ids


def by_row(document: Any) -> list[str]:
    definition = parse_definition(document)
    found = []
    for row in CUSTOMERS.to_dict("records"):
        mine = [
            frame[frame["customer_id"] == row["customer_id"]].to_dict("records")
            for frame in (ORDERS, EVENTS)
        ]
        if is_member(definition, row, mine[0], mine[1], as_of=AS_OF):
            found.append(row["customer_id"])
    return sorted(found)


@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(document=documents)
def test_the_engine_and_row_by_row_agree_on_every_definition(by_engine, document):
    assert by_engine(document) == by_row(document)


def test_what_is_unknown_fits_no_condition_but_its_negation(by_engine):
    assert by_engine({"trait": "churn", "is": ">=", "value": 0}) == [
        "c0", "c1", "c3", "c4", "c5", "c7"]  # fmt: skip
    assert by_engine({"not": {"trait": "churn", "is": ">=", "value": 0}}) == ["c2", "c6"]


def test_refunds_count_for_money_not_for_orders(by_engine):
    four = {"orders": {"days": 60, "is": ">=", "value": 4}}
    assert by_engine(four) == ["c4", "c5", "c6"]
    money = {"orders": {"days": 60, "is": "==", "value": 34, "measure": "amount"}}
    assert by_engine(money) == ["c3"]  # three sales of 13, one refund of 5


def test_a_random_share_is_the_same_every_time_and_grows_by_adding(by_engine):
    drawn = [set(by_engine({"random": {"seed": "x", "share": s}})) for s in (0.4, 0.4, 0.8)]
    assert drawn[0] == drawn[1]
    assert drawn[0] <= drawn[2]


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "definition"),
        ({}, "definition"),
        ({"all": []}, "definition.all"),
        ({"all": [{"trait": "frequency", "is": "~", "value": 1}]}, "definition.all[0]"),
        ({"trait": "shoe_size", "is": "==", "value": 1}, "definition"),
        ({"trait": "frequency", "is": "==", "value": "many"}, "definition"),
        ({"trait": "mood", "is": "<", "value": "joy"}, "definition"),
        ({"not": {"orders": {"days": 0, "is": ">", "value": 1}}}, "definition.not"),
        ({"prediction": "frequency", "is": ">", "value": 1}, "definition"),
        ({"random": {"seed": "a", "share": 2}}, "definition"),
        ({"segment": []}, "definition"),
        ({"segment": ["s01"] * 201}, "definition"),
        ({"segment": ["half a character: \ud800"]}, "definition"),
        ({"random": {"seed": "x" * 501, "share": 0.1}}, "definition"),
        ({"trait": "frequency", "is": ">", "value": 10**400}, "definition"),
        ({"trait": "frequency", "is": ">", "value": float("inf")}, "definition"),
        ({"trait": "frequency", "is": "in", "value": list(range(201))}, "definition"),
        ({"orders": {"days": 9, "is": ">", "value": 1, "category": "\udfff"}}, "definition"),
        ({"all": [{"segment": ["a"]}], "any": [{"segment": ["b"]}]}, "definition"),
    ],
)
def test_a_wrong_definition_is_refused_at_its_place(document, place):
    with pytest.raises(InvalidInput) as caught:
        parse_definition(document)
    assert caught.value.code == "definition-invalid"
    assert f" {place}:" in caught.value.message


def test_a_definition_too_deep_or_too_long_is_refused():
    deep: Any = {"segment": ["s01"]}
    for _turn in range(20):
        deep = {"not": deep}
    with pytest.raises(InvalidInput):
        parse_definition(deep)
    with pytest.raises(InvalidInput):
        parse_definition({"all": [{"segment": ["s01"]}] * 200})
