"""What the schedule says is due, once: for cron, where no worker can stay running."""

from typing import Any

from django.core.management.base import BaseCommand

from wijk.management.commands.work import refuse_when_shut
from wijk.schedule import run_due


class Command(BaseCommand):
    help = "Runs each job of the schedule that is due, once, and says which ran. For cron; harmless beside `work`."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_when_shut()
        ran = run_due()
        self.stdout.write(f"Ran: {', '.join(ran)}." if ran else "Nothing was due.")
