"""What holds of every shop: money adds up, people stay who they are, the erased leave no trace."""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kindred.errors import InvalidInput
from kindred.sources.shops import identity, money
from kindred.sources.shops.ledger_lines import order_lines, refund_lines
from kindred.sources.shops.parts import write_part
from kindred.sources.shops.records import (
    CartRecord,
    CustomerRecord,
    OrderRecord,
    Person,
    Record,
    RefundedLine,
    RefundRecord,
    ReviewRecord,
)
from shop_records import (
    Shop,
    alias,
    day,
    gone,
    make_customer,
    make_line,
    make_order,
    make_refund,
    returned,
    tables_of,
)

amounts = st.decimals(Decimal("-99999"), Decimal("999999"), places=4)
positive = st.decimals(Decimal(0), Decimal("99999"), places=4)


# Money -----------------------------------------------------------------------------------------


@given(amounts, st.lists(amounts, min_size=1, max_size=20))
def test_what_is_divided_adds_up_and_each_part_is_its_share(
    total: Decimal, weights: list[Decimal]
) -> None:
    parts = money.split(total, weights)
    assert sum(parts) == total
    counted = [max(weight, Decimal(0)) for weight in weights]
    if any(counted):
        shares = [total * weight / sum(counted) for weight in counted]
        assert all(
            abs(part - share) < money.UNIT for part, share in zip(parts, shares, strict=True)
        )


@given(st.lists(st.tuples(amounts, positive), min_size=1, max_size=8), st.none() | amounts)
def test_an_orders_lines_hold_all_of_its_money(
    lines: list[tuple[Decimal, Decimal]], shipping: Decimal | None
) -> None:
    made = [make_line(str(amount), str(n), tax=tax) for n, (amount, tax) in enumerate(lines)]
    rows, _is_over = order_lines(make_order("1", *made, shipping=shipping))
    assert sum(row["amount"] for row in rows) == sum(amount for amount, _tax in lines)
    assert sum(row["tax"] for row in rows) == sum(tax for _amount, tax in lines)
    assert sum(row["shipping"] or 0 for row in rows) == (shipping or 0)


@given(st.lists(positive, max_size=5), positive, st.none() | positive)
def test_a_refunds_lines_hold_all_that_went_back(
    lines: list[Decimal], other: Decimal, shipping: Decimal | None
) -> None:
    back = tuple(RefundedLine("1", Decimal(1), amount) for amount in lines)
    rows = refund_lines(make_refund("r", "1", *back, other=other, shipping=shipping))
    assert sum(row["amount"] for row in rows) == -sum(lines) - other
    assert sum(row["shipping"] or 0 for row in rows) == -(shipping or 0)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_what_is_no_amount_is_refused_and_what_is_one_has_four_places(amount: Decimal) -> None:
    try:
        found = money.exact(amount)
    except money.UnusableAmount:
        assert not amount.is_finite() or abs(amount) >= money.TOO_LARGE
    else:
        assert abs(found - amount) <= money.UNIT / 2
        assert found == found.quantize(money.UNIT)


def some_shop(seed: int) -> list[Record]:
    """A shop with everything that changes money or persons, the same for the same seed."""
    chance = random.Random(seed)
    keys = [f"c{number}" for number in range(6)]
    told: list[Record] = [
        make_customer(key, email=f"{key}@example.com", name=key.title()) for key in keys
    ]
    told += [alias(*chance.sample(keys, 2), at=chance.randrange(5)) for _ in range(3)]
    for number in range(12):
        key = chance.choice(keys)
        person = chance.choice(
            (
                Person(customer_id=key, name="As ordered"),
                Person(email=f" {key.upper()}@example.com", name="A guest"),
                Person(email=f"guest{number % 3}@example.com", city=f"Town {number}"),
                Person(phone=f"+49 170 000000{number % 3}"),
                Person(),
            )
        )
        lines = [
            make_line(str(Decimal(chance.randrange(1, 99_999)) / 10_000), str(place))
            for place in range(chance.randrange(1, 4))
        ]
        states = ("placed", "placed", "placed", "cancelled", "draft", "test")
        told.append(
            make_order(
                str(number), *lines, at=number, person=person, state=chance.choice(states),
                currency=chance.choice(("EUR", "EUR", "EUR", "USD")), shipping=Decimal("4.9"),
            )
        )  # fmt: skip
        if chance.random() < 0.5:
            told.append(
                make_refund(
                    f"r{number}", str(number), returned("0.1234", "0"), at=number + 1,
                    state=chance.choice(("done", "done", "pending")), note="Too small.",
                )
            )  # fmt: skip
    # As some of them were before, and one that is no more.
    told += [make_order(str(number), at=-1, updated_at=day(-9)) for number in range(3)]
    told.append(gone(OrderRecord, "11", at=50))
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_the_net_of_all_orders_is_what_was_sold_less_what_went_back(
    seed: int, tmp_path: Path
) -> None:
    told = some_shop(seed)
    shop = Shop(tmp_path)
    shop.tell(*told)
    merged = shop.merge()
    rows = tables_of(merged)["orders"]
    orders = {
        record.id: record
        for record in sorted(told, key=lambda r: r.updated_at)
        if isinstance(record, OrderRecord)
    }
    sold = {
        key: order
        for key, order in orders.items()
        if not order.is_deleted and order.state == "placed" and order.currency == "EUR"
    }
    went_back = sum(
        line.amount
        for record in told
        if isinstance(record, RefundRecord) and record.state == "done" and record.order_id in sold
        for line in record.lines
    )
    asked = sum(line.amount for order in sold.values() for line in order.lines)
    assert sum(row["amount"] for row in rows) == asked - went_back
    shipped = sum(row["shipping"] for row in rows if row["kind"] == "sale")
    assert shipped == sum(order.shipping or 0 for order in sold.values())
    report = merged.report
    assert report["rows_read"] == report["rows_accepted"] + report["rows_rejected"]
    assert report["rows_rejected"] == sum(report["rejected_by_code"].values())


# Identity --------------------------------------------------------------------------------------


@settings(max_examples=3)
@given(st.integers(0, 1_000), st.randoms(use_true_random=False))
def test_pages_order_repetition_and_compacting_change_nothing(
    seed: int, chance: random.Random
) -> None:
    told = some_shop(seed)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        plain = Shop(Path(one))
        plain.tell(*told)
        wanted = plain.merge()
        shuffled = Shop(Path(other))
        mixed = chance.sample(told, len(told)) + chance.sample(told, len(told) // 3)
        cut = chance.randrange(1, len(mixed))
        shuffled.tell(*mixed[:cut])
        shuffled.tell(*mixed[cut:])
        half = shuffled.merge()
        assert tables_of(half) == tables_of(wanted)
        # The base alone, and beside the parts it was made of, as after a kill between two writes.
        base = {table: [path] for table, path in half.compacted.items()}
        both = {table: [*paths, *base[table]] for table, paths in shuffled.parts.items()}
        for parts in (base, both):
            again = shuffled.merge(parts)
            assert tables_of(again) == tables_of(wanted)
            assert (again.report, again.counts, again.oldest) == (
                wanted.report, wanted.counts, wanted.oldest,
            )  # fmt: skip


aliases = st.lists(
    st.builds(
        identity.Alias, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.sampled_from("123")
    ),
    unique_by=lambda one: one.id,
)


@given(aliases, st.randoms(use_true_random=False))
def test_who_is_one_is_the_same_in_any_order_and_whoever_goes_on_is_no_alias(
    said: list[identity.Alias], chance: random.Random
) -> None:
    ends = identity.resolve(said)
    assert identity.resolve(chance.sample(said, len(said))) == ends
    assert not set(ends.values()) & set(ends)
    for one in said:  # who was merged has the same end as who goes on
        assert ends.get(one.id, one.id) == ends.get(one.kept_id, one.kept_id)


@given(aliases, st.data())
def test_merging_by_steps_is_merging_at_once(
    said: list[identity.Alias], data: st.DataObject
) -> None:
    """Also when the first merges were resolved before the rest came."""
    cut = data.draw(st.integers(0, len(said)))
    first = identity.resolve(said[:cut])
    later = [
        identity.Alias(first.get(one.id, one.id), first.get(one.kept_id, one.kept_id), one.version)
        for one in said[cut:]
    ]
    if len({one.id for one in later}) < len(later):
        return  # two merges of whom the first ones made the same: the later counts
    then = identity.resolve(later)
    groups: dict[str, set[str]] = {}
    for key in "abcdef":
        end = first.get(key, key)
        groups.setdefault(then.get(end, end), set()).add(key)
    at_once: dict[str, set[str]] = {}
    ends = identity.resolve(said)
    for key in "abcdef":
        at_once.setdefault(ends.get(key, key), set()).add(key)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, at_once.values()))


def test_in_a_circle_whoever_was_kept_last_goes_on() -> None:
    said = [identity.Alias("a", "b", "1"), identity.Alias("b", "a", "2")]
    assert identity.resolve(said) == {"b": "a"}


@pytest.mark.parametrize(
    ("email", "plain"),
    [(" Ann@Example.COM ", "ann@example.com"), ("ann", None), ("@", None), ("a b@c", None)],
)
def test_an_address_is_compared_in_small_letters(email: str, plain: str | None) -> None:
    assert identity.plain_email(email) == plain


@pytest.mark.parametrize(
    ("phone", "plain"),
    [
        ("+49 (170) 123-4567", "491701234567"),
        ("0049 170 1234567", "491701234567"),
        ("١٢٣٤٥٦٧", "1234567"),
        ("12 34", None),
        ("call me", None),
    ],
)
def test_a_number_is_compared_by_its_digits(phone: str, plain: str | None) -> None:
    assert identity.plain_phone(phone) == plain


# Privacy ---------------------------------------------------------------------------------------

MARKER = "zyxwvut"


def told_of_one_person() -> list[Record]:
    person = Person(
        customer_id="c1", email=f"{MARKER}@example.com", phone="+49 170 7654321",
        name=f"Ann {MARKER}", city=MARKER, country="DE",
    )  # fmt: skip
    guest = Person(email=f"{MARKER.upper()}@example.com", name=MARKER)
    return [
        CustomerRecord(id="c1", updated_at=day(0), person=person, attributes={"tags": MARKER}),
        make_customer("c2", email="bob@example.com", name="Bob"),
        make_order("1", person=person, number="#1"),
        make_order("2", person=guest),
        make_order("3", person=Person(customer_id="c2")),
        make_order("4", person=Person(customer_id="c0", name=MARKER)),
        alias("c0", "c1"),
        make_refund("r1", "1", returned("1"), note=f"I am {MARKER}.", reason=MARKER),
        ReviewRecord(id="v1", updated_at=day(0), person=guest, title=MARKER, text=MARKER),
        CartRecord(id="k1", updated_at=day(0), left_at=day(0), person=person, url=MARKER),
    ]


def everything_in(folder: Path) -> str:
    """All values of all Parquet files, uncompressed, and the files' own bytes."""
    return "".join(
        f"{pq.read_table(path).to_pylist()}{pq.read_metadata(path)!r}{path.read_bytes()!r}"
        for path in folder.rglob("*.parquet")
    )


def test_before_the_marker_is_everywhere(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.tell(*told_of_one_person())
    tables = tables_of(shop.merge())
    assert all(MARKER in str(tables[name]) for name in ("customers", "texts", "events"))


def test_nothing_of_a_redacted_person_remains_and_nothing_comes_back(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.tell(*told_of_one_person())
    merged = shop.merge(redacted=frozenset({"c1"}))
    assert MARKER not in everything_in(tmp_path / "merged-1").lower()
    tables = tables_of(merged)
    assert {row["order_id"]: row["customer_id"] for row in tables["orders"]} == {
        "1": None, "2": None, "3": "c2", "4": None,
    }  # fmt: skip
    assert [row["customer_id"] for row in tables["customers"]] == ["c2"]
    assert sum(row["amount"] for row in tables["orders"]) == 39, "money stays, as nobody's"
    assert tables["texts"] == tables["events"] == []
    # The shop lists old rows again, when nothing but the base is left.
    shop.parts = {table: [path] for table, path in merged.compacted.items()}
    shop.tell(*told_of_one_person(), seen=500)
    again = shop.merge(redacted=frozenset({"c1"}))
    assert tables_of(again) == tables
    assert MARKER not in everything_in(tmp_path / "merged-2").lower()


def test_a_deleted_customer_is_gone_and_the_orders_are_nobodys(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.tell(
        make_customer("c1", name=MARKER, email=f"{MARKER}@example.com"),
        make_order("1", person=Person(customer_id="c1", name=MARKER)),
        ReviewRecord(id="v1", updated_at=day(0), person=Person(customer_id="c1"), text=MARKER),
        gone(CustomerRecord, "c1"),
    )
    merged = shop.merge()
    assert MARKER not in everything_in(tmp_path / "merged-1")
    assert [row["customer_id"] for row in tables_of(merged)["orders"]] == [None]
    assert merged.report["without_customer"] == {"rows": 1, "orders": 1, "net": 10.0}


def test_a_guest_is_redacted_by_the_canonical_id(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.tell(make_order("1", person=Person(email=f"{MARKER}@example.com", name=MARKER)))
    guest = tables_of(shop.merge())["customers"][0]["customer_id"]
    merged = shop.merge(redacted=frozenset({guest}))
    assert tables_of(merged)["customers"] == []
    assert MARKER not in everything_in(tmp_path / "merged-2")


# Times -----------------------------------------------------------------------------------------


def local_times(folder: Path, zone: str, *moments: datetime) -> list[Any]:
    path = folder / "orders.parquet"
    orders = [make_order(str(n), ordered_at=moment) for n, moment in enumerate(moments)]
    write_part(orders, "orders", path, zone=zone, seen_at=day(0))
    found: list[Any] = pq.read_table(path)["ordered_at"].to_pylist()
    return found


@pytest.mark.parametrize("change", [date(2024, 3, 31), date(2024, 10, 27)])
def test_days_begin_at_the_shops_midnight_when_clocks_change(tmp_path: Path, change: date) -> None:
    midnight = datetime(change.year, change.month, change.day, tzinfo=ZoneInfo("Europe/Berlin"))
    begins = midnight.astimezone(UTC)
    ends = (midnight + timedelta(days=1)).astimezone(UTC)
    second = timedelta(seconds=1)
    times = local_times(tmp_path, "Europe/Berlin", begins - second, begins, ends - second, ends)
    assert [time.date() - change for time in times] == [
        timedelta(days=-1), timedelta(0), timedelta(0), timedelta(days=1),
    ]  # fmt: skip
    assert [time.hour for time in times] == [23, 0, 23, 0]


def test_the_hour_that_comes_twice_has_the_same_time_twice(tmp_path: Path) -> None:
    first = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    times = local_times(tmp_path, "Europe/Berlin", first, first + timedelta(hours=1))
    assert times[0] == times[1]
    spring = datetime(2024, 3, 31, 0, 59, tzinfo=UTC)
    times = local_times(tmp_path, "Europe/Berlin", spring, spring + timedelta(minutes=1))
    assert [time.hour for time in times] == [1, 3]


def test_a_zone_that_isnt_one_is_said(tmp_path: Path) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(InvalidInput) as refused:
            local_times(tmp_path, zone, day(0))
        assert refused.value.code == "zone-unknown"


def test_a_time_without_a_zone_is_a_fault_of_the_platforms_reader(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        local_times(tmp_path, "UTC", day(0).replace(tzinfo=None))
