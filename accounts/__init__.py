"""Who someone is, and what we may do with their data."""
