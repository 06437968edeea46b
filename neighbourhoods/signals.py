"""Receivers of signals; importing them connects them."""

from neighbourhoods.managers.actions import tell_operators

__all__ = ["tell_operators"]
