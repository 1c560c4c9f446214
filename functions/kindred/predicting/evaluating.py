"""How good predictions are on a part of the past that they didn't see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from kindred.errors import InvalidInput
from kindred.predicting import buy_till_you_die as btyd
from kindred.predicting import chances, predicting, spending
from kindred.predicting.histories import Floats, Purchases, histories_at, outcome

FEWEST = 20


def evaluate(purchases: Purchases, calibration_end: Any = None) -> dict[str, Any]:
    """Learn up to and with the day ``calibration_end``, predict all that follows, and compare.

    The default end leaves the last third of the days to be predicted. The candidate is chosen by a
    backtest within the calibration time alone. Returns JSON-able ``parameters`` (maximum
    likelihood, without the prior that shrinks small shops), ``holdout`` of the chosen one,
    ``candidates`` with their scores on the holdout and in the backtest.
    """
    last = float(purchases.day.max())
    end = round(last * 2 / 3) if calibration_end is None else purchases.day_of(calibration_end)
    weeks = (last - end) / 7
    known = histories_at(purchases, end)
    if weeks < 1 or len(known) < FEWEST:
        raise InvalidInput(
            f"{len(known)} customers before the end of calibration and {max(weeks, 0):.0f} weeks "
            "after it are too little to judge a prediction by.",
            code="too-little-history",
            hint="Choose an earlier end of calibration, or a file with a longer past.",
        )
    with threadpool_limits(limits=1):
        tried = predicting.backtest(purchases, end, weeks)
        chosen = chances.best_candidate(tried) if tried else chances.USUAL
        fitted = chances.learn(purchases, end, weeks)
        bought = outcome(purchases, known.who, end, last)
        candidates = []
        for name, chance in fitted.of(known).items():
            expected = predicting.expected_orders(fitted, known, chance, weeks)
            if name in ("bg-nbd", "mbg-nbd"):  # as published, without what the backtest taught
                model = fitted.counting.bg if name == "bg-nbd" else fitted.counting.mbg
                expected = model.expected(known, weeks)
            scored = {
                **chances.scores(fitted.lifted(chance), (bought > 0).astype(float)),
                **count_scores(expected, bought),
            }
            candidates.append(
                {"name": name, "chosen": name == chosen, **scored, "backtest": tried.get(name)}
            )
        parameters = _parameters(known)
    holdout = next(c for c in candidates if c["chosen"])
    return {
        "calibration_end": end,
        "weeks": round(weeks, 3),
        "customers": len(known),
        "bought_again": int((bought > 0).sum()),
        "orders": int(bought.sum()),
        "chosen": chosen,
        "parameters": parameters,
        "holdout": {k: v for k, v in holdout.items() if k not in ("name", "chosen", "backtest")},
        "candidates": candidates,
    }


def count_scores(expected: Floats, bought: Floats) -> dict[str, float]:
    """Error of the total as a share of it, mean absolute error and correlation by customer."""
    varies = float(np.std(expected)) > 0 and float(np.std(bought)) > 0
    return {
        "total_error": float(expected.sum() / max(float(bought.sum()), 1e-9) - 1),
        "mae": float(np.abs(expected - bought).mean()),
        "correlation": float(np.corrcoef(expected, bought)[0, 1]) if varies else 0.0,
    }


def _parameters(known: Any) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, modified in (("bg_nbd", False), ("mbg_nbd", True)):
        model = btyd.fit(known, modified=modified)
        found[name] = {
            key: getattr(model, key) for key in ("r", "alpha", "a", "b", "log_likelihood")
        }
    spent = spending.fit(known.repeats, known.mean_amount)
    found["gamma_gamma"] = {"p": spent.p, "q": spent.q, "v": spent.v}
    return found


def as_table(found: Mapping[str, Any]) -> str:
    """The evaluation as people read it."""
    bg, spent = found["parameters"]["bg_nbd"], found["parameters"]["gamma_gamma"]
    lines = [
        f"{found['customers']:,} customers; {found['orders']:,} orders by "
        f"{found['bought_again']:,} of them in the {found['weeks']:.1f} weeks predicted.",
        f"BG/NBD r {bg['r']:.3f}, alpha {bg['alpha']:.3f}, a {bg['a']:.3f}, b {bg['b']:.3f}, "
        f"log-likelihood {bg['log_likelihood']:.1f} (weeks)",
        f"Gamma-Gamma p {spent['p']:.2f}, q {spent['q']:.2f}, v {spent['v']:.2f}",
        "",
        f"{'candidate':<20}{'AUC':>7}{'Brier':>8}{'log':>7}{'slope':>7}{'total':>8}{'corr.':>7}"
        f"{'MAE':>8}{'backtest log':>14}",
    ]
    for one in found["candidates"]:
        tried = one["backtest"]
        lines.append(
            f"{one['name'] + (' *' if one['chosen'] else ''):<20}{one['auc']:>7.4f}"
            f"{one['brier']:>8.4f}{one['log_score']:>7.4f}{one['reliability_slope']:>7.2f}"
            f"{one['total_error']:>+8.1%}{one['correlation']:>7.4f}{one['mae']:>8.4f}"
            f"{tried['log_score'] if tried else float('nan'):>14.4f}"
        )
    return "\n".join([*lines, "", "* chosen by the backtest within the calibration time"])
