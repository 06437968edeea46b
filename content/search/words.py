"""Words as search compares them: without case and accents, the little ones left out, and their Dutch stems."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from wijk.text import clean_line

LONGEST_QUERY = 100
MOST_WORDS = 8
LONGEST_WORD = 40
STOP_WORDS = frozenset((Path(__file__).parent / "stop_words.txt").read_text(encoding="ascii").split())
WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """A text in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def plain_words(text: str) -> Iterator[str]:
    """The words of a text; little words that are in every text are left out."""
    for found in WORD.finditer(folded(text)):
        word = found.group()[:LONGEST_WORD]
        if word not in STOP_WORDS:
            yield word


def query_words(query: str) -> list[str]:
    """The words of a question that count, however it was typed."""
    return list(dict.fromkeys(plain_words(clean_line(query[:LONGEST_QUERY]))))[:MOST_WORDS]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """`lampen` and `lamp` have one stem. A stemmer is made per word: it keeps state that threads must not share."""
    return str(snowballstemmer.stemmer("dutch").stemWord(word))
