"""Which passwords are too easily guessed: a list of the machine's own, and the ways people vary on it."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wijk.access import PRIVACY_PERMISSION

OWN_WORDS = Path(__file__).with_name("common_words.txt")
LEET = str.maketrans("013457@$!", "oieastasi")
ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
# Keys as they lie beside each other, and what people count.
WALKS = (
    "qwertyuiopasdfghjklzxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)
FEWEST_CHARACTERS = 5
SHORTEST_WORD = 3


FEWEST_AT_WORK = 12
Works = Callable[[Any], bool]
_works: list[Works] = []


def at_work(works: Works) -> Works:
    """Registers who sees data of others by their task; a feature above this one knows them."""
    _works.append(works)
    return works


def works_here(user: Any) -> bool:
    """Whether somebody works on the site, or looks after a neighbourhood."""
    if not user or not user.pk:
        return False
    return user.is_staff or user.has_perm(PRIVACY_PERMISSION) or any(works(user) for works in _works)


def too_short_at_work(password: str, user: Any) -> bool:
    """Whether who sees data of others needs a longer one (C-38)."""
    return len(password) < FEWEST_AT_WORK and works_here(user)


class LengthValidator(MinimumLengthValidator):
    """Asks more of who sees data of others by their task: twelve characters."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        if too_short_at_work(password, user):
            raise ValidationError(
                _("Je ziet gegevens van anderen. Neem daarom minstens 12 tekens."), code="password_too_short"
            )


class GuessablePasswordValidator:
    """Refuses what an attacker tries first: common passwords and their variations, rows of keys, repetitions.

    ASVS 6.2.4 asks for a list of passwords that fit the length rule; the common ones that do are nearly all a known
    word with a tail ("Welkom2026!!"), so the word is what is looked up, and no call leaves this machine.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if guessable(password):
            raise ValidationError(
                _("Dit wachtwoord is makkelijk te raden. Neem bijvoorbeeld een zin die je onthoudt."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Geen bekend woord met een jaartal of een uitroepteken erachter.")


WordSource = Callable[[], Iterable[str]]
_places: list[WordSource] = []
FEWEST_OWN_LETTERS = 6


def place_words(source: WordSource) -> WordSource:
    """Registers names of places; a feature above this one knows them."""
    _places.append(source)
    return source


class ContextPasswordValidator:
    """Refuses what somebody who knows you would try: your name, your mailbox, your neighbourhood, this site."""

    def validate(self, password: str, user: Any = None) -> None:
        personal = (getattr(user, "first_name", ""), getattr(user, "last_name", ""), getattr(user, "email", ""))
        refuse_known(password, *personal)

    def get_help_text(self) -> str:
        return _("Niet je naam, je e-mailadres, je wijk of de naam van deze site.")


def refuse_known(password: str, *personal: str) -> None:
    """Raises when hardly a letter is left after taking out what others know of this person and this place."""
    left = mine = _letters(password)
    for word in sorted(_known(personal), key=len, reverse=True):
        left = left.replace(word, "")
    if left != mine and len(left) < FEWEST_OWN_LETTERS:
        raise ValidationError(
            _("Hierin staat je naam, je e-mailadres, je wijk of onze naam. Dat raadt iemand snel."),
            code="password_of_context",
        )


def _known(personal: tuple[str, ...]) -> set[str]:
    host = urlsplit(settings.BASE_URL).hostname or ""
    places = [name for source in _places for name in source()]
    whole = [*personal, *places, settings.OPERATOR["name"], host]
    pieces = [piece for words in whole for piece in re.split(r"[\W\d_]+", words)]
    found = {_letters(words) for words in [*whole, *pieces, settings.WAGTAIL_SITE_NAME]}
    return {word for word in found if len(word) > SHORTEST_WORD}


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", _plain(text).translate(LEET))


def guessable(password: str) -> bool:
    """Whether somebody who knows what people choose would soon come to this."""
    plain = _plain(password)
    return plain in listed() or _repeats(plain) or _walks(plain) or plain.isdigit() or _is_word_with_tail(plain)


def _plain(password: str) -> str:
    letters = unicodedata.normalize("NFKD", password.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _repeats(plain: str) -> bool:
    """A few characters only, or one piece again and again."""
    return len(set(plain)) < FEWEST_CHARACTERS or (plain + plain).find(plain, 1) < len(plain)


def _walks(plain: str) -> bool:
    rows = [row * 2 for row in WALKS]
    return any(plain in row or plain in row[::-1] for row in rows)


def _is_word_with_tail(plain: str) -> bool:
    """A common word, or two of them, between digits and signs; also with a zero for an o."""
    cores = {ENDS.sub("", plain), ENDS.sub("", plain.translate(LEET)), ENDS.sub("", plain).translate(LEET)}
    return any(core in words() or _two_words(core) for core in cores)


def _two_words(core: str) -> bool:
    cuts = range(SHORTEST_WORD, len(core) - SHORTEST_WORD + 1)
    return any(core[:cut] in own_words() and core[cut:] in own_words() for cut in cuts)


@cache
def own_words() -> frozenset[str]:
    """Words people here begin a password with."""
    return frozenset(OWN_WORDS.read_text(encoding="utf-8").split())


@cache
def listed() -> frozenset[str]:
    """The list that comes with Django, and the operator's own where COMMON_PASSWORDS names a file (one a line)."""
    found = {_plain(password) for password in CommonPasswordValidator().passwords}
    if settings.COMMON_PASSWORDS:
        with Path(settings.COMMON_PASSWORDS).open(encoding="utf-8", errors="ignore") as lines:
            found.update(_plain(line.strip()) for line in lines)
    return frozenset(found)


@cache
def words() -> frozenset[str]:
    """The words inside the common passwords, without what is put around them."""
    cores = {ENDS.sub("", password) for password in listed()}
    return frozenset(core for core in cores if len(core) > SHORTEST_WORD) | own_words()
