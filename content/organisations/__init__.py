"""Organisations and their pages; the contact card that keeps contact details hidden."""
