"""The process that reads mail for others: bytes in, a finding out, within limits set before the first.

Run as `python -m wijk.incoming.child`. Each question and answer is its length in four bytes and then as many bytes; an
answer is JSON.
"""

import json
import resource
import signal
import struct
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from wijk.incoming.reader import Unreadable, read

MEMORY = 128 * 1024 * 1024
LENGTH = struct.Struct(">I")


def main() -> None:
    """Answers until nobody asks any more."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    # Who stops us all at once lets our parent finish its mail; when it goes, its line closes, and so do we.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    while (raw := _asked(sys.stdin.buffer)) is not None:
        body = json.dumps(_answer(raw)).encode()
        sys.stdout.buffer.write(LENGTH.pack(len(body)) + body)
        sys.stdout.buffer.flush()


def _asked(line: BinaryIO) -> bytes | None:
    head = line.read(LENGTH.size)
    return line.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        return asdict(read(raw))
    except Unreadable as problem:
        return {"unreadable": str(problem)}
    except MemoryError:
        return {"unreadable": "memory"}
    except Exception:
        # What went wrong could name what the mail says, so it is not told.
        return {"unreadable": "broken"}


if __name__ == "__main__":
    main()
