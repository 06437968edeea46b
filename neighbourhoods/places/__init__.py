"""Municipalities, neighbourhoods and postcodes, from the official map."""
