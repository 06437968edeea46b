"""Made-up names, addresses and texts, for a copy of the site in which nobody is real (C-23).

Names are invented from syllables and drawn again while they are somebody's; addresses are of the domain, and telephone
numbers of the range, that are set apart for examples, so that nothing ever reaches a real person.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from wijk.text import canonical_email

WORDS = tuple((Path(__file__).parent / "made_up_words.txt").read_text(encoding="ascii").split())
STARTS = ("b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "dr", "kl", "tr")
VOWELS = ("a", "e", "i", "o", "u", "aa", "ee", "oe", "oo", "ui")
# Ofcom keeps these numbers for films and books: they are well-formed and belong to nobody.
PHONE = "+447700900"
DRAWS = 1000

_WORD = re.compile(r"[^\W\d_]+")


def words_of(texts: Iterable[str]) -> set[str]:
    """What may not come back: each text as a whole, and each word of it."""
    found: set[str] = set()
    for text in texts:
        found.add(canonical_email(text) if "@" in text else text.casefold())
        found.update(word.casefold() for word in _WORD.findall(text))
    return found


class Inventor:
    """Makes things up. `taken` is what real people are called, in small letters; none of it is ever made."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = taken
        self.words = [word for word in WORDS if word not in taken] or [self.name().lower() for _ in range(50)]
        self._same: dict[str, str] = {}

    def name(self, real: str = "") -> str:
        """As many words as the real name; another one each time, because how often a name occurs gives it away."""
        return " ".join(self._drawn(_one_name) for _word in real.split() or [""])

    def address(self, real: str) -> str:
        """An e-mail address: the same one for the same mailbox, so that what belongs together stays together."""
        return self._again(canonical_email(real), self._mailbox)

    def phone(self, real: str) -> str:
        return self._drawn(lambda: f"{PHONE}{secrets.randbelow(1000):03}")

    def street(self, real: str) -> str:
        return f"{self.name()}straat {secrets.randbelow(200) + 1}"

    def web_address(self, real: str) -> str:
        return f"https://{self.name().lower()}.example.org/"

    def token(self, real: str) -> str:
        """Random letters: the same for the same, so that what is found by the hash of one mailbox stays together."""
        return self._again(real, lambda: secrets.token_hex(max(8, len(real) // 2))[: max(16, len(real))])

    def slug(self, real: str) -> str:
        return f"{self.name().lower()}-{secrets.token_hex(4)}"

    def text(self, real: str) -> str:
        """As many lines of about the same length; nothing else of what was said."""
        return "\n".join(self._line(len(line)) for line in real.splitlines())

    def _line(self, length: int) -> str:
        # An exact length would betray which public text it was.
        wanted = length * (90 + secrets.randbelow(11)) // 100
        made = ""
        while wanted and len(made) < wanted:
            word = secrets.choice(self.words)
            if made and len(made) + 1 + len(word) > length:
                break
            made += f" {word}" if made else word.capitalize()
        return made

    def _mailbox(self) -> str:
        return self._drawn(lambda: f"{self.name().lower()}.{self.name().lower()}{secrets.randbelow(10**6)}@example.org")

    def _again(self, real: str, make: Callable[[], str]) -> str:
        if real not in self._same:
            self._same[real] = make()
        return self._same[real]

    def _drawn(self, make: Callable[[], str]) -> str:
        for _try in range(DRAWS):
            made = make()
            if made.casefold() not in self.taken:
                return made
        raise RuntimeError("everything that can be made up is taken")


def _one_name() -> str:
    syllables = [secrets.choice(STARTS) + secrets.choice(VOWELS) for _ in range(2 + secrets.randbelow(2))]
    return ("".join(syllables) + secrets.choice("nrst")).capitalize()
