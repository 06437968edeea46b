from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("accounts.signals")
        # Its selectors and receivers are asked by everything above and below, so they must be there from the start.
        import_module("accounts.requests.actions")
