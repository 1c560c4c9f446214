"""Writes the sample files: seeded, so that every machine writes the same bytes."""
