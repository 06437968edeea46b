"""Develops a photo in a process of its own, that has little memory, little time and nothing to steal."""

import json
import subprocess
import sys
import threading
from pathlib import Path

from content.photos.child import LENGTH, Rendition
from wijk.pictures import Refused

# The child's own limit of time counts work; this one also counts waiting.
SECONDS = 30
ROOT = Path(__file__).resolve().parents[2]
# So many at once in one process of ours: each may take as much memory as it is allowed.
_ROOM = threading.BoundedSemaphore(2)


def develop(content: bytes) -> list[Rendition]:
    """The renditions of the photo in these bytes; raises Refused with the code of a reason."""
    with _ROOM:
        answer = _asked(content)
    if len(answer) < LENGTH.size:
        raise Refused("too_heavy")
    (length,) = LENGTH.unpack(answer[: LENGTH.size])
    body = LENGTH.size + length
    head = json.loads(answer[LENGTH.size : body])
    if "refused" in head:
        raise Refused(head["refused"])
    return _taken_apart(head["renditions"], answer[body:])


def _asked(content: bytes) -> bytes:
    """What the child answers; nothing when it did not live to."""
    try:
        # Nothing of our environment goes along: there are keys in it.
        ran = subprocess.run(
            [sys.executable, "-B", "-m", "content.photos.child"],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return ran.stdout if ran.returncode == 0 else b""


def _taken_apart(head: list[dict[str, int | str]], body: bytes) -> list[Rendition]:
    found, start = [], 0
    for one in head:
        end = start + int(one["content"])
        found.append(Rendition(str(one["name"]), int(one["width"]), int(one["height"]), body[start:end]))
        start = end
    return found
