"""How good predictions are on a last part of the past that was hidden from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from threadpoolctl import threadpool_limits

from kindred.errors import InvalidInput
from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting import gamma_gamma, pareto_nbd
from kindred.predicting.accuracy import accuracy_of, count_accuracy
from kindred.predicting.fitted_shop import FittedShop, fit_shop
from kindred.predicting.histories import WEEK, Histories, histories_and_outcome
from kindred.predicting.purchases import Floats, PurchaseBatches, day_of

FEWEST_CUSTOMERS: Final = 20
CHOSEN: Final = "* chosen by the backtest within the calibration time"


def evaluate(purchases: PurchaseBatches, calibration_end: date | None = None) -> dict[str, Any]:
    """Learn up to and with the day ``calibration_end``, predict all that follows, and compare.

    The default end leaves the last third of the days to be predicted. The candidate is chosen by a
    backtest within the calibration time alone. Returns JSON-able ``parameters`` (maximum
    likelihood, without the prior that shrinks small shops), ``holdout`` of the chosen one,
    ``candidates`` with their accuracy on the holdout and in the backtest.
    """
    last = purchases.last_day
    end = round(last * 2 / 3) if calibration_end is None else day_of(purchases, calibration_end)
    weeks = (last - end) / WEEK
    histories, bought = histories_and_outcome(purchases, end, last)
    if weeks < 1 or len(histories) < FEWEST_CUSTOMERS:
        raise InvalidInput(
            f"{len(histories)} customers before the end of calibration and {max(weeks, 0):.0f} "
            "weeks after it are too little to judge a prediction by.",
            code="too-little-history",
            hint="Choose an earlier end of calibration, or a file with a longer past.",
        )
    with threadpool_limits(limits=1):
        shop = fit_shop(purchases, end, weeks)
        accuracies = _accuracies(shop, bought, weeks)
        parameters = _parameters(histories)
    grade, reason = shop.grade()
    return {
        "calibration_end": end,
        "weeks": round(weeks, 3),
        "customers": len(histories),
        "bought_again": int((bought > 0).sum()),
        "orders": int(bought.sum()),
        "chosen": shop.chosen,
        "grade": grade,
        "grade_reason": reason,
        "parameters": parameters,
        "holdout": accuracies[shop.chosen],
        "candidates": [
            {
                "name": name,
                "chosen": name == shop.chosen,
                **accuracy,
                "backtest": shop.backtested.get(name),
            }
            for name, accuracy in accuracies.items()
        ],
    }


def _accuracies(shop: FittedShop, bought: Floats, weeks: float) -> dict[str, dict[str, float]]:
    """By candidate, of the chances and the numbers of orders that customers would get."""
    happened = (bought > 0).astype(float)
    return {
        name: {
            **accuracy_of(shop.chance_to_buy(name), happened),
            **count_accuracy(shop.expected_orders(name, weeks), bought),
        }
        for name in shop.candidates
    }


def _parameters(histories: Histories) -> dict[str, dict[str, float]]:
    parameters: dict[str, dict[str, float]] = {}
    for name, modified in (("bg_nbd", False), ("mbg_nbd", True)):
        model = btyd.fit(histories, modified=modified)
        parameters[name] = {
            key: getattr(model, key) for key in ("r", "alpha", "a", "b", "log_likelihood")
        }
    pareto = pareto_nbd.fit(histories)
    parameters["pareto_nbd"] = asdict(pareto)
    amounts = gamma_gamma.fit(histories.repeats, histories.mean_amount)
    parameters["gamma_gamma"] = {"p": amounts.p, "q": amounts.q, "v": amounts.v}
    return parameters


def as_table(evaluation: Mapping[str, Any]) -> str:
    """The evaluation as people read it."""
    bg, pareto, amounts = (
        evaluation["parameters"][name] for name in ("bg_nbd", "pareto_nbd", "gamma_gamma")
    )
    lines = [
        f"{evaluation['customers']:,} customers; {evaluation['orders']:,} orders by "
        f"{evaluation['bought_again']:,} of them in the {evaluation['weeks']:.1f} weeks predicted.",
        f"BG/NBD r {bg['r']:.3f}, alpha {bg['alpha']:.3f}, a {bg['a']:.3f}, b {bg['b']:.3f}, "
        f"log-likelihood {bg['log_likelihood']:.1f} (weeks)",
        f"Pareto/NBD r {pareto['r']:.3f}, alpha {pareto['alpha']:.3f}, s {pareto['s']:.3f}, "
        f"beta {pareto['beta']:.3f}, log-likelihood {pareto['log_likelihood']:.1f} (weeks)",
        f"Gamma-Gamma p {amounts['p']:.2f}, q {amounts['q']:.2f}, v {amounts['v']:.2f}",
        "",
        f"{'candidate':<20}{'AUC':>7}{'Brier':>8}{'log':>7}{'slope':>7}{'total':>8}{'corr.':>7}"
        f"{'MAE':>8}{'backtest log':>14}",
    ]
    for row in evaluation["candidates"]:
        backtested = row["backtest"]
        lines.append(
            f"{row['name'] + (' *' if row['chosen'] else ''):<20}{row['auc']:>7.4f}"
            f"{row['brier']:>8.4f}{row['log_score']:>7.4f}{row['reliability_slope']:>7.2f}"
            f"{row['total_error']:>+8.1%}{row['correlation']:>7.4f}{row['mae']:>8.4f}"
            f"{backtested['log_score'] if backtested else float('nan'):>14.4f}"
        )
    return "\n".join(
        [*lines, "", CHOSEN, f"Grade: {evaluation['grade']}. {evaluation['grade_reason'] or ''}"]
    )
