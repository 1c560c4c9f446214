"""Whether a price test can be started, and if not, why: a sentence each. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from kindred.pricing.effects import is_raise
from kindred.pricing.gates import why_no_premium
from kindred.pricing.given import HOLDOUT
from kindred.pricing.jurisdictions import law_for
from kindred.pricing.payloads import Context, PriceTest, Product, Settings

#: What `assignment` adds to a seed to draw the holdout.
_HOLDOUT_SEED = f":{HOLDOUT}"

#: A product's document id and what it says, by the ids that tests name it by.
Products = Mapping[str, tuple[str, Product]]


def why_not(
    test: PriceTest,
    products: Products,
    others: Mapping[str, PriceTest],
    settings: Settings,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """What is in the way; empty: it can start.

    ``products`` has those of all tests that are this source's, ``others`` all other tests of the
    merchant.
    """
    return (
        *_about_arms(test),
        *_about_products(test, products),
        *_about_raises(test, products, settings, now),
        *_about_others(test, products, others),
        *(("It would end before it starts.",) if test.ends and test.ends <= now else ()),
    )


def _about_arms(test: PriceTest) -> Iterator[str]:
    ids = [arm.id for arm in test.arms]
    if len(set(ids)) < len(ids):
        yield "Two arms have the same id."
    if any(arm_id == HOLDOUT or ":" in arm_id for arm_id in ids):
        yield f"An arm can't be called {HOLDOUT}, and no arm's id may hold a colon."
    controls = sum(arm.effect is None for arm in test.arms)
    if controls > 1:
        yield "Several arms have no effect: one control is enough."
    if not controls and test.holdout == 0:
        yield "Nothing to compare with: add an arm without an effect, or a holdout."


def _about_products(test: PriceTest, products: Products) -> Iterator[str]:
    known = [products[name][1] for name in test.products if name in products]
    if len(known) < len(test.products):
        missing = len(test.products) - len(known)
        yield f"{missing} of its products can't be used or aren't this source's."
    if len({product.currency for product in known}) > 1:
        yield "Its products are sold in several currencies, which can't be added up."


def _about_raises(
    test: PriceTest, products: Products, settings: Settings, now: datetime
) -> Iterator[str]:
    known = [products[name][1] for name in test.products if name in products]
    effects = [arm.effect for arm in test.arms if arm.effect is not None]
    if any(is_raise(effect, product.base_price) for effect in effects for product in known):
        why = why_no_higher_arm(settings, now)
        yield from () if why is None else (why,)


def why_no_higher_arm(settings: Settings, now: datetime) -> str | None:
    """Why no arm may ask for more than the public price, and what to do; None: it may.

    Drawn by chance it rests on nothing that is known of a customer, but the customer's id decides,
    and some are asked for more than others at the same moment: that is a premium. What everybody
    is asked is no such thing: a higher public price can be tested from above.
    """
    law = law_for(Context(), settings, now)
    why = why_no_premium(settings, Context(), law)
    if why is None and settings.ceiling <= 100:
        why = "the ceiling leaves no room above the public price"
    if why is None:
        return None
    return (
        f"An arm asks some customers for more than the public price, and {why}. "
        "Raise the public price for everybody and test today's price as a discount from it, "
        "or have an admin allow premiums and a higher ceiling under Limits and law."
    )


def _about_others(
    test: PriceTest, products: Products, others: Mapping[str, PriceTest]
) -> Iterator[str]:
    mine = _documents(test, products)
    for other in others.values():
        overlaps = not mine.isdisjoint(_documents(other, products))
        if other.status == "running" and other.source == test.source and overlaps:
            yield f"“{other.name}” is running on one of its products: stop that first."
        if not {test.seed, test.seed + _HOLDOUT_SEED}.isdisjoint(
            {other.seed, other.seed + _HOLDOUT_SEED}
        ):
            yield f"“{other.name}” has the same seed, so customers would get the same arms again."


def _documents(test: PriceTest, products: Products) -> set[str]:
    """The products of a test by their documents: it may name them as order lines do."""
    return {products[name][0] if name in products else name for name in test.products}
