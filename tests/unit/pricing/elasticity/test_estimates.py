"""What prices do is found where they moved, and said not to be known where they didn't."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from kindred.pricing.elasticity.estimates import Estimate, learn
from kindred.pricing.elasticity.panel import EVERYBODY, Panel
from unit.pricing.elasticity.worlds import make_panel

TRUE = (-0.6, -1.0, -1.4, -1.8, -2.0, -2.2, -2.6, -3.0, -1.2, -2.4, -1.6, -2.8)


def of_everybody(panel: Panel) -> list[Estimate]:
    return [found[EVERYBODY] for found in learn(panel).products.values()]


def test_known_elasticities_are_found_and_held_by_their_intervals() -> None:
    found = of_everybody(make_panel(TRUE))
    values = np.array([one.elasticity for one in found], dtype=float)
    assert np.abs(values - TRUE).mean() < 0.1
    held = [one.low <= true <= one.high for one, true in zip(found, TRUE, strict=True)]  # type: ignore[operator]
    assert sum(held) >= 9
    assert {one.verdict for one in found} == {"identified"}


def test_prices_that_follow_good_weeks_do_not_deceive() -> None:
    panel = make_panel(TRUE, common=1.0)
    values = np.array([one.elasticity for one in of_everybody(panel)], dtype=float)
    naive = [
        np.polyfit(np.log(rows["price"]), np.log(rows["pieces"]), 1)[0]
        for _, rows in panel.products.groupby("product_id")
    ]
    assert np.abs(values - TRUE).mean() < 0.12
    assert np.abs(np.array(naive) - TRUE).mean() > 0.5


def test_prices_that_follow_last_weeks_sales_do_not_deceive() -> None:
    panel = make_panel(TRUE, lasts=0.8, reacts=1.0, shock=0.1, moves=0.08)
    values = np.array([one.elasticity for one in of_everybody(panel)], dtype=float)
    naive = [
        np.polyfit(np.log(rows["price"]), np.log(rows["pieces"]), 1)[0]
        for _, rows in panel.products.groupby("product_id")
    ]
    assert abs((values - TRUE).mean()) < 0.1
    assert (np.array(naive) - TRUE).mean() > 0.4


def test_a_price_that_hardly_moves_is_not_identifiable_and_a_test_is_named() -> None:
    found = of_everybody(make_panel(TRUE, moves=0.0005))
    assert {(one.verdict, one.elasticity, one.low) for one in found} == {
        ("not identifiable", None, None)
    }
    assert all(one.needed and one.needed.orders > 300 and one.needed.weeks >= 1 for one in found)


def test_a_product_sold_for_a_few_weeks_is_told_as_well() -> None:
    panel = make_panel(TRUE)
    short = panel.products.query("product_id == 'p00' and week < 5").assign(product_id="new")
    products = pd.concat([panel.products, short])
    found = learn(Panel(products, panel.cells, panel.segments, panel.weeks, None)).products["new"]
    assert (found[EVERYBODY].verdict, found[EVERYBODY].why) == (
        "not identifiable",
        "too-few-weeks",
    )
    assert found[EVERYBODY].n_weeks == 5


def test_few_sales_are_never_called_identified() -> None:
    found = of_everybody(make_panel(TRUE, pieces=4))
    assert "identified" not in {one.verdict for one in found}
    assert "few-sales" in {one.why for one in found}


def test_segments_who_react_more_are_told_from_those_who_react_less() -> None:
    learnt = learn(make_panel(TRUE, segments={"bargain": -0.8, "loyal": 0.8}))
    bargain, loyal = learnt.segments["bargain"], learnt.segments["loyal"]
    assert bargain.high is not None
    assert loyal.low is not None
    assert bargain.high < loyal.low
    cells = np.array([found["bargain"].elasticity for found in learnt.products.values()])
    assert np.abs(cells - (np.array(TRUE) - 0.8)).mean() < 0.2


def test_the_mean_of_all_comes_with_what_it_rests_on() -> None:
    pooled = learn(make_panel(TRUE)).pooled
    assert pooled.elasticity == pytest.approx(np.mean(TRUE), abs=0.15)
    assert pooled.low is not None
    assert pooled.high is not None
    assert pooled.low < np.mean(TRUE) < pooled.high
    assert (pooled.products, pooled.weeks) == (len(TRUE), 104)
    assert pooled.spread == pytest.approx(np.std(TRUE), rel=0.6)


def sold_until(panel: Panel, days: dict[str, int], chance: float) -> Panel:
    """The same where products are gone after so many days of a week, by chance in as many weeks."""
    random = np.random.default_rng(7)
    rows = panel.products.copy()
    cut = rows["product_id"].map(days).fillna(7).where(random.random(len(rows)) < chance, 7)
    rows["pieces"], rows["until"] = (rows["pieces"] * cut / 7).round(), cut.astype(float)
    return Panel(rows, panel.cells, panel.segments, panel.weeks, None)


def test_weeks_that_end_with_the_stock_do_not_make_demand_look_stiff_nor_sure() -> None:
    days = {f"p{number:02}": 3 for number in range(4)}
    found = of_everybody(sold_until(make_panel(TRUE), days, 0.4))
    values = np.array([one.elasticity for one in found], dtype=float)
    assert np.abs(values - TRUE).mean() < 0.12
    assert {(one.verdict, one.why) for one in found[:4]} == {("uncertain", "sold-out")}
    assert {one.verdict for one in found[4:]} == {"identified"}


def test_a_shop_or_a_product_with_days_off_isnt_sold_out() -> None:
    everything = {f"p{number:02}": 6 for number in range(len(TRUE))}
    closed = of_everybody(sold_until(make_panel(TRUE), everything, 1))
    weekdays_only = of_everybody(sold_until(make_panel(TRUE), {"p00": 5}, 1))
    assert {one.verdict for one in (*closed, *weekdays_only)} == {"identified"}


def test_units_that_lean_together_make_no_mean_certain() -> None:
    """With a piece a week, a hundred products all lean towards zero: their mean does too."""
    learnt = learn(make_panel([-2.0] * 40, pieces=1.5, moves=0.3))
    assert learnt.pooled.low is not None
    assert learnt.pooled.high is not None
    assert learnt.pooled.high - learnt.pooled.low > 0.8


def test_prices_in_season_of_little_more_than_a_year_do_not_deceive() -> None:
    panel = make_panel(TRUE, weeks=60, moves=0.06)
    rows = panel.products
    number = rows["product_id"].str[1:].astype(int)  # each its own season: no week is all's
    wave = 0.3 * np.sin(2 * np.pi * rows["week"] / 52.18 + number)
    elasticity = rows["product_id"].map({f"p{n:02}": one for n, one in enumerate(TRUE)})
    rows["price"] *= np.exp(wave)
    rows["pieces"] = (rows["pieces"] * np.exp((elasticity + 3) * wave)).round()
    values = np.array([one.elasticity for one in of_everybody(panel)], dtype=float)
    assert abs((values - TRUE).mean()) < 0.1


def test_nothing_sold_is_nothing_learned() -> None:
    empty = pd.DataFrame()
    learnt = learn(Panel(empty, empty, empty, 0, None))
    assert (learnt.pooled.elasticity, learnt.products, learnt.segments) == (None, {}, {})


def test_the_same_panel_gives_the_same_figures() -> None:
    assert learn(make_panel(TRUE[:4])) == learn(make_panel(TRUE[:4]))


@pytest.mark.parametrize("seed", [3, 4])
def test_weeks_without_a_sale_do_not_make_demand_look_stiff(seed: int) -> None:
    """Where half of the weeks have none, logs alone would see a third of the truth."""
    panel = make_panel([-2.5] * 30, pieces=1.2, moves=0.3, weeks=150, seed=seed)
    pooled = learn(panel).pooled
    assert pooled.elasticity is not None
    assert pooled.elasticity < -1.6
