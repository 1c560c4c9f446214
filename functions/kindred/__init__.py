"""Kindred: who a merchant's customers are, and what to do about it."""
