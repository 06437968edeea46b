"""Who asked for the newsletter of a neighbourhood, with or without an account."""
