"""What callers send is taken exactly or refused, and never told back to them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from kindred.accounts import payloads as accounts
from kindred.api import payloads as api
from kindred.customers import payloads as customers
from kindred.errors import InvalidInput
from kindred.keys import payloads as keys
from kindred.pricing import payloads as pricing
from kindred.pricing.catalogue import payloads as catalogue
from kindred.pricing.elasticity import payloads as elasticity
from kindred.pricing.experiments import payloads as experiments
from kindred.segments import payloads as segments
from kindred.sources import payloads as sources
from kindred.sources.csv import payloads as uploads
from kindred.sources.shops import payloads as shops
from kindred.webhooks import payloads as webhooks
from kindred.wire import Payload, parse

SOURCE = {"uid": "merchant", "kind": "csv", "id": "up1"}
SECRET = "ann.smith@example.com"

#: A request that each payload takes.
RIGHT: dict[type[Payload], dict[str, Any]] = {
    accounts.AcceptInvite: {"owner_uid": "o", "invitation_id": "i", "token": "t"},
    accounts.InviteMember: {"email": "ann@example.com", "role": "viewer"},
    accounts.RemoveMember: {"member_uid": "m"},
    accounts.SetRole: {"member_uid": "m", "role": "analyst"},
    api.OutcomeRequest: {"quote_id": "q1", "outcome": "bought"},
    api.PriceRequest: {
        "source": {"kind": "csv", "id": "up1"},
        "customer_id": "C1",
        "product_id": "P1",
        "context": {"country": "DE"},
    },
    api.PricesRequest: {
        "source": {"kind": "csv", "id": "up1"},
        "items": [{"customer_id": "C1", "product_id": "P1"}],
    },
    keys.CreateKey: {
        "name": "Shop",
        "scopes": ["prices"],
        "sources": [{"kind": "csv", "id": "up1"}],
        "origins": ["https://shop.example"],
    },
    keys.RotateKey: {"key_id": "a" * 20, "overlap_hours": 1},
    keys.RevokeKey: {"key_id": "a" * 20},
    keys.ListKeys: {"owner_uid": "o"},
    segments.CompareSources: {"a": {**SOURCE, "run_id": "r1"}, "b": SOURCE},
    customers.CustomerRequest: {"source": SOURCE, "customer_id": "C1"},
    customers.ExportSegments: {"source": SOURCE, "format": "csv"},
    elasticity.LearnPrices: {"source": SOURCE},
    elasticity.LearnPricesTask: {"source": SOURCE, "run_id": "r1"},
    elasticity.SuggestPrices: {"source": SOURCE},
    segments.PreviewSegment: {"source": SOURCE, "definition": {"all": []}},
    experiments.PriceTestRequest: {"test_id": "t1"},
    experiments.PriceAnalytics: {"source": SOURCE, "days": 30},
    experiments.FairnessReport: {"source": SOURCE, "days": 30, "attribute": "city"},
    uploads.EditRows: {"source": SOURCE, "edits": [{"row": 0, "column": "a", "value": "1"}]},
    sources.EraseSource: {"source": SOURCE},
    uploads.ListRows: {"source": SOURCE, "offset": 0, "limit": 100},
    uploads.PreviewUpload: {"head": base64.b64encode(b"a,b\n1,2\n").decode()},
    pricing.QuotePrice: {"source": SOURCE, "customer_id": "C1", "product_id": "P1"},
    pricing.QuotePrices: {
        "source": SOURCE,
        "items": [{"customer_id": "C1", "product_id": "P1", "context": {"country": "US-NY"}}],
    },
    pricing.PreviewPrices: {
        "source": SOURCE,
        "product_id": "P1",
        "customer_ids": ["C1"],
        "settings": {"kill": True},
        "at": "2026-11-29T12:00:00Z",
    },
    pricing.RecordOutcome: {"quote_id": "q1", "outcome": "bought", "quantity": 2},
    pricing.OptOutCustomer: {"source": SOURCE, "customer_id": "C1", "opted_out": True},
    catalogue.ImportProducts: {"source": SOURCE, "csv": "sku,price\nA,1\n", "currency": "EUR"},
    sources.ProcessSource: {"source": SOURCE, "run_id": "r1", "attempt": 1, "part": 0},
    sources.RegenerateSegments: {"source": SOURCE, "options": {"algorithm": "kmeans"}},
    sources.SourceRequest: {"source": SOURCE},
    sources.SourceOptions: {
        "algorithm": "auto",
        "duplicate_customers": "merge",
        "date_order": "dmy",
        "currency": "EUR",
        "rates": {"USD": "0.92"},
        "as_of": "2026-01-31",
        "dry_run": True,
    },
    shops.ConnectEcommerce: {
        "platform": "woocommerce",
        "shop_url": "https://shop.example.com",
        "credentials": {"consumer_key": "ck_1", "consumer_secret": "cs_1"},
        "label": "Shop",
    },
    shops.DisconnectEcommerce: {"source": SOURCE, "erase": True},
    shops.SyncSource: {"source": SOURCE, "streams": ["orders"], "full": True},
    shops.RotateCredentials: {"source": SOURCE, "credentials": {"access_token": "shpat_1"}},
    shops.PlanDiscount: {
        "source": SOURCE,
        "title": "For our regulars",
        "way": "codes",
        "customer_ids": ["1000"],
        "amount": 500,
        "product_ids": ["6000"],
        "starts_at": "2026-11-29T12:00:00Z",
        "ends_at": "2026-12-29T12:00:00Z",
    },
    shops.DiscountRequest: {"source": SOURCE, "discount_id": "d1"},
    shops.TendShop: {"source": SOURCE, "what": "sync"},
    webhooks.SaveWebhook: {
        "url": "https://shop.example.com/hooks",
        "events": ["price.changed"],
        "webhook_id": "wh_1",
        "active": True,
    },
    webhooks.WebhookRequest: {"webhook_id": "wh_1"},
    webhooks.ListWebhooks: {"webhook_id": "wh_1", "state": "dead"},
    webhooks.ReplayWebhook: {"webhook_id": "wh_1", "delivery_id": "msg_1"},
    webhooks.AnnounceEvent: {
        "uid": "merchant",
        "event": "price.changed",
        "event_id": "p1-2026-11-29",
        "at": "2026-11-29T12:00:00+00:00",
        "data": {"product_id": "p1"},
    },
    webhooks.DeliverWebhook: {
        "uid": "merchant",
        "webhook_id": "wh_1",
        "delivery_id": "msg_1",
        "round": 1,
        "attempt": 1,
    },
}


@pytest.mark.parametrize("model", RIGHT, ids=lambda model: str(model.__name__))
def test_what_is_right_is_taken(model: type[Payload]) -> None:
    parse(model, RIGHT[model])


@pytest.mark.parametrize("model", RIGHT, ids=lambda model: str(model.__name__))
def test_a_field_too_many_or_of_another_type_is_refused(model: type[Payload]) -> None:
    right = RIGHT[model]
    wrong: list[Any] = [{**right, "is_admin": True}, [right], "text", None, 7, [], {**right, "": 1}]
    for name, value in right.items():
        wrong += [{**right, name: other} for other in _of_other_types(value)]
    for request in wrong:
        with pytest.raises(InvalidInput):
            parse(model, request)


def _of_other_types(value: Any) -> list[Any]:
    others: list[Any] = [[[value]], 1.5, b"bytes", object()]
    if not isinstance(value, dict):
        others.append({"$ne": None})
    if not isinstance(value, bool):
        others.append(True)
    if not isinstance(value, str):
        others.append("1; drop table customers")
    if not isinstance(value, int):
        others.append(1)
    return others


def hostile_values() -> st.SearchStrategy[Any]:
    leaf = st.sampled_from([SECRET, f" {SECRET}\n", f"../{SECRET}", f"<{SECRET}>", f"{SECRET}\0"])
    return st.recursive(
        leaf,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "uid", "rates"]), inner, max_size=3)
        ),
        max_leaves=6,
    )


@pytest.mark.parametrize("model", RIGHT, ids=lambda model: str(model.__name__))
@hypothesis_settings(max_examples=20)
@given(data=st.data())
def test_a_refusal_never_repeats_what_was_sent(model: type[Payload], data: st.DataObject) -> None:
    right = RIGHT[model]
    request = dict(right)
    for name in data.draw(st.lists(st.sampled_from(sorted(right)), min_size=1, unique=True)):
        request[name] = data.draw(hostile_values())
    refusal = ""
    try:
        parse(model, request)
    except InvalidInput as err:
        refusal = str(err.as_dict())
    assert "smith" not in refusal


@pytest.mark.parametrize(
    "request_data",
    [
        {SECRET: 1},
        {"rates": {SECRET: "1"}},
        {"rates": {"USD": SECRET}},
        {"as_of": SECRET},
        {"as_of": "ann.smith@"},
        {"currency": SECRET},
        {"algorithm": SECRET},
    ],
)
def test_neither_names_nor_values_of_options_are_repeated(request_data: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(sources.SourceOptions, request_data)
    assert "smith" not in str(refused.value.as_dict())


@pytest.mark.parametrize(
    "as_of",
    ["2026-01-31 and more", "31.01.2026", "20260131", "2026-W05-1", "", "2026-13-01", 20260131],
)
def test_a_date_is_written_in_one_way(as_of: Any) -> None:
    with pytest.raises(InvalidInput):
        parse(sources.SourceOptions, {"as_of": as_of})


@pytest.mark.parametrize("as_of", ["0001-01-01", "0026-01-31", "1899-12-31", "9999-12-31"])
def test_a_day_whose_past_or_future_the_calendar_lacks_is_refused(as_of: str) -> None:
    with pytest.raises(InvalidInput):
        parse(sources.SourceOptions, {"as_of": as_of})


def test_rates_and_festive_days_are_written_in_the_digits_that_the_engine_reads() -> None:
    for options in (
        {"rates": {"USD": "٣"}},
        {"rates": {"USD": "1.०"}},
        {"rules": {"festive": [["12-2٣", "12-31"]]}},
        {"rules": {"festive": ["12-2٣/12-31"]}},
        {"rules": {"festive": [["12-24", "12-31", "01-06"]]}},
        {"rules": {"festive": [["12-24", 7]]}},
        {"rules": {"festive": [["12-24/12-25", "12-31"]]}},
    ):
        with pytest.raises(InvalidInput):
            parse(sources.SourceOptions, options)
    assert parse(sources.SourceOptions, {"rates": {"USD": "0.9"}}).rates == {"USD": "0.9"}


def test_festive_days_are_kept_as_firestore_can_hold_them() -> None:
    pairs = [["12-24", "01-06"], "04-01/04-20"]
    options = parse(sources.SourceOptions, {"rules": {"festive": pairs}})
    stored = options.model_dump(mode="json", exclude_unset=True)
    assert stored == {"rules": {"festive": ["12-24/01-06", "04-01/04-20"]}}
    assert parse(sources.SourceOptions, stored) == options


def test_no_date_is_no_date() -> None:
    assert parse(sources.SourceOptions, {"as_of": None}).as_of is None


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_half_a_character_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse(customers.CustomerRequest, {"source": SOURCE, "customer_id": text})


@pytest.mark.parametrize("run_id", ["a/b", "../x", "", "r1-s01/..", "r" * 129, "r1\n"])
def test_a_run_is_named_by_an_id(run_id: str) -> None:
    with pytest.raises(InvalidInput):
        parse(segments.CompareSources, {"a": {**SOURCE, "run_id": run_id}, "b": SOURCE})


@pytest.mark.parametrize(
    "source",
    [
        {**SOURCE, "uid": "../other"},
        {**SOURCE, "uid": ""},
        {**SOURCE, "id": "a/b"},
        {**SOURCE, "id": "__all__"},
        {**SOURCE, "id": "é"},
        {**SOURCE, "id": "a" * 129},
        {**SOURCE, "id": "up1\n"},
        {**SOURCE, "kind": "csv_uploads"},
        {**SOURCE, "kind": "CSV"},
    ],
)
def test_a_source_that_climbs_is_no_source(source: dict[str, str]) -> None:
    request = parse(sources.SourceRequest, {"source": source})
    with pytest.raises(InvalidInput) as refused:
        request.source.to_source()
    assert "other" not in str(refused.value.as_dict())


def test_a_request_of_many_faults_names_a_few() -> None:
    edits = [{"row": -1, "column": "", "value": 1}] * 900
    with pytest.raises(InvalidInput) as refused:
        parse(uploads.EditRows, {"source": SOURCE, "edits": edits})
    assert len(refused.value.message) < 600
