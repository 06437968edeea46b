"""What people place, find, answer, moderate and read."""
