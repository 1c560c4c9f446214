"""Quotes from real documents: what is served, kept, remembered and told where something lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from emulator.places import Clock
from emulator.pricing.counting import counted, stopping
from emulator.pricing.shops import (
    CUSTOMERS,
    add_product,
    add_rule,
    history_of,
    make_shop,
    put,
    read,
    set_pricing,
)
from kindred import clients, paths
from kindred.errors import Conflict, InvalidInput, NotFound, Unavailable
from kindred.paths import Source
from kindred.pricing import opt_outs, service
from kindred.pricing.history import store as history_store
from kindred.pricing.payloads import PreviewPrices, QuoteItem, RecordOutcome
from kindred.wire import parse

pytestmark = pytest.mark.usefixtures("quiet_place")


@pytest.fixture(autouse=True)
def fresh_instance() -> Iterator[None]:
    service.forget()
    yield
    service.forget()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(quiet_place: None) -> Source:
    source = make_shop()
    add_product(source)
    add_rule(source)
    return source


def ask(
    source: Source, clock: Clock, customer: str = "ann", product: str = "tea"
) -> dict[str, Any]:
    item = QuoteItem(customer_id=customer, product_id=product)
    return service.quote_price(source, item, now=clock())


def reason(quote: dict[str, Any]) -> str:
    return " ".join(factor["reason"] for factor in quote["factors"])


# What is served and kept -------------------------------------------------------------------


def test_a_known_customer_gets_the_price_of_their_segment(shop: Source, clock: Clock) -> None:
    ann, ben = ask(shop, clock, "ann"), ask(shop, clock, "ben")
    assert (ann["price"], ann["price_minor"], ann["currency"]) == ("18.00", 1800, "EUR")
    assert (ann["base_price"], ann["rule_ids"], ann["personalized"]) == (
        "20.00",
        ["regulars"],
        True,
    )
    assert (ben["price"], ben["rule_ids"], ben["personalized"]) == ("20.00", [], False)


def test_a_quote_is_kept_with_what_it_followed_from(shop: Source, clock: Clock) -> None:
    sent = ask(shop, clock)
    kept = read(paths.price_quote_path(shop.uid, sent["quote_id"]))
    same = set(sent) - {"logged", "valid_until", "product_id", "factors", "disclosure"}
    assert {name: kept[name] for name in same} == {name: sent[name] for name in same}
    assert json.loads(kept["factors"]) == sent["factors"]
    assert json.loads(kept["disclosure"]) == sent["disclosure"]
    assert json.loads(kept["inputs"])["cost"] is None
    assert (kept["customer_id"], kept["product_id"], kept["segment_key"]) == ("ann", "tea", "s01")
    assert kept["source"] == {"kind": shop.kind, "id": shop.id}
    assert kept["expires_at"] - kept["created_at"] == timedelta(days=400)
    assert (kept["outcome"], sent["logged"]) == (None, True)


def test_another_instance_gives_the_quote_that_was_kept(shop: Source, clock: Clock) -> None:
    first = ask(shop, clock)
    place = paths.price_quote_path(shop.uid, first["quote_id"])
    clients.firestore().document(place).update({"model_version": "as the first one made it"})
    service.forget()
    clock.forward(seconds=1)
    second = ask(shop, clock)
    assert second == {**first, "model_version": "as the first one made it"}


def test_two_instances_at_once_give_one_quote(shop: Source, clock: Clock) -> None:
    def one(_: int) -> dict[str, Any]:
        service.forget()  # what another thread has found isn't known to this one
        return ask(shop, clock)

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(one, range(16)))
    assert all(quote == sent[0] for quote in sent)
    assert list(history_of(shop)) == [sent[0]["quote_id"]]


def test_a_product_is_found_by_its_id_in_order_lines_too(shop: Source, clock: Clock) -> None:
    add_product(shop, shop.product_id("SKU 1/b"), product_id="SKU 1/b", base_price=1000)
    by_line = ask(shop, clock, product="SKU 1/b")
    by_document = ask(shop, clock, product=shop.product_id("SKU 1/b"))
    assert (by_line["price"], by_line["product_id"]) == ("9.00", "SKU 1/b")
    assert by_document["quote_id"] == by_line["quote_id"]


def test_nothing_of_one_source_or_merchant_moves_anothers_prices(clock: Clock) -> None:
    ours = make_shop()
    beside, rival = make_shop(ours.uid), make_shop()
    for source in (ours, rival):
        add_product(source)
    add_product(beside, "mate")
    add_rule(beside, percent=50)
    add_rule(rival, "regulars", percent=40)
    assert ask(ours, clock)["price"] == "20.00"
    assert ask(rival, clock)["price"] == "12.00"
    assert ask(beside, clock, product="mate")["price"] == "10.00"
    assert ask(beside, clock, product="tea")["price"] is None
    assert ask(ours, clock, product="mate")["price"] is None
    assert {kept["source"]["id"] for kept in history_of(ours).values()} == {ours.id, beside.id}
    assert {kept["source"]["id"] for kept in history_of(rival).values()} == {rival.id}


def test_a_customer_of_a_file_is_nobody_to_a_shop_and_the_other_way_round(clock: Clock) -> None:
    file = make_shop(customers={"ann": "s01"})
    shop = make_shop(file.uid, "shopify", customers={"5001": "s01"})
    for source, product in ((file, "tea"), (shop, "mate")):
        add_product(source, product)
        add_rule(source, f"{product}-rule")
    expected = {
        (file, "ann", "tea"): "18.00",
        (file, "5001", "tea"): "20.00",
        (shop, "ann", "mate"): "20.00",
        (shop, "5001", "mate"): "18.00",
        (file, "ann", "mate"): None,
        (shop, "5001", "tea"): None,
    }
    prices = {asked: ask(asked[0], clock, *asked[1:])["price"] for asked in expected}
    assert prices == expected
    kept = {(one["source"]["kind"], one["customer_id"]) for one in history_of(file).values()}
    assert kept == {(source.kind, customer) for source, customer, _ in expected}


# What is remembered ------------------------------------------------------------------------


def test_an_uncached_quote_costs_one_read_and_one_write_and_a_cached_one_nothing(
    shop: Source, clock: Clock
) -> None:
    ask(shop, clock, "ben")
    with counted() as uncached:
        ask(shop, clock, "ann")
    assert (uncached.reads, uncached.queries, uncached.writes) == (1, 0, 1)
    assert uncached.requests == 2
    with counted() as cached:
        ask(shop, clock, "ann")
    assert cached.requests == 0


def test_a_batch_of_a_hundred_is_one_read_request_and_one_commit(
    shop: Source, clock: Clock
) -> None:
    for n in range(50):
        add_product(shop, f"p{n}")
    items = [
        QuoteItem(customer_id=customer, product_id=f"p{n}")
        for n in range(50)
        for customer in ("ann", "ben")
    ]
    service.quote_prices(shop, items[:1], now=clock())
    service.forget()
    service.quote_prices(shop, [QuoteItem(customer_id="?", product_id="tea")], now=clock())
    with counted() as asked:
        quotes = service.quote_prices(shop, items, now=clock())
    assert [quote["price"] for quote in quotes] == ["18.00", "20.00"] * 50
    # Products, which weren't known yet; buckets of the index; the commit, with one quote kept.
    assert (asked.read_requests, asked.queries, asked.commits) == (2 + 1, 0, 2)
    assert len(history_of(shop)) == 100 + 1
    with counted() as again:
        assert service.quote_prices(shop, items, now=clock()) == quotes
    assert again.requests == 0


def test_a_kill_switch_holds_everywhere_after_a_minute(shop: Source, clock: Clock) -> None:
    assert ask(shop, clock)["price"] == "18.00"
    set_pricing(shop, kill=True)
    clock.forward(seconds=60)
    killed = ask(shop, clock)
    assert (killed["price"], killed["rule_ids"]) == ("20.00", [])
    assert "switched off" in reason(killed)
    set_pricing(shop, killed_sources=[{"kind": shop.kind, "id": shop.id}])
    clock.forward(seconds=60)
    assert ask(shop, clock)["price"] == "20.00"
    set_pricing(shop)
    clock.forward(seconds=60)
    assert ask(shop, clock)["price"] == "18.00"


def test_a_price_holds_until_it_ends_and_no_longer(shop: Source, clock: Clock) -> None:
    first = ask(shop, clock)
    clock.forward(seconds=30)
    assert ask(shop, clock) == first
    clock.forward(hours=1)
    assert ask(shop, clock)["quote_id"] != first["quote_id"]


def test_who_opts_out_gets_the_public_price_at_once(shop: Source, clock: Clock) -> None:
    assert ask(shop, clock)["price"] == "18.00"
    service.opt_out_customer(shop, "ann", opted_out=True)
    assert ask(shop, clock)["price"] == "20.00"
    assert ask(shop, clock, "cat")["price"] == "18.00"
    found = [one.to_dict() for one in clients.firestore().collection(shop.price_opt_outs).stream()]
    assert len(found) == 1
    assert "ann" not in str(found)
    service.opt_out_customer(shop, "ann", opted_out=False)
    assert ask(shop, clock)["price"] == "18.00"


def test_who_opted_out_is_out_of_batches_and_on_other_instances_after_a_minute(
    shop: Source, clock: Clock
) -> None:
    items = [QuoteItem(customer_id=customer, product_id="tea") for customer in ("ann", "cat")]
    service.quote_prices(shop, items, now=clock())
    hash_ = opt_outs.hash_of(shop, "ann")  # as another instance keeps it
    put(f"{shop.price_opt_outs}/{hash_[0]}", {"customers": [hash_]})
    clock.forward(seconds=60)
    prices = [one["price"] for one in service.quote_prices(shop, items, now=clock())]
    assert prices == ["20.00", "18.00"]


def test_a_new_version_keeps_who_opted_out_until_they_say_otherwise(
    shop: Source, clock: Clock
) -> None:
    service.opt_out_customer(shop, "ann", opted_out=True)
    version = make_shop(shop.uid, based_on={"upload_id": shop.id, "mode": "replace"})
    add_product(version, "new-tea")
    add_rule(version, "new-regulars")
    assert service.take_over_opt_outs(version, shop) == 1
    assert ask(version, clock, product="new-tea")["price"] == "20.00"
    assert ask(version, clock, "cat", "new-tea")["price"] == "18.00"
    service.opt_out_customer(version, "ann", opted_out=False)
    assert service.take_over_opt_outs(version, shop) == 0
    assert ask(version, clock, product="new-tea")["price"] == "18.00"
    assert ask(shop, clock)["price"] == "20.00"


def test_limits_on_what_came_before_ask_once_and_hold(shop: Source, clock: Clock) -> None:
    set_pricing(shop, step=5, valid_minutes=1)
    assert ask(shop, clock, "ben")["price"] == "20.00"
    add_rule(shop, "bargains", percent=30, who={"segments": ["s02"]})
    clock.forward(minutes=2)
    ask(shop, clock, "cat")
    with counted() as asked:
        stepped = ask(shop, clock, "ben")
    assert (asked.queries, asked.writes) == (1, 1)
    assert stepped["price"] == "19.00"
    assert "step" in stepped["limits_hit"]


@pytest.mark.parametrize(
    ("limit", "name", "hours"),
    [({"quotes_per_day": 1}, "quotes_per_day", 24), ({"cooldown": 2}, "cooldown", 2)],
)
def test_a_price_that_changed_lately_or_often_stays_for_a_while(
    shop: Source, clock: Clock, limit: dict[str, Any], name: str, hours: int
) -> None:
    set_pricing(shop, valid_minutes=1, **limit)
    assert ask(shop, clock)["price"] == "18.00"
    add_rule(shop, percent=30)
    clock.forward(minutes=2)
    held = ask(shop, clock)
    assert (held["price"], held["limits_hit"]) == ("18.00", [name])
    clock.forward(hours=hours)
    free = ask(shop, clock)
    assert (free["price"], free["limits_hit"]) == ("14.00", [])


def test_a_paused_product_is_at_its_public_price_after_a_minute(shop: Source, clock: Clock) -> None:
    assert ask(shop, clock)["price"] == "18.00"
    add_product(shop, status="paused")
    clock.forward(seconds=60)
    paused = ask(shop, clock)
    assert (paused["price"], paused["rule_ids"]) == ("20.00", [])
    assert "paused" in reason(paused)


# What is missing ---------------------------------------------------------------------------


def test_an_unknown_customer_gets_the_public_price(shop: Source, clock: Clock) -> None:
    quote = ask(shop, clock, "nobody")
    assert (quote["price"], quote["personalized"]) == ("20.00", False)
    assert "isn't known" in reason(quote)


def test_a_page_makes_no_history_of_unknown_customers_and_keeps_a_servers_from_none(
    shop: Source, clock: Clock
) -> None:
    item = QuoteItem(customer_id="nobody", product_id="tea")
    seen = service.quote_prices(shop, [item], now=clock(), in_page=True)[0]
    assert (seen["price"], seen["logged"], seen["factors"]) == ("20.00", False, [])
    assert history_of(shop) == {}
    told = ask(shop, clock, "nobody")
    assert (told["quote_id"], told["logged"]) == (seen["quote_id"], True)
    assert set(history_of(shop)) == {told["quote_id"]}


@pytest.mark.parametrize("product", ["none", "a/b", "..", "__x__", "产品", "x" * 256])
def test_an_unknown_product_has_no_price_and_no_error(
    shop: Source, clock: Clock, product: str
) -> None:
    quote = ask(shop, clock, product=product)
    assert (quote["price"], quote["quote_id"], quote["logged"]) == (None, None, False)
    assert "isn't known" in reason(quote)
    assert history_of(shop) == {}


def test_a_source_without_results_or_that_is_gone_is_said(clock: Clock) -> None:
    source = make_shop(current_run=None)
    add_product(source)
    add_rule(source)
    assert ask(source, clock)["price"] == "20.00"
    gone = ask(Source(source.uid, "csv", "gone"), clock)
    assert (gone["price"], gone["quote_id"]) == (None, None)
    assert "exist" in reason(gone)


def test_a_document_that_is_wrong_is_left_out_and_told(shop: Source, clock: Clock) -> None:
    add_rule(shop, "broken", percent=150)
    add_product(shop, "odd", base_price="cheap")
    assert ask(shop, clock)["price"] == "18.00"
    assert ask(shop, clock, product="odd")["price"] is None
    request = parse(PreviewPrices, {"source": {"kind": "csv", "id": shop.id}, "product_id": "tea"})
    problems = service.preview_prices(shop, request, now=clock())["problems"]
    assert [problem["document"] for problem in problems] == ["pricing_rules/broken"]
    assert "percent" in problems[0]["message"]
    assert "150" not in problems[0]["message"]


def test_settings_that_are_wrong_switch_prices_off(shop: Source, clock: Clock) -> None:
    set_pricing(shop, floor=-1)
    assert ask(shop, clock)["price"] == "20.00"


# A store that doesn't answer ---------------------------------------------------------------


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has Firestore stop, as far as this process can tell."""

    def fall() -> None:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
        clients.firestore.cache_clear()

    return fall


def test_a_store_that_stops_leaves_the_public_price(
    shop: Source, clock: Clock, silence: Any
) -> None:
    ask(shop, clock, "ben")
    silence()
    stopped = ask(shop, clock, "ann")
    assert (stopped["price"], stopped["quote_id"], stopped["logged"]) == ("20.00", None, False)
    assert "doesn't answer" in reason(stopped)
    clock.forward(minutes=5)  # now nothing that is remembered is fresh
    assert ask(shop, clock, "ben")["price"] == "20.00"
    unheard = ask(shop, clock, product="never asked for")
    assert unheard["price"] is None
    assert "doesn't answer" in reason(unheard)


@pytest.mark.parametrize("answers", range(12))
def test_a_store_that_stops_in_mid_request_ends_in_no_error(
    shop: Source, clock: Clock, answers: int
) -> None:
    """Of the eleven requests that these cold quotes take, it answers some."""
    set_pricing(shop, step=50, quotes_per_day=3)
    pairs = [("ann", "tea"), ("ben", "tea"), ("ann", "none")]
    items = [QuoteItem(customer_id=customer, product_id=product) for customer, product in pairs]
    with stopping(answers):
        ann, ben, none = service.quote_prices(shop, items, now=clock())
    assert none["price"] is None
    if answers == 0:
        assert "doesn't answer" in reason(ann)
        return
    assert ann["price"] in ("18.00", "20.00")
    assert ben["price"] == "20.00"
    assert [one["logged"] for one in (ann, ben)] == [bool(history_of(shop))] * 2
    assert answers < 11 or ann["logged"]


def test_a_quote_that_cannot_be_kept_is_given_and_says_so(
    shop: Source, clock: Clock, silence: Any
) -> None:
    add_product(shop, "mate")
    ask(shop, clock, "ann")
    ask(shop, clock, "ben", "mate")
    silence()
    quote = ask(shop, clock, "ann", "mate")
    assert (quote["price"], quote["logged"]) == ("18.00", False)
    assert quote["quote_id"]


# Preview -----------------------------------------------------------------------------------


def preview(source: Source, clock: Clock, **fields: Any) -> dict[str, Any]:
    named = {"kind": source.kind, "id": source.id}
    request = {"source": named, "product_id": "tea", **fields}
    return service.preview_prices(source, parse(PreviewPrices, request), now=clock())


def test_a_preview_shows_a_draft_to_customers_of_every_segment_and_keeps_nothing(
    shop: Source, clock: Clock
) -> None:
    place = {"kind": shop.kind, "id": shop.id}
    effect = {"kind": "discount", "percent": 25}
    draft = {"name": "All", "source": place, "effect": effect, "schedule": {"starts": "2020-01-01"}}
    with counted() as asked:
        shown = preview(shop, clock, rules={"draft": draft})["quotes"]
    assert asked.writes == 0
    assert {quote["customer_id"] for quote in shown} <= set(CUSTOMERS)
    assert shown
    assert {quote["price"] for quote in shown} == {"15.00"}
    assert all(quote["quote_id"] is None for quote in shown)
    assert history_of(shop) == {}
    named = preview(shop, clock, customer_ids=["ann", "ben"], settings={"kill": True})["quotes"]
    assert [(one["customer_id"], one["price"]) for one in named] == [
        ("ann", "20.00"),
        ("ben", "20.00"),
    ]
    assert [one["segment"]["name"] for one in named] == ["Regulars", "Bargain hunters"]


def test_a_draft_of_another_source_and_an_unknown_product_are_refused(
    shop: Source, clock: Clock
) -> None:
    other = {
        "name": "x",
        "source": {"kind": "csv", "id": "other"},
        "effect": {"kind": "fixed", "price": 1},
    }
    with pytest.raises(InvalidInput):
        preview(shop, clock, rules={"draft": other})
    with pytest.raises(NotFound):
        preview(shop, clock, product_id="none")


# What became of a quote --------------------------------------------------------------------


def record(
    source: Source, quote_id: str, outcome: str, quantity: int, clock: Clock
) -> dict[str, Any]:
    request = parse(RecordOutcome, {"quote_id": quote_id, "outcome": outcome, "quantity": quantity})
    return service.record_outcome(source.uid, request, now=clock())


def test_of_twenty_redemptions_at_once_one_counts(shop: Source, clock: Clock) -> None:
    quote_id = ask(shop, clock)["quote_id"]
    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(lambda _: record(shop, quote_id, "bought", 1, clock), range(20)))
    assert sum(one["recorded"] for one in told) == 1
    kept = read(paths.price_quote_path(shop.uid, quote_id))["outcome"]
    assert (kept["state"], kept["quantity"]) == ("bought", 1)


def test_of_twenty_refunds_at_once_none_is_lost_or_turned_away(shop: Source, clock: Clock) -> None:
    quote_id = ask(shop, clock)["quote_id"]
    record(shop, quote_id, "bought", 20, clock)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda back: record(shop, quote_id, "refunded", back, clock), range(1, 21)))
    kept = read(paths.price_quote_path(shop.uid, quote_id))["outcome"]
    assert (kept["quantity"], kept["refunded"]) == (20, 20)


def test_an_outcome_that_others_hold_is_told_to_come_again(
    shop: Source, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote_id = ask(shop, clock)["quote_id"]
    path = paths.price_quote_path(shop.uid, quote_id)

    times = count()

    def others(_: object) -> None:  # the same again would be no change
        clients.firestore().document(path).update({"looked_at": next(times)})

    monkeypatch.setattr(history_store.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(history_store, "read_outcome", others)
    with pytest.raises(Unavailable):
        record(shop, quote_id, "bought", 1, clock)
    monkeypatch.undo()
    assert record(shop, quote_id, "bought", 1, clock)["recorded"]


def test_pieces_come_back_only_after_they_were_bought_and_no_more_of_them(
    shop: Source, clock: Clock
) -> None:
    quote_id = ask(shop, clock)["quote_id"]
    with pytest.raises(Conflict):
        record(shop, quote_id, "refunded", 1, clock)
    assert record(shop, quote_id, "bought", 2, clock)["recorded"]
    assert record(shop, quote_id, "refunded", 1, clock)["refunded"] == 1
    assert not record(shop, quote_id, "refunded", 1, clock)["recorded"]
    with pytest.raises(Conflict):
        record(shop, quote_id, "refunded", 3, clock)
    assert record(shop, quote_id, "refunded", 2, clock)["recorded"]
    with pytest.raises(Conflict):
        record(shop, quote_id, "bought", 1, clock)


def test_no_outcome_is_kept_of_a_quote_that_is_not_there_or_anothers(
    shop: Source, clock: Clock
) -> None:
    quote_id = ask(shop, clock)["quote_id"]
    with pytest.raises(NotFound):
        record(make_shop(), quote_id, "bought", 1, clock)
    with pytest.raises(NotFound):
        record(shop, "none", "bought", 1, clock)
    with pytest.raises(InvalidInput):
        record(shop, "../x", "bought", 1, clock)
    put(paths.price_quote_path(shop.uid, quote_id), {})
