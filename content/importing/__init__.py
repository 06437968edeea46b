"""Taking in a list of organisations or activities from a file."""
