"""Which neighbourhood a member calls home."""
