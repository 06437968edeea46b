"""Found posts as cards, with the words that were asked marked in them."""

from collections.abc import Iterable

from content.posts.cards import card
from content.posts.models import Post
from content.search.asking import Asked
from wijk.published import published
from wijk.text import clean_line, excerpt

LENGTH = 160
BEFORE = 40
HIDDEN = ("contact_email", "contact_phone", "contact_address", "neighbourhood__outline")


def post_cards(numbers: Iterable[int], words: Asked) -> list[dict[str, str]]:
    """The cards of these posts in this order, each with the piece of its text that answers."""
    if not numbers:
        return []
    rows = Post.objects.for_cards().defer(None).defer(*HIDDEN).in_bulk(list(numbers))
    made = []
    for post in (rows[number] for number in numbers if number in rows):
        shown = card(post, with_place=True)
        told = passage(published(post).text, words) if words and not words.hits(f"{post.title} {post.summary}") else ""
        made.append({**shown, "title": words.marked(shown["title"]), "excerpt": words.marked(told or shown["excerpt"])})
    return made


def passage(text: str, words: Asked) -> str:
    """The piece of a text around the first word that was asked; nothing when none is there."""
    line = clean_line(text)
    at = words.hits(line)
    if not at:
        return ""
    begin = line.rfind(" ", 0, max(0, at[0] - BEFORE)) + 1
    return ("… " if begin else "") + excerpt(line[begin:], LENGTH)
