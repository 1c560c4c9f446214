"""The bench: Kindred beside named alternatives, run in turn on the same files."""
