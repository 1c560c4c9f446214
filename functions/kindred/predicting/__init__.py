"""Who buys again, and what they will be worth: models, their choice and how well they did."""
