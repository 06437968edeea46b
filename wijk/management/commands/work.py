"""One process for all background work; as many as wanted may run."""

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from wijk.schedule import run_due

PAUSE_SECONDS = 1.0


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
            run_due()
            return
        self.stdout.write("At work. Stop with Ctrl-C.")
        while not self.stopping:
            run_due()
            close_old_connections()
            time.sleep(PAUSE_SECONDS)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
