"""Leaks of data: from the first report to the authority's form, the clock of 72 hours, and the closed file."""
