"""Every text reads easily: at most twenty words a sentence, and no office words (B1)."""

import pytest

from scripts.plain_language import LEGAL, hard_words, known, sentences, texts, too_long, wrongs


def test_no_text_is_harder_than_it_was():
    assert [line for line in wrongs() if line not in known()] == []


def test_the_list_of_what_is_known_only_shrinks():
    """What is mended leaves the list: `python scripts/plain_language.py --write`."""
    assert [line for line in known() if line not in wrongs()] == []
    assert len(known()) <= 5


def test_a_long_sentence_is_found_and_a_filled_gap_is_one_word():
    assert too_long("Dit is kort. " * 30) == []
    assert too_long("woord " * 20 + "%(name)s.") == ["woord " * 20 + "X."]
    assert too_long("<p>" + "woord " * 20 + "</p>") == []
    assert list(sentences("Een.\nTwee\nDrie? Vier")) == ["Een.", "Twee", "Drie?", "Vier"]


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("nl", "Indien je wilt", "indien"),
        ("nl", "een selectie selecteren", "selecter*"),
        ("en", "in order to go", "in order to"),
    ],
)
def test_an_office_word_is_found_with_something_plainer(language, text, word):
    found = {hard: plain for pattern, (hard, plain) in hard_words()[language].items() if pattern.search(text)}
    assert found.get(word)


def test_a_word_inside_another_is_left_alone():
    assert not [word for pattern, (word, _) in hard_words()["nl"].items() if pattern.search("uurtje buurt jouwuwe")]


def test_the_legal_texts_are_read_in_both_languages():
    read = {(language, text) for _app, language, text in texts()}
    assert len(LEGAL) == 8
    assert {("nl", "## Als je weggaat"), ("en", "## If you leave")} <= read
