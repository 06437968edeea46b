"""Closing an account: hidden at once, erased within 48 hours of receipt."""
