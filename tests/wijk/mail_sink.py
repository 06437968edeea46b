"""A mail server that takes very many mails: it keeps who got something and how often, and can stop answering."""

import asyncio
import threading
from collections import Counter


class MailSink:
    """`arrived` counts mails per address. While `holding`, whoever begins a mail gets no answer."""

    def __init__(self):
        self.arrived, self.ids = Counter(), set()
        self.last, self.holding, self.held, self.transports = b"", False, 0, []

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        made = asyncio.run_coroutine_threadsafe(self._listen(), self.loop)
        self.server = made.result()
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _listen(self):
        return await self.loop.create_server(lambda: _Speaking(self), "127.0.0.1", 0)

    def __exit__(self, *_problem):
        asyncio.run_coroutine_threadsafe(self._leave(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _leave(self):
        self.server.close()
        for transport in self.transports:
            transport.abort()
        # What was cut off is put away in the loop's next round.
        await asyncio.sleep(0.1)

    def release(self):
        """Answers again; who was held is gone by now."""
        self.holding, self.held = False, 0

    def take(self, recipient, data):
        self.arrived[recipient] += 1
        head = data[: data.find(b"\r\n\r\n")].decode()
        self.ids.add(next(line for line in head.split("\r\n") if line.lower().startswith("message-id:")))
        self.last = data


class _Speaking(asyncio.Protocol):
    def __init__(self, sink):
        self.sink, self.rest, self.in_data, self.recipient = sink, b"", False, ""

    def connection_made(self, transport):
        self.transport = transport
        self.sink.transports.append(transport)
        transport.write(b"220 sink\r\n")

    def data_received(self, data):
        self.rest += data
        while self._one():
            pass

    def _one(self):
        end = b"\r\n.\r\n" if self.in_data else b"\r\n"
        piece, found, self.rest = self.rest.partition(end)
        if not found:
            self.rest = piece
        elif self.in_data:
            self.in_data = False
            self.sink.take(self.recipient, piece)
            self.transport.write(b"250 OK\r\n")
        else:
            self._answer(piece.decode())
        return bool(found)

    def _answer(self, line):
        verb = line[:4].upper()
        if verb == "MAIL" and self.sink.holding:
            self.sink.held += 1
            return
        if verb == "RCPT":
            self.recipient = line.partition("<")[2].partition(">")[0]
        self.in_data = verb == "DATA"
        self.transport.write(b"354 go on\r\n" if self.in_data else b"221 bye\r\n" if verb == "QUIT" else b"250 OK\r\n")
