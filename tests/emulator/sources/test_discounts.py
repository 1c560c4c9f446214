"""A discount is planned, made once as it was shown, and taken back, whoever is killed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from emulator.places import document_of
from emulator.workers import Killed, Works, raise_killed
from kindred import clients, documents, settings
from kindred.customers import store as customers_store
from kindred.errors import Conflict, InvalidInput, KindredError, NotFound
from kindred.paths import Source
from kindred.pipeline import discounts
from kindred.pricing import service as pricing_service
from kindred.sources.shops import connecting, connections, discount_parts, given, http, keeping
from kindred.sources.shops.connecting import Wish
from kindred.sources.shops.payloads import PlanDiscount
from kindred.wire import parse
from shops.serving import running
from shops.shopify.made_up_shop import MadeUpShop
from shops.shopify.server import ShopifyServer
from shops.woocommerce.server import KEY, SECRET, Site
from shops.woocommerce.shop import Shop

RUN = "r20260301t000000000000"
UID = "merchant"


@dataclass
class Served:
    """A shop on this machine that is connected, with a segment of a few of its customers."""

    source: Source
    members: list[str]
    held: Callable[[], Any]  # all of the shop that a discount may change
    way: str
    shop: Any

    def plan(self, **changes: Any) -> dict[str, Any]:
        asked = {"source": {"kind": self.source.kind, "id": self.source.id},
                 "title": "For our regulars", "way": self.way, "segment_key": "loyal",
                 "percent": 10.0} | changes  # fmt: skip
        request = parse(PlanDiscount, {n: v for n, v in asked.items() if v is not None})
        return discounts.plan_discount(self.source, request, by=UID, now=NOW())

    def apply(self, plan: dict[str, Any]) -> Any:
        return discounts.apply_discount(self.source, plan["discount_id"], by=UID, now=NOW())

    def undo(self, plan: dict[str, Any]) -> Any:
        return discounts.undo_discount(self.source, plan["discount_id"], by=UID, now=NOW())

    def read(self, plan: dict[str, Any]) -> dict[str, Any]:
        return given.load_fields(self.source, plan["discount_id"])

    def parts(self, plan: dict[str, Any]) -> list[discount_parts.Part]:
        return given.list_parts(self.source, plan["discount_id"])


def NOW() -> Any:  # noqa: N802 - what the worker's clock says, set by the fixture
    return CLOCK[0]()


CLOCK: list[Callable[[], Any]] = []


@pytest.fixture(autouse=True)
def setting(monkeypatch: pytest.MonkeyPatch, works: Works) -> None:
    CLOCK[:] = [works.clock]
    monkeypatch.setattr(settings, "SHOP_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setattr(settings, "PUBLIC_URL", "https://kindred.test")
    monkeypatch.setattr(discount_parts, "PART", 3)
    pricing_service.forget()


@pytest.fixture
def shopify(works: Works, tmp_path: Path) -> Iterator[Served]:
    with ShopifyServer(MadeUpShop(orders_wanted=20)) as server:
        server.is_live_clock = True
        server.bucket.most = server.bucket.left = server.bucket.per_second = 1e6
        admin = server.admin

        def held() -> Any:
            tags = {one["id"]: tuple(one["tags"]) for one in server.shop.customers}
            sold = [one["discount"] for one in admin.discounts.values()]
            return tags, sorted(map(str, sold)), len(admin.segments), len(admin.drafts)

        keys = {"access_token": server.token, "client_secret": server.client_secret}
        ids = [str(one["id"]).rsplit("/", 1)[1] for one in server.shop.customers[:5]]
        source = connect("shopify", server.url, keys, ids, works, tmp_path)
        yield Served(source, ids, held, "segment", server)


@pytest.fixture
def woocommerce(works: Works, tmp_path: Path) -> Iterator[Served]:
    site = Site(Shop(orders=3, drafts=0, reviews=0, products=3))
    with running(site) as address:
        keys = {"consumer_key": KEY, "consumer_secret": SECRET}
        ids = ["70003", "70004", "70005", "70006", "guest-0a1b2c"]
        source = connect("woocommerce", address, keys, ids, works, tmp_path)

        def held() -> Any:
            names = ("code", "amount", "email_restrictions")
            return sorted(str([one[name] for name in names]) for one in site.shop.coupons.values())

        yield Served(source, ids, held, "coupons", site)


@pytest.fixture(params=["segment", "codes", "coupons"])
def served(request: pytest.FixtureRequest) -> Served:
    kind = "woocommerce" if request.param == "coupons" else "shopify"
    found: Served = request.getfixturevalue(kind)
    found.way = request.param
    return found


def connect(
    kind: str, address: str, keys: dict[str, str], ids: list[str], works: Works, folder: Path
) -> Source:
    """Connect it, and write the results that its first sync would have led to."""
    source = connecting.connect(UID, Wish(kind, address, keys), by=UID, now=works.clock()).source
    assert source is not None
    works.tasks.waiting.clear()
    rows = pa.table(
        {
            "customer_id": ids,
            "segment_key": ["loyal"] * len(ids),
            "rank": list(range(len(ids))),
            "consent": [True] * len(ids),
        }
    )
    pq.write_table(rows, folder / "rows.parquet")
    laid = customers_store.lay_out(source, RUN, folder / "rows.parquet", ["loyal"])
    documents.commit_all(laid.writes)
    client = clients.firestore()
    client.document(f"{source.segments}/{RUN}-loyal").set(
        {"segment_key": "loyal", "name": "Loyal", "archetype": None}
    )
    people = pa.table({"customer_id": ids, "email": [f"c{one}@example.com" for one in ids]})
    pq.write_table(people, folder / "customers.parquet")
    blob = clients.bucket().blob(source.private_file(f"{RUN}/customers.parquet"))
    blob.upload_from_filename(str(folder / "customers.parquet"))
    client.document(source.document).update(
        {
            "status": "ready",
            "lease": None,
            "current_run": RUN,
            "tables_run": RUN,
            "index_buckets": laid.index_buckets,
            "next_sync_at": None,
            "hooks_due_at": None,
        }
    )
    return source


def error_of(call: Any, *args: Any, **kwargs: Any) -> KindredError:
    with pytest.raises(KindredError) as refused:
        call(*args, **kwargs)
    return refused.value


def rest(works: Works, served: Served) -> None:
    """Until nothing is left to do, also for the sweep."""
    works.until_idle(served.source)
    query = clients.firestore().collection(served.source.discounts)
    while any((one.to_dict() or {})["state"] in ("applying", "undoing") for one in query.stream()):
        works.clock.forward(minutes=30)
        works.sweep()
        works.until_idle(served.source)


def test_what_was_planned_is_made_once_and_taken_back(served: Served, works: Works) -> None:
    before = served.held()
    plan = served.plan()
    assert plan["customers"] == 5
    assert plan["left_out"] == {}
    assert any("10 % off everything" in step for step in plan["steps"])
    assert served.held() == before, "a plan asks no shop"
    assert served.apply(plan)["state"] == "applying"
    served.apply(plan)
    works.until_idle(served.source)
    shown = served.read(plan)
    assert (shown["state"], shown["given"], shown["refused"]) == ("live", 5, 0)
    assert shown["segment"] == {"key": "loyal", "name": "Loyal"}
    made = served.held()
    assert made != before
    assert served.apply(plan)["state"] == "live"
    rest(works, served)
    assert served.held() == made
    if served.way != "segment":
        codes = {one: code for part in served.parts(plan) for one, code in part.codes.items()}
        assert set(codes) == set(served.members)
        assert not [one for one in codes.values() if one in str(shown)]
    assert not [one for one in served.members if one in str({**shown, "made": None})]
    for _ in range(2):
        served.undo(plan)
        works.until_idle(served.source)
        assert served.held() == before
    shown = served.read(plan)
    assert (shown["state"], shown["given"], shown["made"]) == ("undone", 0, {})
    assert served.parts(plan) == []
    assert error_of(served.apply, plan).code == "discount-ended"


def test_draft_orders_are_made_of_named_products_and_taken_back(
    shopify: Served, works: Works
) -> None:
    before = shopify.held()
    shopify.way = "draft_order"
    assert error_of(shopify.plan).code == "discount-unusable"
    plan = shopify.plan(product_ids=["6000"])
    shopify.apply(plan)
    works.until_idle(shopify.source)
    assert shopify.read(plan)["state"] == "live"
    assert shopify.held()[3] == 5
    shopify.undo(plan)
    works.until_idle(shopify.source)
    assert shopify.held() == before


def test_whoever_is_killed_at_any_write_there_is_one_discount_and_then_none(
    served: Served, works: Works
) -> None:
    before = served.held()

    def through(act: Callable[[], Any], at: int | None, *, afterwards: bool) -> int:
        """Do it to the end; how many writes that took. With a kill at the ``at``-th."""
        if at is None:
            works.writes.revive()
        else:
            works.writes.plan(at, raise_killed, afterwards=afterwards)
        for _ in range(2):
            try:
                act()
                break
            except Killed:
                works.writes.revive()
        try:
            works.until_idle(served.source)
            count = works.writes.count
        finally:
            works.writes.revive()
        rest(works, served)
        return count

    plan = served.plan()
    making = through(lambda: served.apply(plan), None, afterwards=False)
    made = served.held()
    shape = _shape(made)
    taking = through(lambda: served.undo(plan), None, afterwards=False)
    assert served.held() == before
    for at in range(1, max(making, taking) + 1):
        afterwards = bool(at % 2)
        plan = served.plan()
        through(lambda plan=plan: served.apply(plan), at, afterwards=afterwards)  # type: ignore[misc]
        assert served.read(plan)["state"] == "live", at
        assert served.read(plan)["given"] == 5, at
        assert _shape(served.held()) == shape, at
        through(lambda plan=plan: served.undo(plan), at, afterwards=afterwards)  # type: ignore[misc]
        assert served.read(plan)["state"] == "undone", at
        assert served.held() == before, at


def _shape(held: Any) -> Any:
    """How much of a shop a discount has changed, whatever its codes and tags are."""
    if isinstance(held, list):
        return len(held)
    tags, sold, segments, drafts = held
    return sum(map(len, tags.values())), len(sold), segments, drafts


def test_what_is_wanted_back_while_it_is_made_leaves_nothing(
    shopify: Served, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shopify.held()
    plan = shopify.plan()
    save_part, saved = given.save_part, []

    def interrupted(*args: Any, **kwargs: Any) -> given.Given:
        if len(saved) == 2:  # the first part is made, the second isn't
            shopify.undo(plan)
        saved.append(args)
        return save_part(*args, **kwargs)

    monkeypatch.setattr(given, "save_part", interrupted)
    shopify.apply(plan)
    rest(works, shopify)
    assert len(saved) > 3
    assert shopify.read(plan)["state"] == "undone"
    assert shopify.held() == before


def test_one_whom_the_shop_has_lost_keeps_nobody_else_from_it(
    shopify: Served, works: Works
) -> None:
    plan = shopify.plan()
    gone = shopify.members[4]
    shopify.shop.shop.customers[:] = [
        one for one in shopify.shop.shop.customers if not str(one["id"]).endswith(f"/{gone}")
    ]
    shopify.apply(plan)
    works.until_idle(shopify.source)
    shown = shopify.read(plan)
    assert (shown["state"], shown["given"], shown["refused"]) == ("live", 4, 1)


def test_a_shop_that_refuses_says_what_to_do_and_can_be_tried_again(
    shopify: Served, works: Works
) -> None:
    before = shopify.held()
    plan = shopify.plan()
    shopify.shop.admin.scopes.discard("write_discounts")
    shopify.apply(plan)
    works.until_idle(shopify.source)
    shown = shopify.read(plan)
    assert (shown["state"], shown["error"]["code"]) == ("failed", "shop-access-denied")
    assert "scope" in shown["error"]["hint"]
    shopify.shop.admin.scopes.add("write_discounts")
    shopify.apply(plan)
    works.until_idle(shopify.source)
    assert shopify.read(plan)["state"] == "live"
    shopify.undo(plan)
    works.until_idle(shopify.source)
    assert shopify.held() == before


def test_who_opted_out_or_took_consent_back_is_left_out(woocommerce: Served, works: Works) -> None:
    source = woocommerce.source
    pricing_service.opt_out_customer(source, "70003", opted_out=True)
    plan = woocommerce.plan(segment_key=None, customer_ids=["70003", "70004", "nobody"])
    assert (plan["customers"], plan["left_out"]) == (1, {"opted_out": 1, "unknown": 1})
    plan = woocommerce.plan()
    assert plan["customers"] == 4
    pricing_service.opt_out_customer(source, "70004", opted_out=True)
    woocommerce.apply(plan)
    works.until_idle(source)
    given_to = {one for part in woocommerce.parts(plan) for one in part.codes}
    assert given_to == {"70005", "70006", "guest-0a1b2c"}
    assert error_of(woocommerce.plan, segment_key=None, customer_ids=["70003"]).code == (
        "nobody-to-discount"
    )


def test_limits_hold_when_it_is_planned_and_when_it_is_confirmed(shopify: Served) -> None:
    place = clients.firestore().document(f"users/{UID}/settings/pricing")
    plan = shopify.plan()
    place.set({"floor": 95})
    assert error_of(shopify.plan).code == "below-limits"
    assert error_of(shopify.apply, plan).code == "below-limits"
    place.set({"kill": True})
    assert error_of(shopify.apply, plan).code == "no-personal-prices"
    assert shopify.read(plan)["state"] == "planned"
    place.delete()
    source = {"kind": "shopify", "id": shopify.source.id}
    tea = {"name": "Tea", "source": source, "currency": "EUR", "base_price": 1000, "cost": 950}
    clients.firestore().document(f"users/{UID}/products/tea").set(tea)
    refused = error_of(shopify.plan)
    assert refused.code == "below-limits"
    assert "Tea" in refused.message
    assert shopify.plan(percent=5.0)["customers"] == 5
    assert error_of(shopify.plan, percent=None, amount=500).code == "discount-unusable"


def test_a_plan_holds_for_a_week_and_is_thrown_away(shopify: Served, works: Works) -> None:
    plan, other = shopify.plan(), shopify.plan()
    assert shopify.undo(other)["state"] == "undone"
    assert isinstance(error_of(shopify.read, other), NotFound)
    assert shopify.parts(other) == []
    works.clock.forward(days=8)
    assert error_of(shopify.apply, plan).code == "plan-too-old"
    shopify.plan()
    assert isinstance(error_of(shopify.read, plan), NotFound)
    with pytest.raises(InvalidInput):
        shopify.plan(ends_at=(works.clock() - timedelta(days=1)).isoformat())


def test_who_has_to_be_forgotten_is_in_no_part_and_the_coupon_can_go(
    woocommerce: Served, works: Works, tmp_path: Path
) -> None:
    before = woocommerce.held()
    plan, waiting = woocommerce.plan(), woocommerce.plan()
    woocommerce.apply(plan)
    works.until_idle(woocommerce.source)
    left = tmp_path / "left.parquet"
    pq.write_table(pa.table({"customer_id": ["70003", "70005", "70006"]}), left)
    for _ in range(2):
        discounts.forget(woocommerce.source, left)
    for one in (plan, waiting):
        ids = {id_ for part in woocommerce.parts(one) for id_ in part.customer_ids}
        assert ids == {"70003", "70005", "70006"}
        kept = str(woocommerce.parts(one)) + str(
            [part.emails | part.codes for part in woocommerce.parts(one)]
        )
        assert "guest-0a1b2c" not in kept
        assert "c70004@example.com" not in kept
    woocommerce.undo(plan)
    works.until_idle(woocommerce.source)
    assert woocommerce.held() == before


@pytest.mark.parametrize("way", ["segment", "codes", "draft_order", "coupons"])
def test_who_is_forgotten_while_their_part_is_made_leaves_nothing_that_undo_misses(
    way: str,
    request: pytest.FixtureRequest,
    works: Works,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: Served = request.getfixturevalue("woocommerce" if way == "coupons" else "shopify")
    served.way = way
    before = _untagged(served.held())
    save_part, struck = given.save_part, []
    left = tmp_path / "left.parquet"

    def interrupted(taken: given.Given, part: discount_parts.Part, **kwargs: Any) -> Any:
        if part.state == "done" and part.number == 0 and not struck:
            struck.append(part)  # all of it is in the shop, and nobody has noted that
            discounts.forget(served.source, left)
            if not goes_on:
                served.undo(plan)
            raise Killed
        return save_part(taken, part, **kwargs)

    monkeypatch.setattr(given, "save_part", interrupted)
    for goes_on, many in ((True, 1), (True, 3), (False, 1), (False, 3)):
        gone = served.members[:many]
        pq.write_table(pa.table({"customer_id": served.members[many:]}), left)
        struck.clear()
        plan = served.plan(product_ids=["6000"] if way == "draft_order" else None)
        served.apply(plan)
        rest(works, served)
        assert struck
        if goes_on:
            assert served.read(plan)["state"] == "live"
            for part in served.parts(plan):
                made = {name.partition("/")[2] for name in part.made}
                assert not {*part.customer_ids, *part.codes, *part.marks, *made} & set(gone)
                assert part.strays == ()
            served.undo(plan)
            rest(works, served)
        assert served.read(plan)["state"] == "undone"
        assert _untagged(served.held()) == before, (goes_on, many)


def _untagged(held: Any) -> Any:
    """What a discount has made in a shop; a tag goes with the customer who has it."""
    return held if isinstance(held, list) else held[1:]


def test_a_shop_let_go_in_the_middle_of_a_part_gets_nothing_more(
    served: Served, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, before, ask = served.source, served.held(), http.Client.ask
    credentials = connections.load(source).credentials
    let_go: list[bool] = []

    def asked(client: http.Client, *args: Any, **kwargs: Any) -> Any:
        answer = ask(client, *args, **kwargs)
        if not let_go and served.held() != before:
            let_go.append(True)
            keeping.disconnect(source, erase=False, now=NOW())
        return answer

    monkeypatch.setattr(http.Client, "ask", asked)
    plan = served.plan()
    served.apply(plan)
    works.until_idle(source)
    shown = served.read(plan)
    assert (shown["state"], shown["error"]["code"]) == ("failed", "not-connected")
    assert _many(served.held()) == _many(before) + 1
    connections.store_credentials(source, credentials, now=works.clock())
    served.apply(plan)
    works.until_idle(source)
    assert (served.read(plan)["state"], served.read(plan)["given"]) == ("live", 5)
    served.undo(plan)
    works.until_idle(source)
    assert served.held() == before


def _many(held: Any) -> int:
    shape = _shape(held)
    return shape if isinstance(shape, int) else sum(shape)


def test_a_shop_that_was_let_go_keeps_what_is_live_until_it_is_back(
    woocommerce: Served, works: Works
) -> None:
    before = woocommerce.held()
    plan, waiting = woocommerce.plan(), woocommerce.plan()
    woocommerce.apply(plan)
    works.until_idle(woocommerce.source)
    source = woocommerce.source
    credentials = connections.load(source).credentials
    assert given.count_live(source) == 1
    keeping.disconnect(source, erase=False, now=works.clock())
    assert error_of(woocommerce.apply, waiting).code == "not-connected"
    assert isinstance(error_of(woocommerce.plan), Conflict)
    woocommerce.undo(plan)
    works.until_idle(source)
    assert woocommerce.read(plan)["error"]["code"] == "not-connected"
    assert woocommerce.held() != before
    connections.store_credentials(source, credentials, now=works.clock())
    woocommerce.undo(plan)
    works.until_idle(source)
    assert woocommerce.held() == before
    assert document_of(source)["connection"]["state"] == "connected"
