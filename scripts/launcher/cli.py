"""`scripts/<verb>` ends up here, by way of `start`."""

from __future__ import annotations

from collections.abc import Sequence

from sampling import writing

from launcher import demo, dev, locking, rings, system
from launcher.checkout import say
from launcher.errors import LauncherError
from launcher.processes import guarded

VERBS = {
    "setup": system.main,
    "dev": dev.main,
    "demo": demo.main,
    "test": rings.main,
    "lock": locking.main,
    "make-samples": writing.main,
}


def main(arguments: Sequence[str]) -> int:
    """Run a verb; its exit status. Nothing it starts is left when this returns."""
    verb, *rest = arguments
    return guarded(lambda: _run(verb, rest))


def _run(verb: str, arguments: Sequence[str]) -> int:
    try:
        return VERBS[verb](arguments)
    except LauncherError as err:
        say(str(err))
        return 1
    except SystemExit as err:  # how argparse ends
        return err.code if isinstance(err.code, int) else 1
