"""What was done, by whom, to what: rows without names."""
