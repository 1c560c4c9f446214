"""Which tests of a ring run side by side, and which one after the other.

Of pytest-xdist's own ways, `loadgroup` would do, but it puts the group where pytest 9 no longer
looks for it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling


class Groups(LoadScopeScheduling):
    """Tests of one group go to one process, one after the other; ``group_of`` takes a test's id."""

    def __init__(
        self, config: pytest.Config, log: Producer, group_of: Callable[[str], str]
    ) -> None:
        super().__init__(config, log)
        self._group_of = group_of

    def _split_scope(self, nodeid: str) -> str:
        return self._group_of(nodeid)
