"""Configurations, customers and clocks of all kinds, from a seed: what documents may hold."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from kindred.pricing.payloads import Context, PriceTest, Product, Rule, Settings
from kindred.pricing.quotes import Earlier, QuoteInputs, Shopper

START = datetime(2026, 9, 20, tzinfo=UTC)  # laws of 2026-10-01 lie within
SOURCE = {"kind": "csv", "id": "u1"}
PLACES = (
    None, None, "US-NY", "US-CT", "US-MD", "US", "US-CA", "DE", "DE", "PL", "ES", "ES", "IN", "BR",
)  # fmt: skip
#: Everywhere that premiums may be switched on.
LISTED = ("DE", "EU", "IN", "PL", "US-CT", "US-MD", "US-NY")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "No/Zone")
DEFINITIONS: tuple[dict[str, Any], ...] = (
    {"trait": "frequency", "is": ">", "value": 3},
    {"trait": "churn", "is": ">", "value": 0.5},
    {"not": {"trait": "mood", "is": "==", "value": "anger"}},
    {"orders": {"days": 30, "is": ">=", "value": 1}},
    {"random": {"seed": "a", "share": 0.5}},
    {"trait": "nothing"},
    {},
)


class Shops:
    """Makes inputs of quotes; every call another, and the same again from the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def inputs(self) -> QuoteInputs:
        now = START + timedelta(seconds=self.chance.randrange(20 * 86_400))
        return QuoteInputs(
            product_id="p1",
            product=self.product(now),
            rules={f"rule{i}": self.rule() for i in range(self.chance.randrange(6))},
            settings=self.settings(),
            shopper=self.shopper(),
            now=now,
            context=Context(country=self.one(*PLACES), opted_out=self.chance.random() < 0.03),
            tests={f"test{i}": self.test(now) for i in range(self.chance.random() < 0.25)},
            earlier=self.earlier(now),
        )

    def one(self, *values: Any) -> Any:
        return self.chance.choice(values)

    def percent(self) -> float:
        return self.one(0.0, 5.0, 10.75, 25.0, 33.3, 50.0, 100.0, self.chance.uniform(0, 100))

    def price(self) -> int:
        return self.one(0, 1, 999, 1_999, 10_000, 10**12, self.chance.randrange(1, 100_000))

    def product(self, now: datetime) -> Product:
        base = self.price()
        cost = self.one(None, None, 0, base // 3, base // 2, min(base + 100, 10**12), self.price())
        past = [
            {"price": self.price(), "since": now - timedelta(days=self.chance.uniform(-5, 60))}
            for _ in range(self.chance.randrange(4))
        ]
        return Product.model_validate({
            "name": "Boots",
            "source": SOURCE,
            "currency": self.one("EUR", "USD", "JPY", "KWD"),
            "base_price": base,
            "category": self.one(None, "shoes"),
            "cost": cost,
            "cost_at": self.one(None, None, now - timedelta(days=self.chance.uniform(-1, 400))),
            "stock": self.one(None, 0.0, 3.0, 500.0),
            "competitors": [
                {
                    "name": "Other",
                    "price": self.one(0, base * 9 // 10, self.price()),
                    "url": "https://shop.example/boots",
                    "seen_at": now - timedelta(days=self.chance.uniform(-1, 12)),
                }
                for _ in range(self.chance.randrange(3))
            ],
            "status": "paused" if self.chance.random() < 0.03 else "active",
            "public_prices": past,
            "asked_prices": self.logged(now),
            "asked_until": self.one(None, now - timedelta(days=self.chance.uniform(-1, 40))),
        })  # fmt: skip

    def logged(self, now: datetime) -> list[dict[str, Any]]:
        """What everybody was asked, as a log has it, whole or not."""
        return [
            {"price": self.price(), "since": now - timedelta(days=self.chance.uniform(-5, 70))}
            for _ in range(self.one(0, 0, 1, 4))
        ]

    def effect(self) -> dict[str, Any]:
        kind = self.one("discount", "discount", "premium", "fixed")
        charm = self.one(None, None, 0, 99, 990)
        if kind == "fixed":
            return {"kind": kind, "price": self.price(), "charm": charm}
        if self.chance.random() < 0.2:
            return {"kind": kind, "amount": self.one(0, 50, 500, 10**12), "charm": charm}
        low, high = sorted((self.percent(), self.percent()))
        percent = self.one(low, {"low": low, "high": high})
        return {"kind": kind, "percent": percent, "charm": charm}

    def who(self) -> dict[str, Any]:
        return self.one(
            {},
            {},
            {"segments": ["s01", "s02"]},
            {"archetypes": ["impulsive-emotional"]},
            {"rfm_groups": ["Loyal", "At risk"]},
            {"definition": self.one(*DEFINITIONS)},
        )  # type: ignore[no-any-return]

    def rule(self) -> Rule:
        start = (START + timedelta(days=self.chance.randrange(-5, 20))).date().isoformat()
        return Rule.model_validate({
            "name": "Rule",
            "source": SOURCE,
            "effect": self.effect(),
            "who": self.who(),
            "scope": self.one({}, {}, {"products": ["p1"]}, {"categories": ["shoes"]}),
            "schedule": {
                "starts": self.one(None, start),
                "ends": self.one(None, "2026-10-03"),
                "zone": self.one(*ZONES),
                "weekdays": self.one([], [1, 2, 3, 4, 5], [6, 7]),
                "from_hour": self.one(None, 8, 22),
                "to_hour": self.one(None, 2, 24),
            },
            "priority": self.chance.randrange(3),
            "exclusive": self.chance.random() < 0.1,
            "group": {
                "name": self.one("default", "sales"),
                "mode": self.one("stackable", "first", "lowest", "highest"),
            },
            "active": self.chance.random() < 0.95,
        })  # fmt: skip

    def settings(self) -> Settings:
        on = self.chance.random() < 0.9  # much else has to fit for a premium to be asked
        return Settings.model_validate({
            "kill": self.chance.random() < 0.02,
            "killed_sources": [SOURCE] if self.chance.random() < 0.02 else [],
            "floor_margin": self.one(0.0, 0.0, 20.0, self.percent()),
            "floor": self.one(0.0, 0.0, 50.0, self.percent()),
            "ceiling": self.one(100.0, 120.0, 150.0, 1000.0),
            "step": self.one(None, None, 5.0, self.percent()),
            "cooldown": self.one(0, 0, 24),
            "quotes_per_day": self.one(None, None, 3),
            "valid_minutes": self.one(1, 60, 60, 1_440, 10_080),
            "cost_days": self.one(30, 365),
            "jurisdiction": self.one(*PLACES),
            "sells_food": self.chance.random() < 0.3,
            "premiums": {
                "enabled": on,
                "by": self.one(*["Ada"] * 9, None),
                "jurisdictions": self.one(
                    None, [], ["EU"], ["DE", "IN", "US-CT"], *([list(LISTED)] * 12)
                ),
            },
            "needs_consent": self.chance.random() < 0.2,
            "stock": {
                "low_at": 5.0,
                "raise_percent": self.one(0.0, 10.0),
                "high_at": self.one(None, 100.0),
                "discount_percent": self.one(0.0, 10.0),
            },
            "competitor": {"match": self.one(True, False), "most_percent": self.percent()},
        })  # fmt: skip

    def shopper(self) -> Shopper:
        known = self.chance.random() < 0.9
        return Shopper(
            customer_id=f"c{self.chance.randrange(10**6)}",
            run_id="r1" if known else None,
            segment_key=self.one("s01", "s02", "s03") if known else None,
            archetype=self.one(None, None, "luxury", "impulsive-emotional", "at-risk"),
            columns={
                "rfm_group": self.one("Loyal", "At risk", "Champions"),
                "churn": self.one(None, 0.1, 0.9),
                "frequency": self.one(None, 2, 40),
                "mood": self.one(None, "joy", "anger"),
                "consent": self.one(None, True, True, True, True, False),
            },
            opted_out=self.chance.random() < 0.03,
        )

    def test(self, now: datetime) -> PriceTest:
        effects = [self.one(None, self.effect()) for _ in range(self.chance.randrange(2, 4))]
        return PriceTest.model_validate({
            "name": "Test",
            "source": SOURCE,
            "products": ["p1"],
            "arms": [{"id": f"arm{i}", "effect": effect} for i, effect in enumerate(effects)],
            "seed": "seed",
            "holdout": self.one(0.0, 0.1, 0.5),
            "status": self.one("running", "running", "draft"),
            "starts": self.one(None, now + timedelta(hours=self.chance.uniform(-50, 5))),
            "ends": self.one(None, now + timedelta(hours=self.chance.uniform(-5, 50))),
        })  # fmt: skip

    def earlier(self, now: datetime) -> Earlier:
        if self.chance.random() < 0.6:
            return Earlier()
        return Earlier(
            price=self.price(),
            changed_at=self.one(None, now - timedelta(hours=self.chance.uniform(0, 48))),
            new_today=self.chance.randrange(6),
        )
