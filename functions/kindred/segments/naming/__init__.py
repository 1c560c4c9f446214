"""What segments are called, what they are like, and why."""
