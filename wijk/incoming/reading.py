"""Reads mail in a process of its own, that has little memory, little time and nothing to steal."""

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from wijk.incoming.child import LENGTH
from wijk.incoming.letter import Read, Report, Unreadable
from wijk.incoming.structure import LARGEST

SECONDS = 5
# A busy machine may be slow to start a process; that is no fault of the mail.
SECONDS_TO_START = 60
LONGEST_ANSWER = 16_000_000
# After these a child is as good as new.
HARMLESS = ("size", "parts", "depth")
ROOT = Path(__file__).resolve().parents[2]


class _Child:
    """The process, from its start to its end."""

    def __init__(self) -> None:
        # Nothing of our environment goes along: there are keys in it.
        self.process = subprocess.Popen(
            [sys.executable, "-B", "-m", "wijk.incoming.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # A copy of our process must not send what waits in a buffer of ours.
            bufsize=0,
            cwd=ROOT,
            env={},
        )
        self.late = False
        try:
            self.ask(b"", SECONDS_TO_START)
        except Unreadable as problem:
            self.end()
            # Not the fault of a mail: it is read when it goes better.
            raise OSError("the process that reads mail does not start") from problem

    def alive(self) -> bool:
        return not self.late and self.process.poll() is None

    def ask(self, raw: bytes, seconds: float) -> bytes:
        """The answer; raises Unreadable when there is none."""
        watch = threading.Timer(seconds, self._end_late)
        watch.daemon = True
        watch.start()
        try:
            return self._exchanged(raw)
        except (OSError, EOFError) as problem:
            raise Unreadable("time" if self.late else "broken") from problem
        finally:
            watch.cancel()

    def _exchanged(self, raw: bytes) -> bytes:
        line_in, line_out = self.process.stdin, self.process.stdout
        if line_in is None or line_out is None:
            raise EOFError
        unsent = memoryview(LENGTH.pack(len(raw)) + raw)
        while unsent:
            unsent = unsent[line_in.write(unsent) :]
        (length,) = LENGTH.unpack(_exactly(line_out, LENGTH.size))
        return _exactly(line_out, min(length, LONGEST_ANSWER))

    def _end_late(self) -> None:
        self.late = True
        self.process.kill()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Closes our ends of its lines."""
        for line in (self.process.stdin, self.process.stdout):
            if line is not None:
                line.close()


def _exactly(line: IO[bytes], length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = line.read(length - len(found))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


class _Reading:
    """At most one child at a time, started when there is something to read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: _Child | None = None

    def answer(self, raw: bytes) -> dict[str, Any]:
        """What the child finds; raises Unreadable. After trouble there will be another child."""
        with self.lock:
            if self.child is None or not self.child.alive():
                self.end()
                self.child = _Child()
            try:
                found: dict[str, Any] = json.loads(self.child.ask(raw, SECONDS))
                if "unreadable" in found:
                    raise Unreadable(found["unreadable"])
                return found
            except BaseException as problem:
                if str(problem) not in HARMLESS:
                    self.end()
                raise

    def end(self) -> None:
        child, self.child = self.child, None
        if child is not None:
            child.end()

    def forget(self) -> None:
        """After a fork: the child is our parent's, and so is the lock."""
        child, self.child, self.lock = self.child, None, threading.Lock()
        if child is not None:
            child.process.returncode = 0
            child.let_go()


_reading = _Reading()
atexit.register(_reading.end)
os.register_at_fork(after_in_child=_reading.forget)


def read(raw: bytes) -> Read:
    """The mail of these bytes; raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable("size")
    try:
        found = _reading.answer(raw)
        report = found.pop("report")
        return Read(**found, report=Report(**report) if report else None)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Unreadable("broken") from problem
