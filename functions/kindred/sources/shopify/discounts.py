"""Discounts in a Shopify shop: for a segment, by single-use codes, or as draft orders.

Over 300 lines, because what is made, found and taken back has to agree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kindred.errors import InvalidInput
from kindred.money import minor_digits
from kindred.sources.shopify import queries, values
from kindred.sources.shopify.asking import Reply, ask, items, next_cursor, part
from kindred.sources.shopify.discount_terms import (
    check,
    code_of,
    code_steps,
    code_terms,
    draft_steps,
    segment_name,
    segment_query,
    segment_steps,
    tag_of,
    terms_of,
)
from kindred.sources.shopify.refusals import refuse_user_errors
from kindred.sources.shops.discounts import Discount, Done, Plan, unnamed
from kindred.sources.shops.http import Client
from kindred.sources.shops.platform import Connection

_HUNDRED: Final = Decimal(100)
#: Shopify's words for what isn't there any more, which is what undoing wants.
_GONE: Final = ("not found", "does not exist", "doesn't exist", "couldn't be found")


class ShopifyDiscounts:
    """What Shopify lets an app do to a price."""

    def plan(self, connection: Connection, discount: Discount, way: str) -> Plan:
        """What would be done: ``segment``, ``codes`` or ``draft_order``; asks nobody."""
        check(connection, discount)
        match way:
            case "segment":
                return Plan(discount, "segment", tuple(segment_steps(discount)))
            case "codes":
                return Plan(discount, "codes", tuple(code_steps(discount)))
            case "draft_order":
                return Plan(discount, "draft_order", tuple(draft_steps(discount)))
        raise InvalidInput(
            f"Shopify has no discounts by {way!r}.",
            code="discount-way-unknown",
            hint="Use segment, codes or draft_order.",
        )

    def apply(
        self, connection: Connection, client: Client, plan: Plan, before: Mapping[str, str]
    ) -> Done:
        """Do what was planned; what is there already is taken as done."""
        shop = _Shop(connection, client)
        match plan.way:
            case "segment":
                return _apply_segment(shop, plan.discount, before)
            case "codes":
                return _apply_codes(shop, plan.discount)
            case _:
                return _apply_drafts(shop, plan.discount)

    def marks(self, discount: Discount, way: str) -> Mapping[str, str]:
        """Each customer's code, also where nothing is made of it. A tag goes with its customer."""
        if way == "segment":
            return {}
        return {customer: code_of(discount, customer) for customer in discount.customer_ids}

    def find(
        self,
        connection: Connection,
        client: Client,
        discount: Discount,
        way: str,
        strays: Collection[str] = (),
    ) -> Done:
        """What there is of it; a tag is taken from each of its customers, who may not have it."""
        shop = _Shop(connection, client)
        match way:
            case "segment":
                return Done(discount.id, _found_segment(shop, discount))
            case "codes":
                codes = {one: code_of(discount, one) for one in discount.customer_ids}
                nodes = {one: _code(shop, code)[0] for one, code in codes.items()}
                lost = [_code(shop, code)[0] for code in strays]
                return _with("code", lost, _codes_of(discount, nodes))
            case _:
                drafts = _drafts(shop, tag_of(discount))
                done = _drafts_of(discount, _by_customer(drafts))
                return _with("draft", _stray_drafts(discount, drafts, strays), done)

    def undo(self, connection: Connection, client: Client, done: Done) -> None:
        """Take back all that `Done` names, discounts first; what is gone already is fine."""
        shop = _Shop(connection, client)
        for name, value in sorted(done.made.items(), key=lambda made: _UNDO.index(_kind(made[0]))):
            customer = name.partition("/")[2]
            match _kind(name):
                case "automatic":
                    shop.remove(queries.AUTOMATIC_DELETE, {"id": value})
                case "code":
                    shop.remove(queries.CODE_DELETE, {"id": value})
                case "draft":
                    shop.remove(queries.DRAFT_DELETE, {"draft": {"id": value}})
                case "segment":
                    shop.remove(queries.SEGMENT_DELETE, {"id": value})
                case _:
                    gid = values.gid_of("Customer", customer)
                    shop.remove(queries.TAGS_REMOVE, {"id": gid, "tags": [value]})


_UNDO: Final = ("automatic", "code", "draft", "segment", "tagged")


def _kind(made: str) -> str:
    return made.partition("/")[0]


def _with(kind: str, lost: Collection[str | None], done: Done) -> Done:
    """And what was made for those who were forgotten."""
    return replace(done, made={**{unnamed(kind, id_): id_ for id_ in lost if id_}, **done.made})


@dataclass(frozen=True)
class _Shop:
    """Asks one shop, and reads its refusals."""

    connection: Connection
    client: Client

    def ask(self, query: str, variables: Mapping[str, Any]) -> Reply:
        return ask(self.connection, self.client, query, variables)

    def change(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The payload of the one mutation in a query; `InvalidInput` where Shopify refuses."""
        (payload,) = self.ask(query, variables).data.values()
        return refuse_user_errors(payload)

    def remove(self, query: str, variables: Mapping[str, Any]) -> None:
        try:
            self.change(query, variables)
        except InvalidInput as err:
            gone = any(words in err.message.lower() for words in _GONE)
            if err.code != "shop-refused" or not gone:
                raise


def _apply_segment(shop: _Shop, discount: Discount, before: Mapping[str, str]) -> Done:
    for customer in discount.customer_ids:
        gid = values.gid_of("Customer", customer)
        shop.change(queries.TAGS_ADD, {"id": gid, "tags": [tag_of(discount)]})
    made = {**_tagged(discount), **before}
    made["segment"] = segment = (
        made.get("segment") or _segment(shop, discount) or _make_segment(shop, discount)
    )
    if "automatic" not in made:
        found, at = _automatic(shop, discount)
        made["automatic"] = found or _make_automatic(shop, discount, segment, at)
    return Done(discount.id, made)


def _found_segment(shop: _Shop, discount: Discount) -> dict[str, str]:
    shared = {"segment": _segment(shop, discount), "automatic": _automatic(shop, discount)[0]}
    return {**_tagged(discount), **{name: id_ for name, id_ in shared.items() if id_}}


def _tagged(discount: Discount) -> dict[str, str]:
    return {f"tagged/{customer}": tag_of(discount) for customer in discount.customer_ids}


def _automatic(shop: _Shop, discount: Discount) -> tuple[str | None, datetime | None]:
    """The id of the automatic discount that is there, and what time it is in the shop."""
    tag = tag_of(discount)
    found = shop.ask(queries.DISCOUNTS_BY_TAG, {"query": f"tag:'{tag}'"})
    for node in items(part(found.data, "discountNodes")):
        if tag in (node["discount"].get("tags") or ()):
            return str(node["id"]), found.at
    return None, found.at


def _make_automatic(shop: _Shop, discount: Discount, segment: str, at: datetime | None) -> str:
    terms = terms_of(discount, at)
    terms["context"] = {"customerSegments": {"add": [segment]}}
    payload = shop.change(queries.AUTOMATIC_CREATE, {"discount": terms})
    return str(part(payload, "automaticDiscountNode")["id"])


def _segment(shop: _Shop, discount: Discount) -> str | None:
    """The id of the segment that is there."""
    query = segment_query(discount)
    after: str | None = None
    while True:
        search = {"query": f"name:'{tag_of(discount)}'", "after": after}
        page = part(shop.ask(queries.SEGMENTS, search).data, "segments")
        for node in items(page):
            if node["query"] == query:
                return str(node["id"])
        after = next_cursor(page, after)
        if after is None:
            return None


def _make_segment(shop: _Shop, discount: Discount) -> str:
    named = {"name": segment_name(discount), "query": segment_query(discount)}
    return str(part(shop.change(queries.SEGMENT_CREATE, named), "segment")["id"])


def _apply_codes(shop: _Shop, discount: Discount) -> Done:
    nodes: dict[str, str | None] = {}
    for customer in discount.customer_ids:
        node, at = _code(shop, code_of(discount, customer))
        if node is None:
            terms = code_terms(discount, customer, at)
            payload = shop.change(queries.CODE_CREATE, {"discount": terms})
            node = str(part(payload, "codeDiscountNode")["id"])
        nodes[customer] = node
    return _codes_of(discount, nodes)


def _code(shop: _Shop, code: str) -> tuple[str | None, datetime | None]:
    """The id of a code that is there, and what time it is in the shop."""
    found = shop.ask(queries.CODE_BY_TEXT, {"code": code})
    node = found.data.get("codeDiscountNodeByCode")
    return (str(node["id"]) if node else None), found.at


def _codes_of(discount: Discount, nodes: Mapping[str, str | None]) -> Done:
    there = {customer: node for customer, node in nodes.items() if node}
    made = {f"code/{customer}": node for customer, node in there.items()}
    return Done(discount.id, made, {customer: code_of(discount, customer) for customer in there})


def _apply_drafts(shop: _Shop, discount: Discount) -> Done:
    """Draft orders with overridden prices; ``codes`` holds where each customer can pay."""
    tag = tag_of(discount)
    drafts = _by_customer(_drafts(shop, tag))
    lines = _draft_lines(shop, discount)
    for customer in discount.customer_ids:
        gid = values.gid_of("Customer", customer)
        if gid not in drafts:
            asked = {
                "purchasingEntity": {"customerId": gid},
                "lineItems": lines,
                "tags": [tag],
                "note": discount.title,
                # The price is what was promised: nothing comes off it besides.
                "acceptAutomaticDiscounts": False,
            }
            made = shop.change(queries.DRAFT_CREATE, {"draft": asked})
            drafts[gid] = part(made, "draftOrder")
    return _drafts_of(discount, drafts)


def _drafts_of(discount: Discount, drafts: Mapping[str, Mapping[str, Any]]) -> Done:
    gids = {customer: values.gid_of("Customer", customer) for customer in discount.customer_ids}
    there = {customer: drafts[gid] for customer, gid in gids.items() if gid in drafts}
    made = {f"draft/{customer}": draft["id"] for customer, draft in there.items()}
    links = {customer: draft.get("invoiceUrl") for customer, draft in there.items()}
    return Done(discount.id, made, {customer: link for customer, link in links.items() if link})


def _by_customer(drafts: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Draft orders by their customer's global id."""
    return {node["customer"]["id"]: node for node in drafts if node.get("customer")}


def _stray_drafts(
    discount: Discount, drafts: Sequence[Mapping[str, Any]], strays: Collection[str]
) -> list[str]:
    """Draft orders of who was forgotten; also those whose customer the shop has forgotten."""
    if not strays:
        return []

    def is_lost(node: Mapping[str, Any]) -> bool:
        customer = node.get("customer")
        return not customer or code_of(discount, values.number_of(customer["id"])) in strays

    return [str(node["id"]) for node in drafts if is_lost(node)]


def _drafts(shop: _Shop, tag: str) -> list[Mapping[str, Any]]:
    """The draft orders of a discount that are there."""
    found: list[Mapping[str, Any]] = []
    after: str | None = None
    while True:
        page = shop.ask(queries.DRAFTS, {"query": f"tag:'{tag}'", "after": after})
        drafts = part(page.data, "draftOrders")
        found += [node for node in items(drafts) if tag in node["tags"]]
        after = next_cursor(drafts, after)
        if after is None:
            return found


def _draft_lines(shop: _Shop, discount: Discount) -> list[dict[str, Any]]:
    currency = shop.connection.currency
    if currency is None:
        raise InvalidInput("The shop's currency isn't known.", code="discount-unusable")
    gids = [values.gid_of("ProductVariant", number) for number in discount.product_ids]
    nodes = shop.ask(queries.PRICES, {"ids": gids}).data.get("nodes") or []
    prices = {node["id"]: Decimal(node["price"]) for node in nodes if node}
    if missing := [gid for gid in gids if gid not in prices]:
        raise InvalidInput(
            f"{len(missing)} of the products aren't in the shop any more.",
            code="discount-unusable",
            hint="Leave them out.",
        )
    return [
        {
            "variantId": gid,
            "quantity": 1,
            "priceOverride": {
                "amount": str(_lowered(prices[gid], discount, currency)),
                "currencyCode": currency,
            },
        }
        for gid in gids
    ]


def _lowered(price: Decimal, discount: Discount, currency: str) -> Decimal:
    """The price with the discount taken off, to the currency's smallest coin, never below 0."""
    off = price * discount.percent / _HUNDRED if discount.percent else discount.amount
    unit = Decimal(1).scaleb(-minor_digits(currency))
    return max(price - (off or Decimal(0)), Decimal(0)).quantize(unit, ROUND_HALF_UP)
