"""What customers will do next, and how sure that is."""
