"""Sealed copies: what lets somebody come back, and what nobody here can read."""
