"""The engine without Firebase: `scripts/segment`, and `from kindred import segment_file`."""
