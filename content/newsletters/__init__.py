"""Newsletters of a neighbourhood: composed of blocks, sent once to each confirmed subscriber."""
