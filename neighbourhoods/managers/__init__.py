"""The people appointed to look after a neighbourhood, and the desk they work at."""
