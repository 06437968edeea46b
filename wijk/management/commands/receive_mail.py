"""Mail in: a listener behind a mail server, a mailbox it fills, or one mail from standard input."""

import asyncio
import mailbox
import signal
import sys
from email.parser import BytesHeaderParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from wijk.incoming import listener
from wijk.incoming.doors import door_of, local_part, takes_mail
from wijk.management.commands.work import refuse_when_shut

# What a mail server understands when a program it hands mail to ends with it (sysexits.h).
NO_USER, TOO_LARGE, TRY_AGAIN = 67, 65, 75


# In which a mail server says whom a mail in a mailbox was for; the topmost is its own.
FOR_WHOM = ("delivered-to", "x-original-to", "envelope-to")


def recipient_of(raw: bytes) -> str:
    """The local part of our address that a mail in a mailbox was for; empty when its server does not say."""
    mail = BytesHeaderParser().parsebytes(raw)
    found = (local_part(str(value)) for name, value in mail.items() if name.lower() in FOR_WHOM)
    return next(filter(None, found), "")


class Command(BaseCommand):
    help = (
        "Takes mail for the addresses of conversations, by LMTP or SMTP, from the mail server in front of it. "
        "Runs until stopped (Ctrl-C or SIGTERM). deploy/mail.md says how to set up the mail server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen; never the open internet")
        parser.add_argument("--port", type=int, default=2525)
        parser.add_argument("--stdin", metavar="ADDRESS", help="take one mail for this address from standard input")
        parser.add_argument("--maildir", metavar="FOLDER", help="take what lies in this mailbox (Maildir), and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_when_shut()
        if not takes_mail():
            raise CommandError("RECEIVING_SERVER is not set: nobody would believe who a mail is from.")
        if options["stdin"]:
            self.take_one(options["stdin"])
        elif options["maildir"]:
            self.take_folder(options["maildir"])
        else:
            asyncio.run(self.listen(options["host"], options["port"]))

    def take_folder(self, folder: str) -> None:
        """Takes what lies in a mailbox that a mail server fills; each mail is removed once it is in the database."""
        box = mailbox.Maildir(folder, create=False)
        taken = 0
        for key in box.keys():  # noqa: SIM118  a mailbox gives mails, not names, when it is walked over
            raw = box.get_bytes(key)
            local = recipient_of(raw)
            if local and door_of(local) and len(raw) <= listener.LARGEST:
                listener.keep(local, raw)
                taken += 1
            box.remove(key)
        self.stdout.write(f"{taken} taken.")

    def take_one(self, address: str) -> None:
        """Ends as a mail server expects of a program; what it writes goes into the bounce."""
        local = local_part(address)
        if not local or door_of(local) is None:
            self.stderr.write("no such address")
            sys.exit(NO_USER)
        raw = sys.stdin.buffer.read(listener.LARGEST + 1)
        if len(raw) > listener.LARGEST:
            self.stderr.write("too large")
            sys.exit(TOO_LARGE)
        try:
            listener.keep(local, raw)
        except Error:
            self.stderr.write("try again later")
            sys.exit(TRY_AGAIN)

    async def listen(self, host: str, port: int) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await listener.serve(host, port, ready=lambda bound: self.say(host, bound), until=stop)

    def say(self, host: str, port: int) -> None:
        self.stdout.write(f"Taking mail for {settings.RELAY_DOMAIN} at {host}:{port}. Stop with Ctrl-C.")
        self.stdout.flush()
