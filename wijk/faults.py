"""Where a proof may pull the plug: the process dies at the one point its environment names, and only in a test site."""

import os
import signal

from django.conf import settings


def fault(point: str) -> None:
    """Kills this process, as a power cut would, when WIJK_FAULT names this point."""
    if settings.WIJK_ENV == "test" and os.environ.get("WIJK_FAULT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
