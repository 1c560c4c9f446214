"""Products, pricing rules, price tests and settings: documents that are taken, and that aren't.

Each case is (what is special, the document, whether it is taken). A document that is taken at a
limit and one that is refused a step beyond hold the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Case = tuple[str, dict[str, Any], bool]

SOURCE = {"kind": "csv", "id": "ready"}
THEN = datetime(2026, 1, 1, tzinfo=UTC)
MOST = 10**12
KINDS = ("csv", "shopify", "woocommerce", "amazon", "flipkart", "magento")
RIVAL_SHOP = {"name": "Rival", "price": 1900, "url": "https://rival.example/tea", "seen_at": THEN}
PREMIUM = {"kind": "premium", "percent": 5}

PRODUCT: Mapping[str, Any] = {
    "name": "Tea", "source": SOURCE, "currency": "EUR", "base_price": 1999,
}  # fmt: skip
WHOLE_PRODUCT: Mapping[str, Any] = {
    **PRODUCT,
    "product_id": "SKU 1",
    "category": "Drinks",
    "tax_included": False,
    "cost": 900,
    "cost_at": THEN,
    "stock": 12.5,
    "competitors": [RIVAL_SHOP],
    "status": "paused",
}
RULE: Mapping[str, Any] = {
    "name": "Regulars",
    "source": SOURCE,
    "effect": {"kind": "discount", "percent": 10},
}
WHOLE_RULE: Mapping[str, Any] = {
    **RULE,
    "effect": {"kind": "discount", "percent": {"low": 5, "high": 12.5}, "charm": 99},
    "scope": {"products": ["p1"], "categories": ["Drinks"]},
    "who": {
        "segments": ["s01"],
        "archetypes": ["luxury_seeker"],
        "rfm_groups": ["Champions"],
        "definition": {"trait": "frequency", "is": ">", "value": 3},
    },
    "schedule": {
        "starts": "2026-01-01",
        "ends": "2026-12-31",
        "zone": "Europe/Rome",
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "from_hour": 8,
        "to_hour": 18,
    },
    "priority": 3,
    "exclusive": True,
    "group": {"name": "loyalty", "mode": "stackable"},
    "active": False,
}
TEST: Mapping[str, Any] = {
    "name": "Tea, a euro less",
    "source": SOURCE,
    "products": ["p1"],
    "arms": [{"id": "a"}, {"id": "b", "effect": {"kind": "discount", "amount": 100}}],
    "seed": "tea-1",
}
WHOLE_TEST: Mapping[str, Any] = {
    **TEST,
    "holdout": 0.2,
    "status": "draft",
    "starts": THEN,
    "ends": THEN,
    "thompson": True,
}
SETTINGS: Mapping[str, Any] = {
    "kill": False,
    "killed_sources": [SOURCE],
    "floor_margin": 10,
    "floor": 50,
    "ceiling": 110.5,
    "step": 10,
    "cooldown": 24,
    "quotes_per_day": 5,
    "valid_minutes": 60,
    "cost_days": 365,
    "jurisdiction": "US-NY",
    "sells_food": False,
    "premiums": {"enabled": True, "by": "Jo Owner", "at": THEN, "jurisdictions": ["DE"]},
    "needs_consent": True,
    "evidence": {"purchase_history": True, "emotional_state": False},
    "stock": {"low_at": 2, "raise_percent": 3, "high_at": 100, "discount_percent": 5},
    "competitor": {"match": True, "most_percent": 10, "fresh_days": 7},
    "zone": "Europe/Rome",
    "keep_days": 400,
}

#: What is no text, no number, no list and no map of ours.
_ODD: Sequence[tuple[str, Any]] = (("true", True), ("list of a map", [{"a": 1}]), ("map", {"a": 1}))
_NOT_NAMES = (*_ODD, ("null", None), ("empty", ""), ("number", 7), ("line break", "a\nb"))
_NOT_NUMBERS = (*_ODD, ("text", "7"))


class _Cases:
    """Cases of one kind of document: a valid one with one field changed."""

    def __init__(self, base: Mapping[str, Any], *inside: str) -> None:
        self._base, self._inside = base, inside

    def of(self, name: str, value: Any, taken: bool, what: str = "") -> Case:
        document = {**self._base}
        fields = {name: value}
        for outer in reversed(self._inside):
            fields = {outer: {**self._base.get(outer, {}), **fields}}
        place = ".".join((*self._inside, name))
        return f"{place} {what or str(value)[:24]}", document | fields, taken

    def texts(self, name: str, most: int, *, none: bool = False) -> Iterator[Case]:
        yield self.of(name, "x" * most, True, f"of {most}")
        yield self.of(name, "x" * (most + 1), False, f"of {most + 1}")
        for what, value in _NOT_NAMES:
            yield self.of(name, value, none and value is None, what)

    def numbers(
        self, name: str, least: float, most: float, *, whole: bool = False, none: bool = True
    ) -> Iterator[Case]:
        for value in (least, most):
            yield self.of(name, value, True)
        step = 1 if whole else 0.5
        for value in (least - step, most + step, *([(least + most) / 2 + 0.25] if whole else [])):
            yield self.of(name, value, False)
        yield self.of(name, None, none, "null")
        for what, value in _NOT_NUMBERS:
            yield self.of(name, value, False, what)

    def flags(self, name: str) -> Iterator[Case]:
        for value in (True, False):
            yield self.of(name, value, True)
        for what, value in (("null", None), ("text", "true"), ("number", 1)):
            yield self.of(name, value, False, what)

    def one_of(self, name: str, values: Sequence[str]) -> Iterator[Case]:
        for value in values:
            yield self.of(name, value, True)
        for what, bad in (*_ODD, ("another", "sideways"), ("null", None), ("number", 7)):
            yield self.of(name, bad, False, what)

    def moments(self, name: str) -> Iterator[Case]:
        yield self.of(name, THEN, True, "a time")
        yield self.of(name, None, True, "null")
        for bad in ("2026-01-01", 7, True, [THEN]):
            yield self.of(name, bad, False, f"{type(bad).__name__}")

    def words(self, name: str) -> Iterator[Case]:
        yield self.of(name, ["x" * 100] * 200, True, "200 of 100 letters")
        yield self.of(name, ["x"] * 201, False, "of 201")
        yield self.of(name, ["x" * 100] * 199 + ["x" * 101], False, "of 20,001 letters")
        for what, value in (*_ODD, ("null", None), ("text", "s01")):
            yield self.of(name, value, False, what)

    def places(self) -> Iterator[Case]:
        for kind in KINDS:
            yield self.of("source", {"kind": kind, "id": "ready"}, True, kind)
        for what, bad in (
            *_ODD,
            ("null", None),
            ("of another kind", {"kind": "ebay", "id": "ready"}),
            ("without a kind", {"id": "ready"}),
            ("without an id", {"kind": "csv"}),
            ("with a path", {"kind": "csv", "id": "a/b"}),
            ("of another merchant", {**SOURCE, "uid": "rival-uid"}),
        ):
            yield self.of("source", bad, False, what)


def product_cases() -> Iterator[Case]:
    one = _Cases(PRODUCT)
    yield "with what it needs", dict(PRODUCT), True
    yield "with all it may have", dict(WHOLE_PRODUCT), True
    yield "with public prices", {**PRODUCT, "public_prices": []}, False
    yield "with asked prices", {**PRODUCT, "asked_prices": []}, False
    yield "with an unknown field", {**PRODUCT, "surprise": 1}, False
    for name in PRODUCT:
        yield f"without {name}", {k: v for k, v in PRODUCT.items() if k != name}, False
    yield from one.texts("name", 200)
    yield from one.places()
    for bad in ("eur", "EURO", "", None, 7, ["EUR"]):
        yield one.of("currency", bad, False)
    yield from one.numbers("base_price", 0, MOST, whole=True, none=False)
    yield one.of("product_id", "x" * 256, True, "of 256")
    yield one.of("product_id", None, True)
    for bad in ("x" * 257, 7, ["x"]):
        yield one.of("product_id", bad, False)
    yield from one.texts("category", 128, none=True)
    yield from one.flags("tax_included")
    yield from one.numbers("cost", 0, MOST, whole=True)
    yield from one.moments("cost_at")
    yield from one.numbers("stock", 0, 10**9)
    yield from one.one_of("status", ("active", "paused"))
    yield from _competitors(one)


def _competitors(one: _Cases) -> Iterator[Case]:
    shop = RIVAL_SHOP
    address = "https://rival.example/"
    longest = {**shop, "url": address + "x" * (2200 - len(address) - len(shop["name"]))}
    yield one.of("competitors", [longest] * 10, True, "ten with long addresses")
    yield one.of("competitors", [shop] * 11, False, "11")
    for place in range(10):
        bad = [*([shop] * place), {**shop, "surprise": 1}]
        yield one.of("competitors", bad, False, f"{place}, then one with an unknown field")
    for what, changes in (
        ("without a price", {"price": None}),
        ("of half a price", {"price": 1.5}),
        ("at http", {"url": "http://rival.example"}),
        ("at a script", {"url": "javascript:alert(1)"}),
        ("far away", {"url": longest["url"] + "x"}),
        ("called by a map", {"name": {"a": "b"}}),
        ("seen some day", {"seen_at": "2026-01-01"}),
    ):
        yield one.of("competitors", [{**shop, **changes}], False, f"one {what}")
    for name in shop:
        less = {key: value for key, value in shop.items() if key != name}
        yield one.of("competitors", [less], False, f"one without {name}")
        yield one.of("competitors", [{**less, "surprise": 1}], False, f"one of four, not {name}")
    for bad in (None, "none", 7, {"a": shop}, {}, [7]):
        yield one.of("competitors", bad, False)


def rule_cases() -> Iterator[Case]:
    one = _Cases(RULE)
    yield "with what it needs", dict(RULE), True
    yield "with all it may have", dict(WHOLE_RULE), True
    yield "with an unknown field", {**RULE, "surprise": 1}, False
    for name in RULE:
        yield f"without {name}", {k: v for k, v in RULE.items() if k != name}, False
    yield from one.texts("name", 200)
    yield from one.places()
    yield from one.numbers("priority", -1000, 1000, whole=True)
    yield from one.flags("exclusive")
    yield from one.flags("active")
    yield from _effects(one)
    for outer in ("scope", "who", "schedule", "group"):
        yield one.of(outer, {"surprise": 1}, False, "with an unknown field")
        for what, bad in (("null", None), ("text", "all"), ("list", ["all"])):
            yield one.of(outer, bad, False, what)
    for outer, names in (
        ("scope", ("products", "categories")),
        ("who", ("segments", "archetypes", "rfm_groups")),
    ):
        for name in names:
            yield from _Cases(RULE, outer).words(name)
    who = _Cases(RULE, "who")
    yield who.of("definition", None, True)
    yield who.of("definition", dict.fromkeys("abcd", 1), True, "of four")
    for bad in (dict.fromkeys("abcde", 1), "everybody", ["all"], 7):
        yield who.of("definition", bad, False)
    yield from _schedules()
    group = _Cases(RULE, "group")
    yield from group.texts("name", 128)
    yield from group.one_of("mode", ("stackable", "first", "lowest", "highest"))


def _effects(one: _Cases) -> Iterator[Case]:
    for effect, taken in (
        ({"kind": "discount", "amount": 100}, True),
        ({"kind": "fixed", "price": 1499}, True),
        ({"kind": "discount", "percent": 0}, True),
        ({"kind": "discount", "percent": 100}, True),
        ({"kind": "discount", "percent": {"low": 0, "high": 100}}, True),
        ({"kind": "discount", "percent": 10, "amount": None, "price": None, "charm": 0}, True),
        ({"kind": "gift", "percent": 10}, False),
        ({"percent": 10}, False),
        ({"kind": "discount", "percent": 10, "surprise": 1}, False),
        ({"kind": "discount", "percent": -0.5}, False),
        ({"kind": "discount", "percent": 100.5}, False),
        ({"kind": "discount", "percent": "10"}, False),
        ({"kind": "discount", "percent": [10]}, False),
        ({"kind": "discount", "percent": {"low": 5}}, False),
        ({"kind": "discount", "percent": {"high": 5}}, False),
        ({"kind": "discount", "percent": {"low": 6, "high": 5}}, False),
        ({"kind": "discount", "percent": {"low": -0.5, "high": 5}}, False),
        ({"kind": "discount", "percent": {"low": 5, "high": 100.5}}, False),
        ({"kind": "discount", "percent": {"low": 5, "high": 6, "surprise": 1}}, False),
        ({"kind": "discount", "amount": -1}, False),
        ({"kind": "fixed", "price": -1}, False),
        ({"kind": "fixed", "price": "14.99"}, False),
        ("discount", False),
        (None, False),
    ):
        yield one.of("effect", effect, taken, str(effect))
    yield from _Cases(RULE, "effect").numbers("charm", 0, 999, whole=True)


def _schedules() -> Iterator[Case]:
    one = _Cases(RULE, "schedule")
    for name in ("starts", "ends"):
        yield one.of(name, "2026-11-29", True)
        yield one.of(name, None, True)
        for bad in ("29.11.2026", "2026-11-29T00:00", "", 7, THEN):
            yield one.of(name, bad, False)
    yield from one.texts("zone", 128)
    yield one.of("weekdays", [1, 2, 3, 4, 5, 6, 7], True)
    yield one.of("weekdays", [], True)
    for bad in ([0], [8], [1] * 8, ["1"], None, 7, "1"):
        yield one.of("weekdays", bad, False)
    yield from one.numbers("from_hour", 0, 23, whole=True)
    yield from one.numbers("to_hour", 1, 24, whole=True)


def settings_cases() -> Iterator[Case]:
    one = _Cases({})
    yield "with nothing", {}, True
    yield "with all they may have", dict(SETTINGS), True
    yield "with an unknown field", {**SETTINGS, "surprise": 1}, False
    for name in SETTINGS:
        yield f"with {name} alone", {name: SETTINGS[name]}, True
    for name in ("kill", "sells_food", "needs_consent"):
        yield from one.flags(name)
    yield one.of("killed_sources", [SOURCE] * 200, True, "200")
    for what, bad in (("201", [SOURCE] * 201), ("map", {}), ("text", ""), ("null", None)):
        yield one.of("killed_sources", bad, False, what)
    for name in ("floor_margin", "floor", "step"):
        yield from one.numbers(name, 0, 100)
    yield from one.numbers("ceiling", 100, 1000)
    for name, least, most in (
        ("cooldown", 0, 8760),
        ("quotes_per_day", 1, 1000),
        ("valid_minutes", 1, 10_080),
        ("cost_days", 1, 3650),
        ("keep_days", 1, 3650),
    ):
        yield from one.numbers(name, least, most, whole=True)
    yield from one.texts("jurisdiction", 128, none=True)
    yield from one.texts("zone", 128)
    for outer in ("premiums", "evidence", "stock", "competitor"):
        yield one.of(outer, {}, True, "empty")
        for what, bad in (("null", None), ("text", "on"), ("list", ["on"]), ("odd", {"a": 1})):
            yield one.of(outer, bad, False, what)
    yield from _switches()


def _switches() -> Iterator[Case]:
    one = _Cases({})
    for what, premiums, taken in (
        ("off", {"enabled": False, "by": None, "at": None}, True),
        ("off with a name", {"by": "x" * 200}, True),
        ("on without a name", {"enabled": True}, False),
        ("on with an empty name", {"enabled": True, "by": ""}, False),
        ("odd with a name", {"enabled": 7, "by": "Jo"}, False),
        ("off with a long name", {"by": "x" * 201}, False),
        ("off with no name but a list", {"by": ["Jo"]}, False),
        ("off at some time", {"at": "today"}, False),
    ):
        yield one.of("premiums", premiums, taken, what)
    yield from _Cases({}, "premiums").words("jurisdictions")
    for name in ("purchase_history", "emotional_state"):
        yield from _Cases({}, "evidence").flags(name)
    stock = _Cases({}, "stock")
    for name in ("raise_percent", "discount_percent"):
        yield from stock.numbers(name, 0, 100)
    for name in ("low_at", "high_at"):
        yield from stock.numbers(name, 0, 10**9)
    competitor = _Cases({}, "competitor")
    yield from competitor.flags("match")
    yield from competitor.numbers("most_percent", 0, 100)
    yield from competitor.numbers("fresh_days", 1, 90, whole=True)


def price_test_cases() -> Iterator[Case]:
    one = _Cases(TEST)
    yield "with what it needs", dict(TEST), True
    yield "with all it may have", dict(WHOLE_TEST), True
    yield "with an unknown field", {**TEST, "surprise": 1}, False
    for name in TEST:
        yield f"without {name}", {k: v for k, v in TEST.items() if k != name}, False
    yield from one.texts("name", 200)
    yield from one.places()
    yield from one.words("products")
    yield one.of("products", [], False)
    arm = {"id": "a"}
    yield one.of("arms", [arm] * 10, True, "ten")
    for what, bad in (
        ("one", [arm]),
        ("11", [arm] * 11),
        ("a map of two", {"a": arm, "b": arm}),
        ("text", "ab"),
        ("null", None),
    ):
        yield one.of("arms", bad, False, what)
    yield from one.texts("seed", 128)
    for good in (0, 0.9, None):
        yield one.of("holdout", good, True)
    for bad in (-0.5, 0.91, 1, "0.1", [0.1]):
        yield one.of("holdout", bad, False)
    yield from one.one_of("status", ("draft",))
    for bad in ("running", "stopped"):
        yield one.of("status", bad, False)
    yield from one.moments("starts")
    yield from one.moments("ends")
    yield from one.flags("thompson")
