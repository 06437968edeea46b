"""The one signal of our own."""

from django.dispatch import Signal

# Sent inside the transaction that hides an account, with `user` and `closure`. Receivers hide what visible() does not
# reach by itself; they send no mail and never delete.
account_closing = Signal()
