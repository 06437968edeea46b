"""Offers, requests and activities: placing, showing, ending."""
