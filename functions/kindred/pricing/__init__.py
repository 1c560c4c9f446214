"""What a product costs a customer, why, and what a price does."""
