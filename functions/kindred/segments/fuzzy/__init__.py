"""Fuzzy archetypes: where a customer stands on eight axes, by degrees, beside the hard segment."""
