from django.apps import AppConfig


class WijkConfig(AppConfig):
    name = "wijk"
    verbose_name = "Wijk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wijk import checks  # noqa: F401, PLC0415  Django collects checks on import
