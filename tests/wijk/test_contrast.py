"""Every pair of colours that meets on a page can be read, by day and by night, in every neighbourhood's colour."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
GROUNDS = ["paper", "sheet", "sunk"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "soft", "brick", "brick-deep", "danger") for ground in GROUNDS],
    *[(kind, f"{kind}-bg") for kind in ("request", "offer", "activity", "brick")],
    *[(kind, f"{kind}-bg") for kind in ("info", "success", "warning", "danger")],
    *[("ink", f"{kind}-bg") for kind in ("info", "success", "warning", "danger", "brick", "activity")],
    *[(ink, sky) for ink in ("ink", "soft") for sky in ("sky-1", "sky-2")],
    ("brick", "sky-1"),
    ("on-brick", "brick"),
    ("on-brick", "brick-deep"),
    ("paper", "ink"),
    ("paper", "danger"),
    ("soft", "brick-bg"),
]
EDGES = [
    *[(edge, ground) for edge in ("edge", "focus", "brick", "danger", "activity") for ground in GROUNDS],
    ("focus", "sky-1"),
    ("focus", "brick-bg"),
    ("sheet", "activity"),
    ("edge", "brick-bg"),
]
ACCENTED = [("accent", ground) for ground in (*GROUNDS, "accent-bg", "sky-1", "sky-2")] + [
    *[("accent-deep", ground) for ground in (*GROUNDS, "accent-bg")],
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("ink", "accent-bg"),
    ("soft", "accent-bg"),
]


def colours(css):
    found = PAIR.findall(css)
    return {"light": {name: day for name, day, _ in found}, "dark": {name: night for name, _, night in found}}


ROOT = colours(TOKENS.split(".accent-1")[0])
ACCENTS = {number: colours(body) for number, body in re.findall(r"\.accent-(\d) \{(.*?)\}", TOKENS, re.DOTALL)}


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda name: name)
def test_text_stands_out_from_its_ground(scheme, ink, ground):
    assert contrast(ROOT[scheme][ink], ROOT[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES, ids=lambda name: name)
def test_edges_and_focus_stand_out_from_their_ground(scheme, edge, ground):
    assert contrast(ROOT[scheme][edge], ROOT[scheme][ground]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", ["1", "2", "3", "4", "5", "6"])
def test_every_accent_a_neighbourhood_may_choose_can_be_read(scheme, number):
    palette = ROOT[scheme] | ACCENTS[number][scheme]
    weak = {(one, other): contrast(palette[one], palette[other]) for one, other in ACCENTED}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
