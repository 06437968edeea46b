"""A request without an account: a proven mailbox is enough to ask, and mailed links lead to one's own page (K-13)."""
