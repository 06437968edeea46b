"""One process for all background work; as many as wanted may run."""

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from wijk.gate import shut_because
from wijk.schedule import run_due

PAUSE_SECONDS = 1.0
SHUT_SECONDS = 5.0


def refuse_when_shut() -> None:
    """For a run that is not going to wait."""
    if reason := shut_because():
        raise CommandError(reason)


class Command(BaseCommand):
    help = (
        "Does all background work: mail, closings, newsletters, clocks and retention. Runs until stopped (Ctrl-C or "
        "SIGTERM), and then finishes the job in hand. Any number may run beside each other, on any number of machines."
    )
    stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        if options["once"]:
            refuse_when_shut()
            run_due()
            return
        self.wait_until_open()
        self.stdout.write("At work. Stop with Ctrl-C.")
        while not self.stopping:
            run_due()
            close_old_connections()
            time.sleep(PAUSE_SECONDS)

    def wait_until_open(self) -> None:
        """A database that must not be shown must not be worked on either; a restore opens it."""
        while not self.stopping and (reason := shut_because()):
            self.stderr.write(reason)
            time.sleep(SHUT_SECONDS)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
