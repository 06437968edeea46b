"""System checks for what must never be misconfigured."""
