"""Figures of mail out and in, beside the bare limit: smtplib and aiosmtpd with nothing between them."""

import os
import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.policy import SMTP
from typing import Any

from django.conf import settings

from content.contact import actions, aliases
from content.contact.models import Conversation, Message
from content.posts.benchmark import people, somewhere
from content.posts.models import Post
from wijk import clock
from wijk.environment import mailer
from wijk.incoming.models import IncomingMail
from wijk.incoming.worker import take_in
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver, message

SERVER = "mx.example.org"
SINK = """
from aiosmtpd.controller import UnthreadedController
from aiosmtpd.handlers import Sink
import asyncio
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
controller = UnthreadedController(Sink(), hostname="127.0.0.1", port=0, loop=loop)
controller.begin()
print(controller.server.sockets[0].getsockname()[1], flush=True)
loop.run_forever()
"""


def mails(size: int) -> dict[str, float]:
    """Sends `size` relayed mails and takes as many answers, and as many by a bare connection to a bare server."""
    settings.RECEIVING_SERVER, settings.RELAY_DOMAIN = SERVER, "relay.example.org"
    talks = list(_talks(size))
    with _process("-c", SINK) as sink:
        settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{sink}")}
        for talk in talks:
            actions.answer(conversation=talk, side="poster", body="Graag, kom zaterdag.", form_key="", by=None)
        wire = [message(mail).message(policy=SMTP).as_bytes() for mail in OutgoingMail.objects.all()]
        bare = _timed(lambda: _speak(sink, [("b@example.org", raw) for raw in wire]))
        out = _timed(lambda: _until_done(lambda: deliver(batches=1, seconds=60)))
    assert not OutgoingMail.objects.unsent().exists()  # noqa: S101  a figure of what was not done would be a lie
    answers = [(aliases.address_of(talk, "visitor"), _answer(talk)) for talk in talks]
    with _process("manage.py", "receive_mail", "--port", "0") as port:
        taken = _timed(lambda: _speak(port, answers))
    assert IncomingMail.objects.count() == size  # noqa: S101
    handled = _timed(lambda: _until_done(take_in))
    assert Message.objects.filter(by_mail=True).count() == size  # noqa: S101
    return {
        "mails": size,
        "bare mails per second": size / bare,
        "mails out per second": size / out,
        "out, times the bare limit": out / bare,
        "mails in per second, kept": size / taken,
        "in, times the bare limit": taken / bare,
        "answers passed on per second": size / handled,
    }


def _timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _until_done(act: Callable[[], int]) -> None:
    while act():
        pass


def _talks(size: int) -> Iterator[Conversation]:
    """Conversations of as many visitors about one post."""
    author = next(people(1, "p", somewhere()))
    post = Post.objects.filter(author=author).select_related("author", "neighbourhood")[0]
    for number in range(size):
        yield Conversation.objects.create(
            post=post, visitor_email=f"v{number}@example.net", visitor_hash="x", state="open", confirmed_at=clock.now()
        )


def _answer(talk: Conversation) -> bytes:
    head = f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.net\r\nFrom: {talk.visitor_email}\r\n"
    body = "Tot zaterdag!\r\n\r\nOp ma 3 nov. 2026 om 10:14 schreef De plaatser:\r\n> Graag, kom zaterdag.\r\n"
    return f"{head}Subject: Re: ladder\r\nMessage-ID: <{talk.pk}@example.net>\r\n\r\n{body}".encode()


@contextmanager
def _process(*command: str) -> Iterator[int]:
    """A server of its own that first says its port."""
    environment = {**os.environ, "RECEIVING_SERVER": SERVER, "RELAY_DOMAIN": settings.RELAY_DOMAIN}
    options: dict[str, Any] = {"cwd": settings.BASE_DIR, "env": environment, "text": True}
    server = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, **options)  # noqa: S603  our own
    try:
        found = re.search(r"(\d+)(?:\. Stop.*)?\s*$", server.stdout.readline() if server.stdout else "")
        yield int(found.group(1)) if found else 0
    finally:
        server.terminate()
        server.wait(timeout=30)


def _speak(port: int, letters: list[tuple[str, bytes]]) -> None:
    """All of them over one connection, as a mail server would."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        for recipient, raw in letters:
            line.sendmail("a@example.net", [recipient], raw)
