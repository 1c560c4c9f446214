"""Groups by plain rules that a merchant can read."""
