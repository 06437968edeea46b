"""The process that decodes strange pictures: bytes in, renditions out, within limits set before the first byte.

Run as `python -m content.photos.child`. The answer is the length of a JSON head in four bytes, that head, and then the
bytes of the renditions one after another.
"""

import json
import os
import resource
import struct
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from wijk.pictures import Refused, bare_pixels, judged

LENGTH = struct.Struct(">I")
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 20
WIDTHS = (480, 960, 1600)
# Taller than this for its width, a photo is made narrower.
TALLEST = 4 / 3
SAVES: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 9, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 78, "method": 3},
}


@dataclass(frozen=True)
class Rendition:
    """One size of a photo in one format."""

    name: str
    width: int
    height: int
    content: bytes


def renditions(content: bytes) -> list[Rendition]:
    """Every size and format of the photo in these bytes, the smallest first; raises Refused."""
    with judged(content) as picture:
        pixels = bare_pixels(picture, round(WIDTHS[-1] * TALLEST), flat=True)
    made: list[Rendition] = []
    for width in WIDTHS:
        smaller = pixels.copy()
        smaller.thumbnail((width, round(width * TALLEST)), Image.Resampling.LANCZOS)
        if not made or smaller.size != (made[-1].width, made[-1].height):
            made.extend(_saved(smaller, kind, f"{width}.{kind}") for kind in SAVES)
    return made


def _saved(picture: Image.Image, kind: str, name: str) -> Rendition:
    out = BytesIO()
    picture.save(out, **SAVES[kind])
    return Rendition(name, *picture.size, out.getvalue())


def main() -> None:
    """Answers once."""
    _give_up_powers()
    content = sys.stdin.buffer.read()
    try:
        made = renditions(content)
    except Refused as refused:
        _answer({"refused": str(refused)})
    except MemoryError:
        _answer({"refused": "too_heavy"})
    else:
        head = [{**asdict(one), "content": len(one.content)} for one in made]
        _answer({"renditions": head}, b"".join(one.content for one in made))


def _give_up_powers() -> None:
    """No more memory or time than a photo needs, no file and no line to anywhere beside the three that are open."""
    Image.init()
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    except (OSError, AttributeError):
        # Not every machine lets us; without a free file number there is no line out either.
        pass


def _answer(head: dict[str, Any], body: bytes = b"") -> None:
    told = json.dumps(head).encode()
    sys.stdout.buffer.write(LENGTH.pack(len(told)) + told + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
