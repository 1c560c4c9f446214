"""The table engine: what Kindred needs of one, and the one it runs on.

Nothing heavy is loaded before an engine is opened: light functions share this package.
"""

from kindred.engine.duckdb import open_engine
from kindred.engine.protocol import Engine, TooManyRows

__all__ = ["Engine", "TooManyRows", "open_engine"]
