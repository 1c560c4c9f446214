"""The integrations ring: what runs in somebody else's system, with stand-ins for that system."""
