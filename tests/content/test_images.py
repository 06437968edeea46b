"""Photos lose everything but their pixels on the way in (L-10)."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from content.pages import images
from content.pages.images import clean_upload

PLACE = "52 deg 0' 0.00 Klarendal"


def photo(size=(400, 300), kind="JPEG", mode="RGB", colour="#a1371f", **save):
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **save)
    return out.getvalue()


def upload(content, name="mijn-huis-klarendalseweg-12.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def with_exif():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Anna"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 59.0, 11.0), 29: PLACE})
    return photo(exif=exif.tobytes(), comment=b"canary-comment")


def opened(file):
    return Image.open(BytesIO(file.read()))


def test_place_camera_comment_and_name_are_gone_and_the_photo_stands_upright():
    content = with_exif()
    assert b"Camera of Anna" in content
    cleaned = clean_upload(upload(content))
    data = cleaned.read()
    assert b"Camera" not in data and b"canary" not in data and b"Klarendal" not in data and b"EXIF" not in data.upper()
    picture = Image.open(BytesIO(data))
    assert picture.size == (300, 400) and picture.format == "WEBP"
    assert not picture.getexif() and "exif" not in picture.info and "xmp" not in picture.info
    assert "klarendal" not in cleaned.name


def test_a_tail_behind_the_picture_is_dropped():
    tail = b"<script>alert(1)</script>PK\x03\x04canary-tail"
    assert b"canary-tail" not in clean_upload(upload(photo() + tail)).read()


def test_text_inside_a_png_is_dropped_and_transparency_stays():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "canary-text")
    picture = opened(clean_upload(upload(photo(kind="PNG", mode="RGBA", colour=(0, 0, 0, 0), pnginfo=words))))
    assert picture.mode == "RGBA" and "Comment" not in picture.info


def test_a_large_photo_becomes_smaller():
    assert max(opened(clean_upload(upload(photo((4000, 1000))))).size) == 2560


def test_only_the_first_frame_of_a_moving_picture_is_kept():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert getattr(opened(clean_upload(upload(out.getvalue()))), "n_frames", 1) == 1


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("decoded")

    bomb = photo((9000, 9000), kind="PNG", mode="1", colour=0)
    assert len(bomb) < 100_000
    monkeypatch.setattr(images, "bare_pixels", never)
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(bomb))
    assert refused.value.code == "too_many_pixels"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"\0" * 100, "no_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no_picture"),
        (b"%PDF-1.7 nothing", "no_picture"),
        (b"\xff\xd8\xff\xe0", "no_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "no_picture"),
        (b"\0" * (10 * 1024 * 1024 + 1), "too_big"),
    ],
    ids=["empty", "gif", "svg", "pdf", "start of a jpeg", "broken png", "too big"],
)
def test_what_is_no_good_photo_is_refused_in_words(content, code):
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(content))
    assert refused.value.code == code


def test_a_truncated_photo_is_refused():
    out = BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(out, "JPEG")
    with pytest.raises(ValidationError) as refused:
        clean_upload(upload(out.getvalue()[:8000]))
    assert refused.value.code == "no_picture"


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "I;16"])
def test_every_kind_of_pixel_is_taken(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(clean_upload(upload(photo(kind=kind, mode=mode, colour=0)))).mode in {"RGB", "RGBA"}
