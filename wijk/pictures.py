"""Strange pictures: judged by their first bytes, decoded once, and made anew from bare pixels. Knows no site (L-10)."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, features

FORMATS = ("JPEG", "PNG", "WEBP", *(["AVIF"] if features.check("avif") else []))
MOST_PIXELS = 50_000_000
LARGEST_PROFILE = 1024 * 1024
WHITE = (255, 255, 255, 255)
BROKEN = (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError, TypeError, LookupError)


class Refused(Exception):
    """This is no picture that we take; the reason is a code."""


@contextmanager
def judged(content: bytes, *, formats: tuple[str, ...] = FORMATS) -> Iterator[Image.Image]:
    """The picture in these bytes, opened but not yet decoded, after its header was found acceptable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=formats) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Image.DecompressionBombError
                yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels") from None
    except BROKEN:
        raise Refused("no_picture") from None


def bare_pixels(picture: Image.Image, side: int, *, flat: bool = False) -> Image.Image:
    """The first frame, upright, at most `side` long, in sRGB, copied into a picture that never knew the old one.

    A `flat` picture has what shone through on white.
    """
    picture.draft("RGB", (side, side))
    picture.load()
    upright = _in_eight_bits(ImageOps.exif_transpose(picture))
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    upright = _in_srgb(upright, mode)
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    if flat and mode == "RGBA":
        upright, mode = Image.alpha_composite(Image.new(mode, upright.size, WHITE), upright).convert("RGB"), "RGB"
    fresh = Image.new(mode, upright.size)
    fresh.paste(upright)
    return fresh


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits of grey would be cut off at the lowest eight, and come out white."""
    return picture.point(lambda value: value * (1 / 256)).convert("L") if picture.mode.startswith("I") else picture


def _in_srgb(picture: Image.Image, mode: str) -> Image.Image:
    """The colours as they were meant; a profile that is none is left out of it."""
    profile = picture.info.get("icc_profile") or b""
    picture = picture if picture.mode in {"CMYK", "L"} else picture.convert(mode)
    if 0 < len(profile) <= LARGEST_PROFILE:
        try:
            found = ImageCms.ImageCmsProfile(BytesIO(profile))
            meant = ImageCms.profileToProfile(picture, found, ImageCms.createProfile("sRGB"), outputMode=mode)
            return meant or picture.convert(mode)
        except (ImageCms.PyCMSError, *BROKEN):
            pass
    return picture.convert(mode)
