"""The one signal of our own, and the receivers of others; importing this connects them."""

from importlib import import_module
from typing import Any

from django.db.models.signals import post_migrate
from django.dispatch import Signal, receiver

from accounts.compliance.actions import plant_duties
from accounts.office.roles import make_groups
from accounts.signup.trail import planting

import_module("accounts.signup.renewal")
import_module("accounts.signup.actions")

# Sent inside the transaction that hides an account, with `user` and `closure`. Receivers hide what visible() does not
# reach by itself; they never delete, and what they mail says nothing about who leaves.
account_closing = Signal()


@receiver(post_migrate)
def plant(sender: Any, **kwargs: Any) -> None:
    """A fresh database, or one emptied by a test, gets its groups and its calendar of checks."""
    if sender.label == "accounts" and kwargs.get("using", "default") == "default":
        with planting():
            make_groups()
        plant_duties()
