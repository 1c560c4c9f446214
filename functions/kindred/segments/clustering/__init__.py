"""Groups of customers who are alike."""
