"""A merchant's own segments."""
