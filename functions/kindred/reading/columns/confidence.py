"""How sure a guess has to be, 0 to 1, for what it is used for.

Chosen on the corpus: `scripts/measure-reading mapping` finds all fields and no false one with them.
"""

from __future__ import annotations

from typing import Final

#: A field without which a file can't be read; a header that names a field without a doubt.
SURE: Final = 0.6
#: A header that names a field at all, so that the column's figures are compared with others'.
NAMED: Final = 0.5
#: A field that values alone show: taken without a question, but not for a column that is named.
GUESSED: Final = 0.65
#: An order's id or date that is used to tell what a row is.
CERTAIN: Final = 0.9
