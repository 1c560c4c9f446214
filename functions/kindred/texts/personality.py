"""How much a customer's words tell about personality: mostly, little; and this says how little.

Trained models correlate with questionnaires at about .095 from 100 words, .212 from 600 and .257
from 3,000 (published). The transparent word-use model was measured at .061 from 100 and .132 from
600 words of 2,468 essays (``scripts/evaluate-models``). So a customer's standing among the others
is shrunk by the measured correlation, and comes with the 80 % interval that it leaves. Below 100
words there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

GATE_WORDS: Final = 100
WEAK_WORDS: Final = 600  # up to here a profile is 'weak'
ENOUGH_PEERS: Final = 20  # below, customers are compared with reviewers at large

#: Measured correlation by number of words, interpolated over the logarithm. Longer texts were not
#: measured, so they count as 600 words.
_WORDS: Final = np.array([100.0, 600.0])
_VALIDITY: Final = np.array([0.061, 0.132])
_INTERVAL: Final = 1.2816  # standard deviations that hold 80 %

_NORM_WORDS: Final = 100.0  # at this length scores of reviewers at large have mean 0, spread 1


@dataclass(frozen=True)
class Profiles:
    """Rows are customers, columns the traits; 0-1 where .5 is average; NaN below the gate."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def profile_customers(scores: NDArray[np.float64], words: NDArray[np.int64]) -> Profiles:
    """Profiles from per-word trait ``scores`` of shape (customers, 5) and numbers of ``words``."""
    enough = words >= GATE_WORDS
    shape = scores.shape
    value, low, high = (np.full(shape, np.nan) for _ in range(3))
    if enough.any():
        standing = np.clip(_standing(scores[enough], words[enough]), -3.0, 3.0)
        validity = validity_at(words[enough])[:, None]
        middle = validity * standing
        reach = _INTERVAL * np.sqrt(1.0 - validity**2)
        value[enough] = _share_below(middle)
        low[enough], high[enough] = _share_below(middle - reach), _share_below(middle + reach)
    return Profiles(value, low, high)


def validity_at(words: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected correlation with a questionnaire; as at 600 words from there on."""
    validity: NDArray[np.float64] = np.interp(
        np.log(np.maximum(words, 1)), np.log(_WORDS), _VALIDITY
    )
    return validity


def _standing(scores: NDArray[np.float64], words: NDArray[np.int64]) -> NDArray[np.float64]:
    """Standard deviations from the average customer, at a like number of words."""
    # Scores of few words scatter more: bring all to the spread of one length.
    steadied: NDArray[np.float64] = np.sqrt(words / _NORM_WORDS)[:, None]
    if len(scores) < ENOUGH_PEERS:
        return scores * steadied
    usual = (scores * words[:, None]).sum(axis=0) / words.sum()
    scatter = (scores - usual) * steadied
    spread = scatter.std(axis=0)
    standing: NDArray[np.float64] = scatter / np.where(spread > 0, spread, 1.0)
    return standing


def _share_below(standing: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtr

    share: NDArray[np.float64] = ndtr(standing)
    return share
