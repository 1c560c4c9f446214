"""Quotes that were given, and what became of them."""
