"""Products and their public prices."""
