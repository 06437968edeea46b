from importlib import import_module

from django.apps import AppConfig


class NeighbourhoodsConfig(AppConfig):
    name = "neighbourhoods"
    verbose_name = "Wijken"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("neighbourhoods.signals")
