"""The second database: the keyring, whose backups are short-lived so that a destroyed key stays destroyed."""

from typing import Any

KEYRING = "keyring"


class KeyringRouter:
    """Sends what says `keyring` to its own database, which makes its one table itself and knows no migrations."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return KEYRING if getattr(model, "in_keyring", False) else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        return False if db == KEYRING else None
