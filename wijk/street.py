"""A neighbourhood's own row of houses, drawn from its official code: the same code gives the same street for ever.

The drawing carries class names for css/street.css (which lets evening fall in the dark scheme) and plain fill
attributes for places without our style sheets. Changing anything here changes every street in the country, and a
test keeps it from happening by accident.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import count

from wijk.street_shapes import AWNING, BARS, FILLS, FRAMES, FRONT, GABLES, LANDMARKS, PANES, Shapes, bicycle, lamp, tree

WIDTH, HEIGHT, GROUND = 1440, 190, 181
VIEWS = {"wide": (0, WIDTH, 0, HEIGHT), "tile": (480, 480, 40, 150), "strip": (0, WIDTH, 30, 160)}
WALLS = ("h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8")
DOORS = ("d1", "d2", "d3", "d4", "d5")
BESIDE = ("lamp", "bicycle")
STRIP = 13  # blocks: a mail stays small
LIGHTS = ("lit", "evening", "evening", "glass", "lit", "evening", "glass")


class Dice:
    """Numbers that follow from a text alone, the same on every machine and in every version."""

    def __init__(self, text: str) -> None:
        self._numbers = self._stream(text.encode("utf-8", "surrogatepass"))

    @staticmethod
    def _stream(seed: bytes) -> Iterator[int]:
        for block in count():
            digest = sha256(seed + b"/" + str(block).encode()).digest()
            yield from (int.from_bytes(digest[at : at + 2]) for at in range(0, 32, 2))

    def below(self, limit: int) -> int:
        return next(self._numbers) % limit

    def pick(self, options: tuple[str, ...]) -> str:
        return options[self.below(len(options))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


@dataclass(frozen=True)
class Block:
    """A house or a tree of a mail: its share of the width in percent, its height in pixels, its colour."""

    width: int
    height: int
    colour: str


@dataclass
class House:
    """One house as it stands in the row: everything its drawing needs, decided by the dice."""

    x: int
    width: int
    floors: int
    wall: str
    roof: str
    gable: str
    door: str
    shop: bool
    panes: list[str]

    @property
    def top(self) -> int:
        return GROUND - 42 - 31 * self.floors

    def draw(self) -> str:
        """The house as a group of few paths: wall and gable, frames, panes by class, door."""
        shapes = Shapes()
        shapes.add(FRONT, self.wall, f"M{self.x} {self.top}h{self.width}v{GROUND - self.top}h-{self.width}z")
        GABLES[self.gable](shapes, self.x, self.top, self.width, self.wall, self.roof)
        self._windows(shapes)
        self._ground_floor(shapes)
        return shapes.svg()

    def _windows(self, shapes: Shapes) -> None:
        columns = 3 if self.width > 64 else 2
        wide = (self.width - 12) // columns - 6
        left = self.x + (self.width - columns * (wide + 6) + 6) // 2
        panes = iter(self.panes)
        for floor in range(self.floors):
            y = self.top + 9 + 31 * floor
            for column in range(columns):
                window(shapes, next(panes), left + column * (wide + 6), y, wide, 19)

    def _ground_floor(self, shapes: Shapes) -> None:
        right = self.panes[-1] == "lit"
        door = self.x + (self.width - 22 if right else 8)
        glass = self.x + (8 if right else 27)
        wide = self.width - 36
        shapes.add(FRAMES, "trim", f"M{door - 2} {GROUND - 34}h18v34h-18z")
        shapes.add(PANES, self.door, f"M{door} {GROUND - 25}h14v25h-14z")
        shapes.add(PANES, self.panes[-2], f"M{door} {GROUND - 32}h14v5h-14z")
        if self.shop:
            window(shapes, "lit", glass, GROUND - 30, wide, 24)
            shapes.add(AWNING, self.door, f"M{glass - 3} {GROUND - 38}h{wide + 6}l3 9h-{wide + 12}z")
        else:
            window(shapes, self.panes[-3], glass, GROUND - 32, wide, 20)


def window(shapes: Shapes, pane: str, x: int, y: int, wide: int, high: int) -> None:
    """A window: a frame with its sill, a pane and a cross bar."""
    shapes.add(FRAMES, "trim", f"M{x - 1} {y - 1}h{wide + 2}v{high + 1}h1v2h-{wide + 4}v-2h1z")
    shapes.add(PANES, pane, f"M{x} {y}h{wide}v{high}h-{wide}z")
    shapes.add(BARS, "bars", f"M{x} {y + 7}h{wide}m-{wide // 2} 0v{high - 7}")


def house(dice: Dice, x: int, before: House | None) -> House:
    """The next house of the row, with another wall and another gable than the one before."""
    walls = tuple(wall for wall in WALLS if before is None or wall != before.wall)
    gables = tuple(gable for gable in GABLES if before is None or gable != before.gable)
    return House(
        x=x,
        width=(50, 56, 60, 66, 74, 80)[dice.below(6)],
        wall=dice.pick(walls),
        gable=dice.pick(gables),
        floors=(1, 1, 2, 2, 2)[dice.below(5)],
        roof=dice.pick(("r1", "r2", "r3")),
        door=dice.pick(DOORS),
        shop=dice.chance(22),
        panes=[dice.pick(LIGHTS) for _ in range(10)],
    )


def things(code: str) -> Iterator[tuple[int, House | str, int]]:
    """The street from left to right: the place of each house, tree, lamp and bicycle, and the size of a tree."""
    dice, x, last = Dice(code), -20, None
    while x < WIDTH:
        last = house(dice, x, last)
        yield x, last, 0
        x += last.width
        if dice.chance(26):
            yield x, "tree", 1 + dice.below(3)
            x += 34
        elif dice.chance(26):
            yield x, "lamp", 0
        elif dice.chance(30):
            yield x, "bicycle", 0


def row(code: str) -> Iterator[tuple[bool, int, int, str]]:
    """The same as drawings: whether it stands in front, x, width and drawing of each thing."""
    for x, thing, size in things(code):
        if isinstance(thing, House):
            yield False, x, thing.width, thing.draw()
        elif thing == "tree":
            yield True, x - 8, 56, tree(x, GROUND, size)
        elif thing == "lamp":
            yield True, x - 18, 36, lamp(x, GROUND)
        else:
            yield True, x - 44, 48, bicycle(x - 42, GROUND)


@lru_cache(maxsize=256)
def strip(code: str) -> tuple[Block, ...]:
    """A piece of the street in blocks of one colour, for mails: their readers' programs leave drawings out."""
    seen = [_block(thing) for x, thing, _ in things(code) if x >= VIEWS["tile"][0] and thing not in BESIDE][:STRIP]
    whole = sum(block.width for block in seen)
    return tuple(replace(block, width=round(100 * block.width / whole)) for block in seen)


def _block(thing: House | str) -> Block:
    if isinstance(thing, str):
        return Block(34, 22, FILLS["leaf-1"])
    return Block(thing.width, 14 + 9 * thing.floors + 2 * list(GABLES).index(thing.gable), FILLS[thing.wall])


def skyline(code: str) -> str:
    """What stands behind the houses: pale roofs and one landmark, so that two streets differ from afar."""
    dice, x, line = Dice(f"skyline {code}"), 0, f"M0 {GROUND}V120"
    while x < WIDTH:
        wide, high, ridge = 60 + dice.below(90), 62 + dice.below(66), 14 + dice.below(16)
        line += f"H{x}V{GROUND - high}l{wide // 2} -{ridge}l{wide - wide // 2} {ridge}"
        x += wide
    landmark = LANDMARKS[dice.pick(tuple(LANDMARKS))]
    at = 600 + dice.below(300)
    return (
        f'<g class="far" fill="{FILLS["far"]}"><path d="{line}V{GROUND}z"/>'
        f'<path transform="translate({at} {GROUND}) scale(1.45)" d="{landmark}"/></g>'
    )


@lru_cache(maxsize=256)
def street(code: str, size: str = "wide") -> str:
    """The whole drawing as SVG text; `size` chooses how much of the street is in view."""
    left, wide, upper, high = VIEWS[size]
    seen = [thing for thing in row(code) if thing[1] + thing[2] > left and thing[1] < left + wide]
    drawings = "".join(drawing for _, _, _, drawing in sorted(seen, key=lambda thing: thing[0]))
    return (
        f'<svg class="street street-{size}" viewBox="{left} {upper} {wide} {high}" aria-hidden="true"'
        f' preserveAspectRatio="xMidYMax slice" focusable="false">{skyline(code)}{drawings}'
        f'<path class="ground" fill="{FILLS["ground"]}" d="M0 {GROUND}h{WIDTH}v{HEIGHT - GROUND}H0z"/></svg>'
    )
