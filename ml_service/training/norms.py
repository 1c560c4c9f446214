"""How often people use each category of words: ``python -m training.norms --data DIR``.

Prints ``USUAL``, ``NORM_MEAN`` and ``NORM_SPREAD`` of :mod:`scoring.personality`, from reviews and
comments whose licence lets us publish what is counted in them.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from scoring.personality import (
    NORM_MEAN,
    NORM_SPREAD,
    category_rates,
    count_words,
    score_traits,
)
from scoring.preparation import clean_text

from training import corpora


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("KINDRED_DATA"))
    data = Path(parser.parse_args().data)
    reviews = " ".join(
        clean_text(f"{example.title} . {example.text}")
        for example in corpora.clothing(data, held_out=False)
    )
    comments = " ".join(clean_text(example.text) for example in corpora.goemotions(data, "train"))
    first, second = category_rates(reviews), category_rates(comments)
    for category, rate in first.items():
        sys.stdout.write(f'    "{category}": {(rate + second[category]) / 2:.5f},\n')
    # In the units of the table in use, so that a second run after editing changes nothing.
    hundred = [
        score_traits(example.text)
        for example in corpora.clothing(data, held_out=False)
        if 80 <= count_words(example.text) <= 120
    ]
    mean = np.mean(hundred, axis=0) * NORM_SPREAD + NORM_MEAN
    spread = np.std(hundred, axis=0) * NORM_SPREAD
    sys.stdout.write(f"NORM_MEAN = ({', '.join(f'{value:.3f}' for value in mean)})\n")
    sys.stdout.write(f"NORM_SPREAD = ({', '.join(f'{value:.3f}' for value in spread)})\n")


if __name__ == "__main__":
    main()
