"""The pages of asking without an account, and of what was asked."""
