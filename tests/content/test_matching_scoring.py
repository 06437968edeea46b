"""What the matcher sees in two texts, and what it says about it."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.matching import lexicon
from content.matching.scoring import Fit, rank, weights
from content.matching.signature import Reader, Signature, reader
from content.matching.spelling import key, split


def fit_of(request: tuple[str, ...], offer: tuple[str, ...]) -> Fit:
    read = reader().read
    return rank({"ask": read(*request)}, {"give": read(*offer)})["ask", "give"]


def test_matching_sees_words_theme_and_spelling_of_a_post_and_nothing_of_a_person():
    """Another field here is another thing we know of people: think first (C-62)."""
    assert {one.name for one in fields(Signature)} == {"theme", "words", "written", "concepts", "hints", "spelling"}


def test_words_of_who_asks_meet_other_words_of_who_gives():
    found = fit_of(
        ("Eenzaam bij het avondeten", "Ik eet altijd alleen.", "eten"),
        ("Ik kook graag voor twee", "Schuif gerust een avond aan, dan eten we samen.", "eten"),
    )
    assert found.score >= weights().good
    assert ("concept", ("samen eten",)) in [(reason.code, reason.about) for reason in found.reasons]


def test_posts_about_other_things_do_not_match():
    found = fit_of(
        ("Wie voert onze kat?", "Twee weken in mei.", "tuin-dieren"),
        ("Poes vermist", "Sinds dinsdag weg, zwart met wit.", "overig"),
    )
    assert found.score < weights().good
    assert fit_of(("Tafel gezocht", "", "lenen"), ("Tafeltennissen", "Iedere week.", "sport")).score < weights().good


def test_a_compound_meets_its_parts():
    assert "hond uitlaten" in reader().read("Hondenuitlaatservice", "").concepts
    assert split("dorpsmoestuin", lexicon.shared().parts) == ("dorp", "moestuin")
    assert split("boodschappen", lexicon.shared().parts) == ()


def test_a_single_weak_word_hints_and_two_are_enough():
    made = Reader(lexicon.read(["eten :: samen eten = pan?, tafel?, koken"]))
    assert made.read("Een pan", "").hints == {"samen eten"}
    assert made.read("Een pan op tafel", "").concepts == {"samen eten"}
    assert made.read("Koken", "").concepts == {"samen eten"}


def test_a_stem_that_is_another_everyday_word_is_not_used():
    assert key("bijen") == "bijen"
    assert key("lampen") == key("lamp")


def test_words_of_a_phrase_stand_near_each_other():
    made = Reader(lexicon.read(["huis :: haar = haar knippen, napraw* rower*"]))
    assert made.read("Wie kan mijn haar eens knippen?", "").concepts == {"haar"}
    assert made.read("Haar man wil graag in de tuin werken en daar de heg knippen", "").concepts == set()
    assert made.read("Naprawa rowerów", "").concepts == {"haar"}


def test_who_could_not_choose_a_theme_shares_none():
    ask, give = ("Ladder gezocht", ""), ("Ladder te leen", "")
    assert "theme" not in [reason.code for reason in fit_of((*ask, "anders"), (*give, "anders")).reasons]
    assert fit_of((*ask, "lenen"), (*give, "lenen")).score > fit_of((*ask, "anders"), (*give, "anders")).score
    assert fit_of((*ask, "lenen"), (*give, "sport")).score < fit_of((*ask, "anders"), (*give, "anders")).score


def test_what_only_looks_alike_is_never_a_good_match():
    found = fit_of(("Xqzkwvbnm", "", "klussen"), ("Xqzkwvbnmt", "", "klussen"))
    assert found.score < weights().good


@pytest.mark.parametrize("line", ["", "no concept", "a :: b", "a :: b = ", "a :: b = ?", "a :: b = x, , y"])
def test_a_line_that_is_no_concept_is_refused(line):
    with pytest.raises(ValueError, match="concept|empty"):
        lexicon.Lexicon().add(line)


def test_every_concept_has_words_of_its_own_and_a_theme():
    shared = lexicon.shared()
    assert len(shared.concepts) > 100
    assert {concept.theme for concept in shared.concepts.values()} >= {"eten", "klussen", "vervoer", "lenen"}
    assert shared.concepts["geldzaken"].discreet


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_score_between_nothing_and_certain(one, other):
    assert 0 <= fit_of((one, other, "klussen"), (other, one, "klussen")).score <= 1
