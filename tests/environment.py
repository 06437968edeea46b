"""Loaded before the settings are: tests run as a test site, whatever the shell says."""

import atexit
import os
import shutil
import tempfile

os.environ["WIJK_ENV"] = "test"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver and the ORM share a thread
for name in (
    "WIJK_CLOCK_OFFSET",
    "BASE_URL",
    "MAIL_URL",
    "REDIS_URL",
    "MEDIA_STORE",
    "RELAY_DOMAIN",
    "RECEIVING_SERVER",
):
    os.environ.pop(name, None)
for name in ("SEALED_COPIES", "SEALED_YEARS", "SEALED_RECIPIENT", "BACKUP_RECIPIENT", "KEYRING_URL"):
    os.environ.pop(name, None)
# What stands outside the database is not rolled back after a test; each run has its own.
_outside = tempfile.mkdtemp(prefix="wijk-tests-")
os.environ["SEALED_STORE"] = f"{_outside}/sealed"
os.environ["ERASURE_LEDGER"] = f"{_outside}/erasures.log"
atexit.register(shutil.rmtree, _outside, ignore_errors=True)
