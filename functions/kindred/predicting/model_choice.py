"""Which candidate is used, and how far its predictions can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kindred.predicting.churn import CANDIDATES, USUAL
from kindred.predicting.histories import Histories

#: The grade by AUC in the backtest and number of customers who came back. Set by hand, so that
#: `weak` is little better than guessing; a grade is shown beside every prediction.
FAIR_AUC: Final = 0.6
GOOD_AUC: Final = 0.72
FAIR_BUYERS: Final = 50
GOOD_BUYERS: Final = 200
YEAR_DAYS: Final = 365
MOST_DRIFT: Final = 0.35  # beyond, an interval is too wide to be of use


def best_candidate(backtested: Mapping[str, Mapping[str, float]]) -> str:
    """The lowest log score, if its lead over the counting models is more than chance.

    Recency is among the candidates, and the counting models are preferred only where they are no
    worse than it: nothing worse than recency is ever used. ``backtested`` as `backtest` returns it;
    without a backtest, the counting models.
    """
    usual = backtested.get(USUAL)
    if not backtested:
        return USUAL
    best = min(
        CANDIDATES, key=lambda name: backtested[name]["log_score"] if name in backtested else 1e9
    )
    if usual is None or best == USUAL:
        return best
    lead = usual["log_score"] - backtested[best]["log_score"]
    beats_recency = (
        "recency" not in backtested or usual["log_score"] <= backtested["recency"]["log_score"]
    )
    return USUAL if beats_recency and lead < backtested[best]["lead_error"] else best


def grade_of(
    accuracy: Mapping[str, float] | None, histories: Histories, drift: float
) -> tuple[str, str | None]:
    """'good', 'fair', 'weak' or 'unknown', and why it is no better, None for 'good'.

    It follows from the backtest, the number of repeat buyers, and the ``drift`` (log) of the
    shop's own past. Whoever has less than a year of orders has never seen some season that is
    predicted, so nothing is known of it.
    """
    repeat_buyers = int((histories.repeats > 0).sum())
    if histories.end < YEAR_DAYS:
        return "unknown", "Less than a year of orders: a season that is predicted was never seen."
    if drift > MOST_DRIFT:
        return "unknown", f"Earlier predictions missed the shop's orders by about {drift:.0%}."
    if accuracy is None:
        return "weak", "Too little past to try a prediction on."
    if repeat_buyers < FAIR_BUYERS:
        return "weak", f"Only {repeat_buyers} customers ordered again."
    if accuracy["auc"] < FAIR_AUC:
        return "weak", "Earlier predictions hardly told who orders again."
    if accuracy["auc"] >= GOOD_AUC and repeat_buyers >= GOOD_BUYERS:
        return "good", None
    if repeat_buyers < GOOD_BUYERS:
        return "fair", f"Only {repeat_buyers} customers ordered again."
    return "fair", "Earlier predictions told only roughly who orders again."
