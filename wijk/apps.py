from importlib import import_module

from django.apps import AppConfig


class WijkConfig(AppConfig):
    name = "wijk"
    verbose_name = "Wijk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("wijk.checks")  # Django collects checks on import
        # Once every table is known.
        for module in ("libraries.sign_in", "libraries.editing", "stores", "offline"):
            import_module(f"wijk.{module}")
