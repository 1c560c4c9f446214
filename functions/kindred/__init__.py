"""Kindred: who a merchant's customers are, and what to do about it."""

__version__ = "0.1.0"
