"""The log of what everybody was asked."""
