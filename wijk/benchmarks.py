"""What `manage.py benchmark` can measure. Sections are named as strings, because the floor knows no app."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A function that takes `size` and gives named figures, run in a database of its own; how big `size` usually is."""

    name: str
    function: str
    size: int
    help: str


SECTIONS = (
    Section("closures", "content.posts.benchmark.closures", 1000, "accounts with 20 posts each that are erased"),
    Section("mails", "content.contact.benchmark.mails", 1000, "mails that are sent, and answers that are taken"),
    Section("searches", "content.search.benchmark.searches", 10_000, "live posts among which is searched"),
    Section("matches", "content.matching.benchmark.matches", 1000, "live posts among which some are matched"),
)
