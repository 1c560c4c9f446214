"""Coupons of WooCommerce: one for each customer, for their e-mail address, to be used once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kindred.errors import InvalidInput
from kindred.sources.shops.discounts import Discount, Done, Plan, Step, unnamed
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import Answer
from kindred.sources.shops.platform import Connection
from kindred.sources.woocommerce.asking import Asking, said, utc_now
from kindred.sources.woocommerce.paging import wire_time

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

_MINUTE: Final = timedelta(minutes=1)


class WooCommerceDiscounts:
    """Keeps `kindred.sources.shops.discounts.Discounts`. The one way is ``coupons``."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock

    def plan(self, connection: Connection, discount: Discount, way: str) -> Plan:
        """A coupon for each customer whose address is known; the others get none."""
        self._check(connection, discount, way)
        steps = [
            _step(discount, customer_id, discount.emails[customer_id].strip())
            for customer_id in dict.fromkeys(discount.customer_ids)
            if discount.emails.get(customer_id, "").strip()
        ]
        if not steps:
            raise _refused("none of these customers has an e-mail address", "Choose others.")
        return Plan(discount, "coupons", tuple(steps))

    def apply(
        self, connection: Connection, client: Client, plan: Plan, before: Mapping[str, str]
    ) -> Done:
        asking = Asking(connection, client, clock=self._clock)
        made: dict[str, str] = {}
        codes: dict[str, str] = {}
        for step in plan.steps:
            customer_id = str(step.arguments["customer_id"])
            coupon: Any = step.arguments["coupon"]
            made[f"coupon/{customer_id}"] = _make(asking, coupon)
            codes[customer_id] = coupon["code"]
        return Done(plan.discount.id, made, codes)

    def marks(self, discount: Discount, way: str) -> Mapping[str, str]:
        return {one: code_of(discount.id, one) for one in dict.fromkeys(discount.customer_ids)}

    def find(
        self,
        connection: Connection,
        client: Client,
        discount: Discount,
        way: str,
        strays: Collection[str] = (),
    ) -> Done:
        asking = Asking(connection, client, clock=self._clock)
        codes = self.marks(discount, way)
        ids = {one: _find(asking, code, _description(discount)) for one, code in codes.items()}
        made = {f"coupon/{one}": id_ for one, id_ in ids.items() if id_}
        lost = [_find(asking, code, _description(discount)) for code in strays]
        made |= {unnamed("coupon", id_): id_ for id_ in lost if id_}
        return Done(discount.id, made, {one: codes[one] for one in ids if ids[one]})

    def undo(self, connection: Connection, client: Client, done: Done) -> None:
        asking = Asking(connection, client, clock=self._clock)
        for coupon_id in done.made.values():
            asking.ask("DELETE", f"coupons/{coupon_id}", {"force": "true"}, allowed={404, 410})

    def _check(self, connection: Connection, discount: Discount, way: str) -> None:
        now = self._clock()
        if way != "coupons":
            raise _refused(f"it has no way {way}", "Choose coupons.")
        if (discount.percent is None) == (discount.amount is None):
            raise _refused("it needs either a percentage or an amount", "Give one of them.")
        if discount.percent is not None and not 0 < discount.percent <= 100:
            raise _refused("a percentage lies between 0 and 100", "Give another one.")
        if discount.amount is not None:
            if not (discount.amount.is_finite() and discount.amount > 0):
                raise _refused("an amount is more than 0", "Give another one.")
            if discount.currency != connection.currency:
                raise _refused(
                    f"its currency is {connection.currency}", "Give the amount in that one."
                )
        if discount.starts_at and discount.starts_at > now + _MINUTE:
            raise _refused("its coupons hold from when they are made", "Apply it on that day.")
        if discount.ends_at and discount.ends_at <= now:
            raise _refused("it has ended already", "Give a later end.")


def _step(discount: Discount, customer_id: str, email: str) -> Step:
    coupon: dict[str, Any] = {
        "code": code_of(discount.id, customer_id),
        "description": _description(discount),
        "discount_type": "percent" if discount.percent is not None else "fixed_cart",
        "amount": _plain(discount.percent if discount.percent is not None else discount.amount),
        "individual_use": True,
        "usage_limit": 1,
        "usage_limit_per_user": 1,
        "email_restrictions": [email],
    }
    if discount.product_ids:
        coupon["product_ids"] = [int(one) for one in discount.product_ids if one.isdigit()]
        if len(coupon["product_ids"]) != len(discount.product_ids):
            raise _refused("one of the products isn't the shop's", "Choose others.")
    if discount.ends_at:
        coupon["date_expires_gmt"] = wire_time(discount.ends_at)
    off = f"{coupon['amount']} %" if discount.percent is not None else (
        f"{coupon['amount']} {discount.currency}"
    )  # fmt: skip
    return Step(
        f"Make the coupon {coupon['code']}: {off} off, once, for customer {customer_id} alone.",
        "POST coupons",
        {"customer_id": customer_id, "coupon": coupon},
    )


def code_of(discount_id: str, customer_id: str) -> str:
    """The code of a customer's coupon: the same each time. A shop writes codes in small letters.

    Knowing another's code is of no use, since it holds for one address.
    """
    digest = hashlib.sha256(f"{discount_id}\0{customer_id}".encode()).digest()
    return "kd-" + base64.b32encode(digest)[:12].decode().lower()


def _description(discount: Discount) -> str:
    """What tells a coupon of ours from anybody's that has its code."""
    return f"{discount.title} (Kindred {discount.id})"[:500]


def _make(asking: Asking, coupon: Mapping[str, Any]) -> str:
    """The coupon's id; of the one that is there, where an earlier attempt made it."""
    answer = asking.ask("POST", "coupons", body=coupon, allowed={400})
    if answer.status < 300:
        return Fields.read(answer.json(), "the new coupon").needed_id()
    there = _find(asking, str(coupon["code"]), str(coupon["description"]))
    if there is None:
        raise _not_made(answer)
    return there


def _find(asking: Asking, code: str, description: str) -> str | None:
    found, _ = asking.list_of("coupons", {"code": code})
    for one in found:
        given = Fields.read(one, "a coupon")
        if given.text("description", 500) == description:
            return given.needed_id()
    return None


def _not_made(answer: Answer) -> InvalidInput:
    return _refused(said(answer)[1] or "it gives no reason", "Nothing else was changed.")


def _plain(amount: Decimal | None) -> str:
    return f"{amount or Decimal(0):f}"


def _refused(reason: str, hint: str) -> InvalidInput:
    return InvalidInput(
        f"The shop can't give that discount: {reason}.", code="discount-refused", hint=hint
    )
