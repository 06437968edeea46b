"""Signing up and logging in, on top of allauth."""
