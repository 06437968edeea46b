"""Photos at the door: looked at before they are decoded, and made anew from their bare pixels (L-10)."""

import secrets
from io import BytesIO
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wijk.pictures import Refused, bare_pixels, judged

MOST_BYTES = 10 * 1024 * 1024
LONGEST_SIDE = 2560
QUALITY = 86
REFUSALS: dict[str, str | Promise] = {
    "empty": _("Dit bestand is leeg. Kies een andere foto."),
    "too_big": _("Deze foto is te groot. Een foto mag hooguit 10 MB zijn."),
    "too_many_pixels": _("Deze foto heeft te veel pixels. Maak hem kleiner en probeer het nog eens."),
    "no_picture": _("Dit lijkt geen goede foto. Kies een bestand van het soort JPEG, PNG of WebP."),
}


class CleanFile(ContentFile):
    """A file that went through clean_upload()."""


def clean_upload(file: File | BinaryIO) -> CleanFile:
    """A new file with only the pixels of the old one: no place, device, comment or hidden tail; or a ValidationError.

    The original is never stored. Its own name is dropped too, since names of photos tell who or where.
    """
    content = read_bounded(file)
    try:
        with judged(content) as picture:
            pixels = bare_pixels(picture, LONGEST_SIDE)
    except Refused as refused:
        raise refusal(str(refused)) from None
    out = BytesIO()
    pixels.save(out, "WEBP", quality=QUALITY, method=4)
    return CleanFile(out.getvalue(), name=f"{secrets.token_hex(12)}.webp")


def read_bounded(file: File | BinaryIO) -> bytes:
    """All bytes of an upload, or a refusal when there are none or too many."""
    file.seek(0)
    content: bytes = file.read(MOST_BYTES + 1)
    if not content:
        raise refusal("empty")
    if len(content) > MOST_BYTES:
        raise refusal("too_big")
    return content


def refusal(code: str) -> ValidationError:
    """Why a photo is not taken, in words."""
    return ValidationError(str(REFUSALS[code]), code=code)
