"""Loaded before the settings are: tests run as a test site, whatever the shell says."""

import os

os.environ["WIJK_ENV"] = "test"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser driver and the ORM share a thread
for name in ("WIJK_CLOCK_OFFSET", "BASE_URL", "MAIL_URL", "REDIS_URL", "MEDIA_STORE", "RELAY_DOMAIN"):
    os.environ.pop(name, None)
