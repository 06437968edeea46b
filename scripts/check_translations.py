"""The translation gate: every text of the interface has an English translation, and none is out of date.

Runs makemessages on a copy of each catalogue; needs gettext. Prints what is missing, and ends with 1 if anything is.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
APPS = ("wijk", "accounts", "neighbourhoods", "content")
LANGUAGE = "en"
KEPT = ("templates", "locale", "*.py")


def missing(app: str) -> list[str]:
    """The texts of one app without a good translation."""
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / app
        shutil.copytree(ROOT / app, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        (copy / "locale").mkdir(exist_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), "makemessages", "--locale", LANGUAGE, "--no-location"]
        subprocess.run([*command, "--no-obsolete"], cwd=copy, check=True, capture_output=True)
        with (copy / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po").open("rb") as file:
            return [_shown(message) for message in read_po(file, locale=LANGUAGE) if message.id and not _good(message)]


def _good(message: Message) -> bool:
    words = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(words) and not message.fuzzy


def _shown(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    return f"{'out of date' if message.fuzzy else 'missing'}: {text!r}"


def main() -> int:
    found = {app: missing(app) for app in APPS}
    for app, texts in found.items():
        for text in texts:
            print(f"{app}: {text}")
    total = sum(len(texts) for texts in found.values())
    print(f"{total} texts without an English translation." if total else "Every text has an English translation.")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
