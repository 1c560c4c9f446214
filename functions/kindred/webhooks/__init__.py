"""What merchants' own servers are told, signed, until they have heard it."""
