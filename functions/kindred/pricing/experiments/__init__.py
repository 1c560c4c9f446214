"""Price tests: who sees which price, and what it did."""
