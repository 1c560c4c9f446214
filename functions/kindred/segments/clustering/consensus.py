"""How many groups: what resamples agree on, the simpler and the earlier number first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kindred.segments.clustering.candidates import Candidate

#: A candidate counts as good as the best up to here below its score. Scores of neighbouring numbers
#: differ by less, and by chance: what is left out of a file must not change its segments.
AS_GOOD = 0.05


def votes_for(candidates: Sequence[Candidate], earlier: int | None) -> Counter[int]:
    """For each number of groups, the resamples that choose it.

    A resample chooses the number of the ``earlier`` run if that is as good as the best, else the
    smallest that is. Without resamples the candidates' own scores make one vote.
    """
    resamples = min((len(c.resampled) for c in candidates), default=0)
    turns = [[c.resampled_scores[turn] for c in candidates] for turn in range(resamples)]
    counts = [c.grouping.count for c in candidates]
    return Counter(_choose(counts, scores, earlier) for scores in turns) or Counter(
        [_choose(counts, [c.score for c in candidates], earlier)]
    )


def agreed(votes: Counter[int], earlier: int | None) -> int:
    """The number with most votes; of several, the earlier run's, else the smallest."""
    return min(votes, key=lambda count: (-votes[count], count != earlier, count))


def _choose(counts: Sequence[int], scores: Sequence[float], earlier: int | None) -> int:
    good = [c for c, s in zip(counts, scores, strict=True) if s >= max(scores) - AS_GOOD]
    return earlier if earlier in good else min(good)
