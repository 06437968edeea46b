"""Receivers of the one signal, by name; importing them connects them."""

from content.posts.actions import refresh_neighbourhoods

__all__ = ["refresh_neighbourhoods"]
