"""Develops a photo in a process of its own, that has little memory, little time and nothing to steal."""

import json
import struct
import subprocess
import sys
import threading
from pathlib import Path

from content.photos.child import LENGTH, SAVES, WIDTHS, Rendition
from wijk.pictures import Refused

# The child's own limit of time counts work; this one also counts waiting.
SECONDS = 30
# Larger than three sizes in two formats ever are.
LARGEST_ANSWER = 32 * 1024 * 1024
NAMES = {f"{width}.{kind}" for width in WIDTHS for kind in SAVES}
ROOT = Path(__file__).resolve().parents[2]
# So many at once in one process of ours: each may take as much memory as it is allowed.
_ROOM = threading.BoundedSemaphore(2)


def develop(content: bytes) -> list[Rendition]:
    """The renditions of the photo in these bytes; raises Refused with the code of a reason.

    The answer is read as a stranger's: what decoded the photo may be in the hands of who made it.
    """
    with _ROOM:
        answer = _asked(content)
    try:
        (length,) = LENGTH.unpack(answer[: LENGTH.size])
        head = json.loads(answer[LENGTH.size : LENGTH.size + length])
        if "refused" in head:
            raise Refused(head["refused"])
        return _taken_apart(head["renditions"], answer[LENGTH.size + length :])
    except (struct.error, ValueError, TypeError, KeyError):
        raise Refused("too_heavy") from None


def _asked(content: bytes) -> bytes:
    """What the child answers; nothing, or a part, when it did not live to."""
    try:
        # Nothing of our environment goes along: there are keys in it.
        with subprocess.Popen(
            [sys.executable, "-B", "-m", "content.photos.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={},
        ) as child:
            return _exchanged(child, content)
    except OSError:
        return b""


def _exchanged(child: subprocess.Popen[bytes], content: bytes) -> bytes:
    """The child reads all before it answers; one that does not is ended in time."""
    watch = threading.Timer(SECONDS, child.kill)
    watch.daemon = True
    watch.start()
    try:
        if child.stdin is None or child.stdout is None:
            return b""
        child.stdin.write(content)
        child.stdin.close()
        return child.stdout.read(LARGEST_ANSWER)
    finally:
        watch.cancel()
        child.kill()


def _taken_apart(head: list[dict[str, int | str]], body: bytes) -> list[Rendition]:
    """The renditions, if they are ours by name and fill the answer exactly; else ValueError."""
    found, start = [], 0
    for one in head:
        end = start + int(one["content"])
        made = Rendition(str(one["name"]), int(one["width"]), int(one["height"]), body[start:end])
        if made.name not in NAMES or not start < end <= len(body) or min(made.width, made.height) < 1:
            raise ValueError
        found.append(made)
        start = end
    if not found or start != len(body):
        raise ValueError
    return found
