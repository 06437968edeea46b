"""The photos of the demo town: drawings, for nobody may be on them; put with their posts by the real action."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from content.photos.actions import add
from content.photos.darkroom import develop
from content.photos.models import Photo
from content.posts.models import Post

SIZE = (1200, 900)
WALL, MORTAR, WOOD, DARK, LEAF, SOIL, SKY = "#b5654a", "#c98a72", "#d9a866", "#7a5230", "#4c7a4a", "#6b4b36", "#cfe3ee"
Draw = ImageDraw.ImageDraw


def ladder(draw: Draw) -> None:
    """A ladder against a brick wall."""
    for row in range(19):
        for column in range(-1, 13):
            left = column * 100 + (row % 2) * 50
            draw.rectangle((left, row * 48, left + 94, row * 48 + 42), fill=WALL)
    for foot, top in ((440, 540), (700, 660)):
        draw.line((foot, 900, top, 60), fill=WOOD, width=26)
    for step in range(9):
        y = 830 - step * 88
        part = (900 - y) / 840
        draw.line((440 + part * 100, y, 700 - part * 40, y), fill=WOOD, width=20)


def cupboard(draw: Draw) -> None:
    """A tall cupboard with two doors on a wooden floor."""
    draw.rectangle((0, 0, *SIZE), fill="#e9dfcf")
    draw.rectangle((0, 720, 1200, 900), fill="#b98f63")
    draw.rectangle((330, 90, 870, 790), fill=DARK)
    for left in (350, 610):
        draw.rectangle((left, 115, left + 240, 765), fill=WOOD)
        draw.rectangle((left + 30, 150, left + 210, 420), outline=DARK, width=8)
        draw.rectangle((left + 30, 460, left + 210, 730), outline=DARK, width=8)
    for x in (575, 625):
        draw.ellipse((x - 10, 430, x + 10, 450), fill="#3b2a1a")


def tulips(draw: Draw) -> None:
    """A row of tulips in the garden."""
    draw.rectangle((0, 0, *SIZE), fill=SKY)
    draw.rectangle((0, 640, 1200, 900), fill=SOIL)
    for number, colour in enumerate(("#c8372d", "#e9a23b", "#a23c7a", "#d95f3b", "#e6c34a", "#b02e4c")):
        x = 150 + number * 180
        draw.line((x, 330, x, 700), fill=LEAF, width=18)
        draw.polygon(((x, 700), (x - 70, 470), (x - 10, 620)), fill=LEAF)
        draw.polygon(((x, 700), (x + 70, 510), (x + 10, 640)), fill=LEAF)
        draw.pieslice((x - 62, 200, x + 62, 360), 0, 180, fill=colour)
        draw.polygon(((x - 62, 282), (x - 44, 170), (x - 14, 282)), fill=colour)
        draw.polygon(((x - 30, 282), (x, 160), (x + 30, 282)), fill=colour)
        draw.polygon(((x + 62, 282), (x + 44, 170), (x + 14, 282)), fill=colour)


DRAWN: dict[str, list[tuple[Callable[[Draw], None], str]]] = {
    "Ladder te leen, vier meter": [(ladder, "Tekening van een houten ladder tegen een bakstenen muur")],
    "Kast van drie hoog naar beneden": [(cupboard, "Tekening van een hoge houten kast met twee deuren")],
    "Bollen planten in de buurttuin": [
        (tulips, "Tekening van zes tulpen op een rij in de tuin"),
        (ladder, "Tekening van de ladder bij de muur van de tuin"),
    ],
}


def hang(post: Post, by: Any) -> None:
    """Puts the drawings with a post that has some."""
    for drawn, alt in DRAWN.get(post.title, []):
        picture = Image.new("RGB", SIZE, MORTAR)
        drawn(ImageDraw.Draw(picture))
        file = BytesIO()
        picture.save(file, "PNG")
        add(post=post, renditions=develop(file.getvalue()), by=by, alt=alt, people=Photo.People.NOBODY)
