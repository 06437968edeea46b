"""The English catalogues say everything the Dutch sources say, with the same gaps to fill in and the same tags."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

CATALOGUES = sorted(Path(settings.BASE_DIR).glob("*/locale/en/LC_MESSAGES/django.po"))
GAP = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
ENGLISH = {"accept-language": "en-GB,en;q=0.9"}
DUTCH = {"accept-language": "nl-NL,nl;q=0.9,en;q=0.5"}

each = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[3].name)


def messages(path):
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="en", abort_invalid=True) if message.id]


def pairs(path):
    """Every Dutch text with its English one; of a plural both forms."""
    for message in messages(path):
        dutch, english = message.id, message.string
        yield from zip(dutch, english, strict=True) if isinstance(dutch, tuple) else [(dutch, english)]


def marks(pattern, text):
    return sorted(pattern.findall(text))


@each
def test_every_text_has_an_english_one(path):
    assert [dutch for dutch, english in pairs(path) if not english.strip()] == []


@each
def test_nothing_is_out_of_date(path):
    assert [message.id for message in messages(path) if message.fuzzy] == []
    assert "#~" not in path.read_text(encoding="utf-8")


@each
def test_what_is_filled_in_is_the_same_in_both_languages(path):
    assert [dutch for dutch, english in pairs(path) if marks(GAP, dutch) != marks(GAP, english)] == []


@each
def test_the_tags_are_the_same_in_both_languages(path):
    assert [dutch for dutch, english in pairs(path) if marks(TAG, dutch) != marks(TAG, english)] == []


@each
def test_spaces_at_the_ends_are_kept(path):
    def ends(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [dutch for dutch, english in pairs(path) if ends(dutch) != ends(english)] == []


@each
def test_nobody_shouts(path):
    assert [dutch for dutch, english in pairs(path) if "!" in dutch + english] == []


def test_every_app_has_a_catalogue():
    apps = {Path(folder).parent.name for folder in settings.LOCALE_PATHS}
    assert {catalogue.parents[3].name for catalogue in CATALOGUES} == apps


def test_a_text_in_two_apps_reads_the_same():
    found = defaultdict(set)
    for catalogue in CATALOGUES:
        for message in messages(catalogue):
            found[message.context, message.id] |= {message.string} if message.string else set()
    assert {dutch: english for (_, dutch), english in found.items() if len(english) > 1} == {}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "Neighbours help each other"),
        ("/account/login/", "Forgotten your password?"),
        ("/wijken/", "Neighbourhoods"),
    ],
)
def test_an_english_browser_gets_english(client, klarendal, address, words):
    response = client.get(address, headers=ENGLISH)
    assert '<html lang="en">' in response.text
    assert words in response.text, "the catalogues are not compiled: sh setup.sh dev"


@pytest.mark.parametrize(
    ("address", "words"),
    [("/", "Buren helpen elkaar"), ("/account/login/", "Wachtwoord vergeten?"), ("/wijken/", "Wijken")],
)
def test_a_dutch_browser_gets_dutch(client, klarendal, address, words):
    response = client.get(address, headers=DUTCH)
    assert '<html lang="nl">' in response.text
    assert words in response.text
