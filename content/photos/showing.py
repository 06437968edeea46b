"""Photos as plain values for pages."""

from dataclasses import dataclass

from django.urls import reverse

from content.photos.models import Part, Photo

LARGEST_PLAIN = 960


@dataclass(frozen=True)
class Shown:
    """What a page needs of one photo: the addresses of its sizes, and its words."""

    pk: int
    token: str
    alt: str
    width: int
    height: int
    src: str
    large: str
    avif: str
    webp: str
    is_whole: bool
    is_hidden: bool
    with_people: bool


def shown(photo: Photo, route: str, *before: str) -> Shown:
    """A photo with the addresses of one of the doors to it; `before` is what comes first in them."""

    def address(part: Part) -> str:
        return reverse(route, args=[*before, photo.token, part.name])

    def srcset(parts: list[Part]) -> str:
        return ", ".join(f"{address(part)} {part.width}w" for part in parts)

    webp = photo.of_kind("webp")
    plain = [part for part in webp if part.width <= LARGEST_PLAIN][-1]
    return Shown(
        pk=photo.pk,
        token=photo.token,
        alt=photo.alt,
        width=webp[-1].width,
        height=webp[-1].height,
        src=address(plain),
        large=address(webp[-1]),
        avif=srcset(photo.of_kind("avif")),
        webp=srcset(webp),
        is_whole=photo.is_whole,
        is_hidden=photo.hidden_at is not None,
        with_people=photo.people == Photo.People.AGREED,
    )
