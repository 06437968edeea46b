"""The account: one person who logs in with an e-mail address."""
