"""A mail server in the test process that can be busy, refuse, say nothing or hang up."""

import asyncio
import random
import socket
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Arrived:
    sender: str
    recipients: list[str]
    data: bytes


@dataclass
class MailServer:
    """Answers and hang-ups are used up one by one; after those all goes well."""

    answer_mail: list[str] = field(default_factory=list)
    answer_rcpt: list[str] = field(default_factory=list)
    answer_data: list[str] = field(default_factory=list)
    drop_at: list[str] = field(default_factory=list)
    sleep: float = 0
    arrived: list[Arrived] = field(default_factory=list)
    peers: set[tuple[str, int]] = field(default_factory=set)
    transports: list[asyncio.Transport] = field(default_factory=list)

    def __enter__(self):
        server = self

        class Speaking(SMTP):
            def connection_made(self, transport):
                server.transports.append(transport)
                super().connection_made(transport)

        class Listening(Controller):
            def factory(self):
                return Speaking(self.handler, hostname="test", ident="test")

        self.port = free_port()
        self.controller = Listening(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def __exit__(self, *_problem):
        for transport in self.transports:
            self.controller.loop.call_soon_threadsafe(transport.abort)
        self.controller.stop()

    async def _hangs_up(self, moment, smtp):
        await asyncio.sleep(self.sleep)
        if self.drop_at and self.drop_at[0] == moment:
            self.drop_at.pop()
            smtp.transport.abort()
            return True
        return False

    async def handle_MAIL(self, smtp, session, envelope, address, options):  # noqa: N802
        self.peers.add(session.peer)
        if not await self._hangs_up("mail", smtp) and self.answer_mail:
            return self.answer_mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, smtp, session, envelope, address, options):  # noqa: N802
        if not await self._hangs_up("rcpt", smtp) and self.answer_rcpt:
            return self.answer_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, smtp, session, envelope):  # noqa: N802
        if await self._hangs_up("data", smtp):
            return "421 weg"
        if self.answer_data:
            return self.answer_data.pop(0)
        self.arrived.append(Arrived(envelope.mail_from, envelope.rcpt_tos, envelope.content))
        await self._hangs_up("after", smtp)
        return "250 OK"


@dataclass
class RoughServer(MailServer):
    """Lets one in twenty wait, hangs up on one in fifty and now and then says nothing, before it has taken anything."""

    rough: bool = True
    silence: float = 0
    # How often it may say nothing: each time costs its client the whole time-out.
    silences: int = 0

    async def handle_RCPT(self, smtp, session, envelope, address, options):  # noqa: N802
        if self.rough and random.random() < 0.05:
            return "451 probeer het later"
        if self.rough and self.silences and random.random() < 0.01:
            self.silences -= 1
            await asyncio.sleep(self.silence)
        return await super().handle_RCPT(smtp, session, envelope, address, options)

    async def handle_DATA(self, smtp, session, envelope):  # noqa: N802
        if self.rough and random.random() < 0.02:
            smtp.transport.abort()
            return "421 weg"
        return await super().handle_DATA(smtp, session, envelope)
