"""What customers do and write, as numbers."""
