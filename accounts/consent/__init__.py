"""What somebody agreed to, when, and to which text."""
