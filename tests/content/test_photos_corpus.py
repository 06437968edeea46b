"""What people, and people who mean harm, send as a photo: refused at once, or clean on the other side (L-10).

Each file is made here. The process that decodes them is asked about the worst; the others go to the same code here.
"""

import os
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from content.photos import child, darkroom
from content.photos.child import LENGTH, renditions
from wijk.pictures import MOST_PIXELS, Refused

MARK = b"canary-klarendal"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><text>canary-klarendal</text></svg>"


def saved(picture, kind, **options):
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def plain(mode="RGB", size=(64, 48), colour="#2f6a43"):
    return Image.new(mode, size, colour)


def exif():
    found = Image.Exif()
    found[0x010F] = MARK.decode()
    found[0x0112] = 6  # lies on its side
    found.get_ifd(0x8825).update({1: "N", 2: (51.0, 59.0, 11.0), 29: MARK.decode()})
    return found.tobytes()


def xmp():
    return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARK + b"</x:xmpmeta>"


def iptc(jpeg):
    """The same JPEG with a caption as newspapers write it."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(MARK)) + MARK
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", len(caption)) + caption
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *more, depth=1, colour=0):
    """A PNG with this header and little behind it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    row = b"\0" + b"\0" * ((width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def big_png():
    """121 million pixels in some fourteen thousand bytes."""
    return png(11_000, 11_000)


def hollow_png():
    """A head that promises more than there is."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def with_text(**options):
    words = PngInfo()
    words.add_text("Comment", MARK.decode(), **options)
    words.add_itxt("XML:com.adobe.xmp", MARK.decode())
    return saved(plain(), "PNG", pnginfo=words)


def packed_text(size):
    """Text that unpacks to much more than it is."""
    return chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * size, 9))


def packed_profile(size):
    return chunk(b"iCCP", b"profile\0\0" + zlib.compress(b"\0" * size, 9))


def frames(kind, number=3, size=(64, 48), **options):
    colours = [Image.new("RGB", size, (index % 256, 80, 80)) for index in range(number)]
    return saved(colours[0], kind, save_all=True, append_images=colours[1:], **options)


def profiled(mode):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(plain(mode), "JPEG" if mode == "CMYK" else "PNG", icc_profile=profile)


JPEG = saved(plain(), "JPEG")
CLEAN = {
    "gps and camera": lambda: saved(plain(), "JPEG", exif=exif(), comment=MARK),
    "xmp in a jpeg": lambda: saved(plain(), "JPEG", xmp=xmp()),
    "xmp and exif in a webp": lambda: saved(plain(), "WEBP", xmp=xmp(), exif=exif()),
    "exif in a png": lambda: saved(plain(), "PNG", exif=exif()),
    "exif in an avif": lambda: saved(plain(), "AVIF", exif=exif(), xmp=xmp()),
    "iptc": lambda: iptc(JPEG),
    "text in a png": with_text,
    "packed text in a png": lambda: with_text(zip=True),
    "html behind it": lambda: JPEG + b"<script>alert(1)</script>" + MARK,
    "a zip behind it": lambda: JPEG + b"PK\x03\x04" + MARK,
    "two pictures in one": lambda: saved(plain(), "MPO", save_all=True, append_images=[plain()], exif=exif()),
    "a moving webp": lambda: frames("WEBP"),
    "a moving png": lambda: frames("PNG"),
    "no profile that is one": lambda: saved(plain(), "JPEG", icc_profile=MARK * 200),
    "a profile": lambda: profiled("RGB"),
    "a profile for other colours": lambda: profiled("CMYK"),
    "cmyk": lambda: saved(plain("CMYK", colour=(0, 90, 90, 10)), "JPEG"),
    "sixteen bits": lambda: saved(plain("I;16", colour=40_000), "PNG"),
    "grey": lambda: saved(plain("L", colour=120), "PNG"),
    "one bit": lambda: saved(plain("1", colour=1), "PNG"),
    "a palette that shines through": lambda: saved(plain("P", colour=0), "PNG", transparency=0),
    "half transparent": lambda: saved(plain("RGBA", colour=(10, 20, 30, 40)), "PNG"),
    "one pixel": lambda: saved(plain(size=(1, 1)), "PNG"),
    "very long": lambda: saved(plain(size=(20_000, 3)), "PNG"),
}
REFUSED = {
    "nothing": (lambda: b"", "no_picture"),
    "svg called jpg": (lambda: SVG, "no_picture"),
    "svg behind the start of a jpeg": (lambda: b"\xff\xd8\xff" + SVG, "no_picture"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "no_picture"),
    "pdf": (lambda: b"%PDF-1.7\n" + MARK, "no_picture"),
    "gif": (lambda: frames("GIF"), "no_picture"),
    "gif of a thousand frames": (lambda: frames("GIF", 1000, (8, 8)), "no_picture"),
    "tiff": (lambda: saved(plain(), "TIFF"), "no_picture"),
    "windows icon": (lambda: saved(plain(), "ICO"), "no_picture"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no_picture"),
    "121 million pixels": (big_png, "too_many_pixels"),
    "four thousand million pixels": (hollow_png, "too_many_pixels"),
    "moving png of many pixels": (
        lambda: png(8_000, 8_000, chunk(b"acTL", struct.pack(">II", 500, 0))),
        "too_many_pixels",
    ),
    "text that unpacks to 80 MB": (lambda: png(8, 8, packed_text(80_000_000)), "no_picture"),
    "a profile that unpacks to 80 MB": (lambda: png(8, 8, packed_profile(80_000_000)), "no_picture"),
    "many texts that unpack": (lambda: png(8, 8, *[packed_text(900_000)] * 100), "no_picture"),
    "half a jpeg": (lambda: saved(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")[:8000], "no_picture"),
    "half a png": (lambda: saved(Image.effect_noise((300, 300), 90), "PNG")[:8000], "no_picture"),
    "half a webp": (lambda: saved(Image.effect_noise((300, 300), 90), "WEBP")[:3000], "no_picture"),
    "start of a jpeg": (lambda: b"\xff\xd8\xff\xe0", "no_picture"),
    "noise": (lambda: os.urandom(5000), "no_picture"),
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_a_photo_comes_out_with_nothing_but_its_pixels(name):
    content = CLEAN[name]()
    made = renditions(content)
    assert [one.name for one in made][:2] == ["480.avif", "480.webp"]
    for one in made:
        assert MARK not in one.content and b"script" not in one.content and b"Exif" not in one.content
        with Image.open(BytesIO(one.content)) as picture:
            assert (picture.size, getattr(picture, "n_frames", 1)) == ((one.width, one.height), 1)
            assert not picture.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & set(picture.info)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_is_refused(name):
    make, code = REFUSED[name]
    with pytest.raises(Refused) as refused:
        renditions(make())
    assert str(refused.value) == code


def test_the_many_pixels_are_few_bytes_and_never_decoded(monkeypatch):
    content = big_png()
    assert len(content) < 20_000 and MOST_PIXELS < 11_000 * 11_000
    monkeypatch.setattr(child, "bare_pixels", lambda *args, **kwargs: pytest.fail("decoded"))
    with pytest.raises(Refused):
        renditions(content)


def test_a_photo_on_its_side_is_put_upright_and_bits_and_gaps_keep_their_look():
    assert (renditions(CLEAN["gps and camera"]())[0].width, renditions(CLEAN["gps and camera"]())[0].height) == (48, 64)
    grey = Image.open(BytesIO(renditions(CLEAN["sixteen bits"]())[1].content)).convert("RGB").getpixel((5, 5))
    assert all(140 < value < 170 for value in grey)
    through = Image.open(BytesIO(renditions(CLEAN["half transparent"]())[1].content))
    assert through.mode == "RGB" and all(value > 180 for value in through.getpixel((5, 5)))


def test_a_photo_is_made_in_three_widths_and_never_larger_than_it_was():
    made = renditions(saved(plain(size=(1200, 900)), "PNG"))
    assert [(one.name, one.width) for one in made if one.name.endswith("webp")] == [
        ("480.webp", 480), ("960.webp", 960), ("1600.webp", 1200),
    ]  # fmt: skip


# The process apart ---------------------------------------------------------------------------------------------------


def test_the_process_apart_makes_a_photo_and_refuses_the_rest():
    assert darkroom.develop(CLEAN["gps and camera"]()) == renditions(CLEAN["gps and camera"]())
    for content, code in ((big_png(), "too_many_pixels"), (SVG, "no_picture")):
        with pytest.raises(Refused, match=code):
            darkroom.develop(content)


PROBE = """
import json, os, resource, socket, sys
from content.photos import child
child._give_up_powers()
def tried(act):
    try:
        act()
    except (OSError, MemoryError) as problem:
        return type(problem).__name__
    return "did"
print(json.dumps({
    "file": tried(lambda: open("/etc/hostname")),
    "line": tried(lambda: socket.socket()),
    "memory": tried(lambda: bytearray(2 * 1024 ** 3)),
    "cpu": resource.getrlimit(resource.RLIMIT_CPU)[1],
    "secrets": sorted(name for name in os.environ if name not in ("LC_CTYPE", "PWD")),
}))
"""


def test_the_process_has_no_secret_no_file_no_line_and_little_memory(monkeypatch):
    """Asked of the same limits, in a process that is started in the same way."""
    monkeypatch.setenv("WIJK_SECRET_KEY", "geheim")
    real = darkroom.subprocess.Popen
    monkeypatch.setattr(
        darkroom.subprocess, "Popen", lambda command, **options: real([*command[:2], "-c", PROBE], **options)
    )
    found = child.json.loads(darkroom._asked(b""))
    assert found == {"file": "OSError", "line": "OSError", "memory": "MemoryError", "cpu": 20, "secrets": []}


def told(head, body=b""):
    head = child.json.dumps(head).encode()
    return LENGTH.pack(len(head)) + head + body


def one(**fields):
    return {"renditions": [{"name": "480.webp", "width": 3, "height": 3, "content": 4, **fields}]}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        LENGTH.pack(200)[:2],
        LENGTH.pack(5) + b"no js",
        told([]),
        told({"renditions": []}),
        told(one(), b"too long"),
        told(one(), b"no"),
        told(one(name="../../x.html"), b"1234"),
        told(one(width=0), b"1234"),
        told(one(content=-4), b"1234"),
        told(one(height="x"), b"1234"),
    ],
)
def test_an_answer_that_is_none_of_ours_is_a_refusal(monkeypatch, answer):
    monkeypatch.setattr(darkroom, "_asked", lambda content: answer)
    with pytest.raises(Refused, match="too_heavy"):
        darkroom.develop(JPEG)


def test_a_process_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(darkroom, "SECONDS", 0.01)
    with pytest.raises(Refused, match="too_heavy"):
        darkroom.develop(JPEG)
