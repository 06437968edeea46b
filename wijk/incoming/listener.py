"""Takes mail from the mail server in front of us, by LMTP or SMTP: yes only after the mail is in the database."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.conf import settings
from django.db import Error, connection

from wijk.incoming.doors import door_of, is_ours, local_part
from wijk.incoming.models import IncomingMail

log = logging.getLogger("wijk.incoming")
LARGEST = 2_000_000
# A mail server that is sent wrong addresses asks for one or two; who asks for more is guessing.
MOST_UNKNOWN = 10
MOST_CONNECTIONS = 100
IDLE_SECONDS = 60
LONGEST_SECONDS = 600


def keep(local: str, raw: bytes) -> None:
    """Writes a mail down; when this returns, it is in the database."""
    door = door_of(local)
    whose = door.whose(local) if door else None
    IncomingMail.objects.create(local=local, raw=raw.decode("latin-1"), account_ref=whose)


class Doorkeeper:
    """Answers for each recipient and each mail. What it asks the database runs beside the loop, a few at a time."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(max_workers=1 if settings.SQLITE else 4, thread_name_prefix="doorkeeper")

    async def _beside(self, act: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(_in_thread, act, *args))

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        try:
            local = local_part(address)
            known = await self._beside(door_of, local) if local and is_ours(local) else None
        except Error:
            return "451 4.3.0 try again later"
        if known is None:
            return self._unknown(server, session)
        envelope.rcpt_tos.append(local)
        return "250 2.1.5 OK"

    def _unknown(self, server: SMTP, session: Session) -> str:
        session.unknown = getattr(session, "unknown", 0) + 1  # type: ignore[attr-defined]
        if session.unknown < MOST_UNKNOWN:  # type: ignore[attr-defined]
            return "550 5.1.1 no such address"
        if server.transport is not None:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "421 4.7.0 too many wrong addresses"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
        try:
            await self._beside(keep, envelope.rcpt_tos[0], raw)
        except Error as problem:
            log.warning("mail not kept: %s", type(problem).__name__)
            return "451 4.3.0 try again later"
        return "250 2.0.0 kept"


def _in_thread(act: Callable[..., Any], *args: Any) -> Any:
    """Keeps the thread's connection from one question to the next; after trouble it is made anew."""
    if connection.connection is None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # What was answered with yes is there after a power cut as well.
                cursor.execute("PRAGMA synchronous = FULL")
    try:
        return act(*args)
    except Error:
        connection.close()
        raise


class Conversation(SMTP):
    """One connection; speaks SMTP, and LMTP to who says LHLO: with one recipient a mail they are the same."""

    open = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        Conversation.open += 1
        self.end = self.loop.call_later(LONGEST_SECONDS, transport.abort)
        if Conversation.open > MOST_CONNECTIONS:
            # A mail server comes back later.
            transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        Conversation.open -= 1
        self.end.cancel()
        super().connection_lost(error)

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802
        await self.smtp_EHLO(hostname)


async def serve(host: str, port: int, *, ready: Callable[[int], None], until: asyncio.Event) -> None:
    """Listens until told to stop, and then lets what is being said be finished."""
    keeper = Doorkeeper()
    loop = asyncio.get_running_loop()

    def factory() -> Conversation:
        options = {"hostname": settings.RELAY_DOMAIN, "ident": "wijk"}
        return Conversation(keeper, data_size_limit=LARGEST, timeout=IDLE_SECONDS, loop=loop, **options)  # type: ignore[arg-type]

    server = await loop.create_server(factory, host, port)
    ready(server.sockets[0].getsockname()[1])
    await until.wait()
    server.close()
    keeper.threads.shutdown(wait=True)
