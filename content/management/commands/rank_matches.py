"""`manage.py rank_matches DATA.json --out RUN.json`: the product's own matcher on the posts of a file (W-2)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from content.matching.scoring import rank, weights
from content.matching.signature import Signature, reader

Run = dict[str, list[list[Any]]]


def run_of(data: dict[str, Any], *, direction: str = "request") -> Run:
    """For each request its offers (or the other way round) with their scores, the best first."""
    asked, given = (_signatures(data, kind) for kind in ("request", "offer"))
    fits = rank(asked, given)
    run: Run = {one: [] for one in (asked if direction == "request" else given)}
    for (request, offer), found in fits.items():
        one, other = (request, offer) if direction == "request" else (offer, request)
        run[one].append([other, round(found.score, 6)])
    for found_for_one in run.values():
        found_for_one.sort(key=lambda row: (-row[1], row[0]))
    return run


def _signatures(data: dict[str, Any], kind: str) -> dict[str, Signature]:
    read = reader().read
    return {
        str(post["id"]): read(post["title"], post["body"], post.get("category", ""))
        for post in data["posts"]
        if post["kind"] == kind
    }


class Command(BaseCommand):
    help = "Ranks the posts of a JSON file with the matcher of this site: ids and scores, best first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("data", type=Path, help="a file with posts (id, kind, title, body, category)")
        parser.add_argument("--out", type=Path, required=True, help="where the ranking is written")
        parser.add_argument("--direction", choices=["request", "offer"], default="request")

    def handle(self, *, data: Path, out: Path, direction: str, **options: Any) -> None:
        try:
            run = run_of(json.loads(data.read_text(encoding="utf-8")), direction=direction)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise CommandError(f"{data} is not a file with posts: {type(problem).__name__} {problem}") from problem
        out.write_text(json.dumps(run, indent=1), encoding="utf-8")
        self.stdout.write(f"{len(run)} {direction}s ranked; the site shows what scores {weights().good:g} or more")
