"""Photos at the door: looked at before they are decoded, and made anew from their bare pixels (L-10)."""

import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2560
QUALITY = 86


class CleanFile(ContentFile):
    """A file that went through clean_upload()."""


def clean_upload(file: File | BinaryIO) -> CleanFile:
    """A new file with only the pixels of the old one: no place, device, comment or hidden tail; or a ValidationError.

    The original is never stored. Its own name is dropped too, since names of photos tell who or where.
    """
    content = read_bounded(file)
    with judged(content) as picture:
        pixels = bare_pixels(picture)
    out = BytesIO()
    pixels.save(out, "WEBP", quality=QUALITY, method=4)
    return CleanFile(out.getvalue(), name=f"{secrets.token_hex(12)}.webp")


def read_bounded(file: File | BinaryIO) -> bytes:
    """All bytes of an upload, or a refusal when there are none or too many."""
    file.seek(0)
    content: bytes = file.read(MOST_BYTES + 1)
    if not content:
        raise ValidationError(_("Dit bestand is leeg. Kies een andere foto."), code="empty")
    if len(content) > MOST_BYTES:
        raise ValidationError(_("Deze foto is te groot. Een foto mag hooguit 10 MB zijn."), code="too_big")
    return content


@contextmanager
def judged(content: bytes) -> Iterator[Image.Image]:
    """The picture in these bytes, opened but not yet decoded, after its header was found acceptable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(
            _("Deze foto heeft te veel pixels. Maak hem kleiner en probeer het nog eens."), code="too_many_pixels"
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError):
        raise ValidationError(
            _("Dit lijkt geen goede foto. Kies een bestand van het soort JPEG, PNG of WebP."), code="no_picture"
        ) from None


def bare_pixels(picture: Image.Image) -> Image.Image:
    """The first frame, upright, at most LONGEST_SIDE long, copied into a picture that never knew the old one."""
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    upright = upright.convert(mode)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    fresh = Image.new(mode, upright.size)
    fresh.paste(upright)
    return fresh
