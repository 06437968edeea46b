"""The shapes a street is made of: gables, roofs, landmarks, trees, lamps and bicycles, as SVG path data."""

from collections.abc import Callable

BEHIND, FRONT, FRAMES, PANES, BARS, AWNING = range(6)


class Shapes(dict[tuple[int, str], str]):
    """Path data by layer and class: one path per pair keeps the drawing small, the layers keep panes on frames."""

    def add(self, layer: int, name: str, data: str) -> None:
        self[layer, name] = self.get((layer, name), "") + data

    def svg(self) -> str:
        ordered = sorted(self.items(), key=lambda item: item[0][0])
        return "".join(f'<path class="{name}" {paint(name)} d="{data}"/>' for (_, name), data in ordered)


def paint(name: str) -> str:
    """The colour by day as attributes, for a place without our style sheets."""
    return f'fill="none" stroke="{FILLS["trim"]}"' if name == "bars" else f'fill="{FILLS[name]}"'


FILLS = {
    "far": "#f1d6b6",
    "ground": "#e2d0b6",
    "h1": "#b5482f",
    "h2": "#c7643f",
    "h3": "#94402f",
    "h4": "#d08b5b",
    "h5": "#a65a3c",
    "h6": "#7d4a3a",
    "h7": "#e2c79b",
    "h8": "#efe3cc",
    "r1": "#5a3a33",
    "r2": "#4a4d57",
    "r3": "#8a3b28",
    "trim": "#fbf1df",
    "glass": "#405160",
    "lit": "#ffe9b0",
    "evening": "#5b7284",
    "leaf-1": "#4d7a4b",
    "leaf-2": "#6a9a5e",
    "bark": "#5b4632",
    "lamp": "#fbf1df",
    "d1": "#1f4d3a",
    "d2": "#234a6b",
    "d3": "#f2c14e",
    "d4": "#4a2b3f",
    "d5": "#a9302f",
}


def attic(shapes: Shapes, x: float, y: float) -> None:
    """A small arched window under the ridge."""
    shapes.add(FRAMES, "trim", f"M{x - 5:g} {y + 12}v-8a5 5 0 0 1 10 0v8z")
    shapes.add(PANES, "lit", f"M{x - 3:g} {y + 11}v-7a3 3 0 0 1 6 0v7z")


def chimney(shapes: Shapes, x: float, y: float, roof: str) -> None:
    shapes.add(BEHIND, roof, f"M{x:g} {y:g}h8v-14h-8z")
    shapes.add(FRAMES, "trim", f"M{x - 1.5:g} {y - 15:g}h11v3h-11z")


def point(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A plain pointed gable with white edges."""
    half = width / 2
    shapes.add(BEHIND, roof, f"M{x - 3} {top + 1}l{half + 3:g} -33l{half + 3:g} 33z")
    shapes.add(FRONT, wall, f"M{x + 3} {top + 0.6:g}l{half - 3:g} -26.5l{half - 3:g} 26.5z")
    attic(shapes, x + half, top - 12)


def step(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A stepped gable with a white cap on each step."""
    tread = (width - 16) / 6
    outline, caps = f"M{x} {top + 0.6:g}", ""
    for index in range(3):
        left, y = x + index * tread, top - 10 * index
        outline += f"V{y - 10}h{tread:g}"
        right = x + width - (index + 1) * tread
        cap = f"{y - 11}h{tread + 1:g}v2.6h-{tread + 1:g}z"
        caps += f"M{left - 1:g} {cap}M{right:g} {cap}"
    middle = x + 3 * tread
    outline += f"V{top - 38}h16V{top - 30}"
    for index in (2, 1, 0):
        outline += f"h{tread:g}V{top - 10 * index + 0.6:g}"
    shapes.add(FRONT, wall, outline + "z")
    shapes.add(FRAMES, "trim", caps + f"M{middle - 1:g} {top - 39}h18v2.6h-18z")
    attic(shapes, x + width / 2, top - 22)


def bell(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A bell gable: one round sweep with a white rim."""
    w, half = width, x + width / 2
    rim = f"M{x} {top + 1}C{x + w * 0.22:g} {top} {x + w * 0.16:g} {top - 35} {half:g} {top - 35}"
    body = f"M{x + 3} {top + 1.4:g}C{x + w * 0.26:g} {top} {x + w * 0.2:g} {top - 31.5:g} {half:g} {top - 31.5:g}"
    shapes.add(BEHIND, "trim", f"{rim}S{x + w * 0.78:g} {top} {x + w} {top + 1}z")
    shapes.add(FRONT, wall, f"{body}S{x + w * 0.74:g} {top} {x + w - 3} {top + 1.4:g}z")
    attic(shapes, half, top - 17)


def neck(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A neck gable: a narrow raised middle with scrolled shoulders and a small pediment."""
    quarter = width / 4
    scroll = f"{quarter - 4:g}"
    shapes.add(FRAMES, "trim", f"M{x + 2} {top}q{scroll} -2 {scroll} -22v22z")
    shapes.add(FRAMES, "trim", f"M{x + width - 2} {top}q-{scroll} -2 -{scroll} -22v22z")
    shapes.add(FRONT, wall, f"M{x + quarter:g} {top + 0.6:g}v-30h{2 * quarter:g}v30z")
    shapes.add(FRAMES, "trim", f"M{x + quarter - 3:g} {top - 29}h{2 * quarter + 6:g}l-{quarter + 3:g} -11z")
    attic(shapes, x + width / 2, top - 18)


def cornice(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A straight front with a white cornice on brackets and a chimney."""
    chimney(shapes, x + width * 0.68, top - 3, roof)
    shapes.add(FRAMES, "trim", f"M{x - 2} {top - 6}h{width + 4}v4h-{width + 4}zM{x} {top - 2}h{width}v2.4h-{width}z")
    brackets = "".join(f"M{x + 4 + index * (width - 11) / 4:g} {top}h3v4h-3z" for index in range(5))
    shapes.add(FRAMES, "trim", brackets)


def mansard(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A mansard roof with one dormer."""
    half = x + width / 2
    chimney(shapes, x + width * 0.14, top - 22, roof)
    shapes.add(BEHIND, roof, f"M{x - 2} {top + 0.6:g}l7 -22l8 -7h{width - 26}l8 7l7 22z")
    shapes.add(FRAMES, "trim", f"M{half - 10:g} {top - 1}v-17h20v17zM{half - 12:g} {top - 18}l12 -7l12 7z")
    shapes.add(PANES, "evening", f"M{half - 7:g} {top - 3}v-12h14v12z")
    shapes.add(FRAMES, "trim", f"M{x - 2} {top - 1}h{width + 4}v3h-{width + 4}z")


def tiles(shapes: Shapes, x: int, top: int, width: int, wall: str, roof: str) -> None:
    """A long tiled roof along the street with two small windows."""
    chimney(shapes, x + width * 0.72, top - 20, roof)
    shapes.add(BEHIND, roof, f"M{x - 2} {top + 0.6:g}l5 -24h{width - 6}l5 24z")
    for share in (0.26, 0.6):
        shapes.add(FRAMES, "trim", f"M{x + width * share - 1:g} {top - 17}h11v11h-11z")
        shapes.add(PANES, "evening", f"M{x + width * share + 0.6:g} {top - 15.4:g}h7.8v7.8h-7.8z")
    shapes.add(FRAMES, "trim", f"M{x - 2} {top - 1}h{width + 4}v2.6h-{width + 4}z")


GABLES: dict[str, Callable[[Shapes, int, int, int, str, str], None]] = {
    "step": step,
    "point": point,
    "bell": bell,
    "cornice": cornice,
    "neck": neck,
    "mansard": mansard,
    "tiles": tiles,
}


# Drawn around x = 0 with the ground at y = 0
LANDMARKS = {
    "church": "M0 0V-108h4l13-40 1-12h2l1 12 13 40h4V0zM38 0v-78h50V0zM30-78l16-22h34l14 22z",
    "mill": (
        "M0 0 12-108q14-18 28 0L52 0zM-8-52h68v5H-8z"
        "M25-106-22-145l5-6 47 39zM27-106l47-39 5 6-47 39zM27-104l47 39-5 6-47-39zM25-104l-47 39 5 6 47-39z"
    ),
    "water tower": "M10 0l4-96H4v-36q24-26 48 0v36H42l4 96z",
    "chimneys": "M0 0l4-150h9l4 150zM34 0l4-126h9l4 126zM-60 0v-84l24-14v14l24-14v14l24-14V0z",
    "belfry": "M0 0v-112h-3v-7h36v7h-3V0zM4-119v-16h22v16zM2-135h26l-8-14-4-1-1-12-1 12-4 1zM30 0v-58l34-20 34 20V0z",
    "dome": "M0 0v-96h4q2-34 34-36l1-18h2l1 18q32 2 34 36h4V0z",
}


def tree(x: int, ground: int, size: int) -> str:
    """A round street tree; size 1 to 3."""
    radius, high = 15 + 3 * size, 34 + 8 * size
    crown, side = ground - high - radius + 10, ground - high + 4
    return (
        f'<path class="bark" fill="{FILLS["bark"]}" d="M{x + 15} {ground}v-{high}h5v{high}z"/>'
        f'<circle class="leaf-1" fill="{FILLS["leaf-1"]}" cx="{x + 17}" cy="{crown}" r="{radius}"/>'
        f'<circle class="leaf-1" fill="{FILLS["leaf-1"]}" cx="{x + 28}" cy="{side}" r="{radius - 8}"/>'
        f'<circle class="leaf-2" fill="{FILLS["leaf-2"]}" cx="{x + 10}" cy="{side - 4}" r="{radius - 7}"/>'
    )


def lamp(x: int, ground: int) -> str:
    """A street lamp that glows in the evening."""
    return (
        f'<circle class="glow" fill="none" cx="{x}" cy="{ground - 62}" r="17"/>'
        f'<path class="r2" fill="{FILLS["r2"]}" d="M{x - 1.5} {ground}v-56h3v56zM{x - 4} {ground}h8v-5h-8z'
        f'M{x - 5} {ground - 67}h10l-5 -5z"/>'
        f'<path class="lamp" fill="{FILLS["lamp"]}" d="M{x - 4} {ground - 67}h8l-1.5 11h-5z"/>'
    )


def bicycle(x: int, ground: int) -> str:
    """A bicycle against the wall."""
    y = ground - 9
    return (
        f'<g class="bike" fill="none" stroke="#2b2a2e" stroke-width="1.8" stroke-linejoin="round">'
        f'<circle cx="{x + 8}" cy="{y}" r="8"/><circle cx="{x + 31}" cy="{y}" r="8"/>'
        f'<path d="M{x + 8} {y}l6 -13h13l-8 13zM{x + 31} {y}l-5 -18h5'
        f'M{x + 14} {y - 13}l-1.5 -4M{x + 9} {y - 17}h8"/></g>'
    )
