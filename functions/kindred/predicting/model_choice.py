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


def grade_of(accuracy: Mapping[str, float] | None, histories: Histories) -> str:
    """'good', 'fair' or 'weak': what backtest and number of repeat buyers allow to say."""
    repeat_buyers = int((histories.repeats > 0).sum())
    if accuracy is None or repeat_buyers < FAIR_BUYERS or accuracy["auc"] < FAIR_AUC:
        return "weak"
    return "good" if accuracy["auc"] >= GOOD_AUC and repeat_buyers >= GOOD_BUYERS else "fair"
