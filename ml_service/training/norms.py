"""How often people use each category of words: ``python -m training.norms --data DIR``.

Prints the table ``USUAL`` of :mod:`scoring.personality`, from reviews and comments whose licence
lets us publish what is counted in them.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from scoring.personality import category_rates
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


if __name__ == "__main__":
    main()
