"""Requests and offers that fit: posts are compared by their own words, and each match says why."""
