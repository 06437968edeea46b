"""What a word of a question is taken for: forms, compounds, beginnings, slips of the finger."""

import pytest

from content.search.asking import asked
from content.search.compounds import PARTS, WHOLE, forms, holds, split
from content.search.question import Question
from content.search.results import answering, gather
from content.search.spelling import distance, nearest
from content.search.vocabulary import vocabulary
from tests import factories


def titles(query):
    found, _every = answering(asked(query))
    return sorted(found.values_list("title", flat=True))


@pytest.fixture
def place(anna, klarendal):
    return lambda *titles: [factories.post(anna, klarendal, title=title, text="Kom langs.") for title in titles]


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("bakfiets", "fiets"),
        ("fietsenmaker", "fiets"),
        ("fietsenmaker", "maker"),
        ("kinderfietszitje", "fiets"),
        ("boormachine", "boor"),
        ("tuinhulp", "tuin"),
        ("tuinhulp", "hulp"),
        ("buurtmoestuin", "tuin"),
        ("hondenoppas", "hond"),
        ("kattenoppas", "kat"),
        ("bomenkap", "boom"),
        ("huizenruil", "huis"),
        ("autorit", "auto"),
        ("autos", "auto"),
        ("lampjes", "lamp"),
        ("zwemles", "les"),
    ],
)
def test_a_compound_holds_its_parts(word, part):
    assert any(holds(word, form, ()) for form in forms(part))


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("autorisatie", "auto"),
        ("automatisch", "auto"),
        ("automaten", "auto"),
        ("voorbeeld", "beeld"),
        ("ervaring", "ring"),
        ("maatschappij", "maat"),
        ("bedrijf", "bed"),
        ("vergeten", "eten"),
        ("aroma", "oma"),
        ("totaal", "taal"),
        ("voor", "oor"),
        ("lesbisch", "les"),
        ("tuin", "tuin"),
        ("bus", "us"),
    ],
)
def test_a_word_that_only_looks_like_it_holds_nothing(word, part):
    assert not any(holds(word, form, ()) for form in forms(part))


def test_what_neighbours_write_is_a_part_too():
    assert not holds("kazooles", "les", ()) and holds("kazooles", "les", {"kazoo"})
    assert split("hondenoppas", ()) == ("honden", "oppas") and split("kazooles", {"kazoo"}) == ("kazoo", "les")
    assert split("tuin", ()) == split("automaat", ()) == ()
    assert not PARTS & WHOLE


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fiets", ["Bakfiets te leen", "Wie is fietsenmaker?"]),
        ("hulp", ["Tuinhulp gezocht"]),
        ("tuin", ["Tuinhulp gezocht"]),
        ("oppas hond", ["Hondenoppas"]),
        ("auto", ["Autorit naar zee"]),
        ("boor", ["Boormachine"]),
    ],
)
def test_a_word_is_found_inside_compounds(place, query, found):
    place("Bakfiets te leen", "Wie is fietsenmaker?", "Tuinhulp gezocht", "Hondenoppas", "Boormachine")
    place("Autorit naar zee", "Autorisatie aanvragen", "Automatisch licht")
    assert titles(query) == found


def test_a_compound_is_found_by_its_parts_when_they_stand_together(place):
    place("Oppas voor mijn hond", "Hond verloren", "Oppas gezocht")
    assert titles("hondenoppas") == ["Oppas voor mijn hond"]


def test_a_beginning_is_finished_but_a_whole_word_is_not(place):
    place("Boormachine te leen", "Autorisatie aanvragen", "Klarinet spelen")
    assert titles("boormach") == ["Boormachine te leen"] and titles("klari") == ["Klarinet spelen"]
    assert titles("auto") == titles("ma") == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fitsenmaker", "fietsenmaker"),
        ("feitsenmaker", "fietsenmaker"),
        ("klusser", ""),
        ("boormasjine", "boormachine"),
        ("pijano", "piano"),
        ("skilderen", "schilderen"),
        ("stijger", "steiger"),
        ("kompjuter", "computer"),
        ("komputer", "computer"),
        ("vout", "fout"),
        ("frauwen", "vrouwen"),
        ("hont", "hond"),
        ("oma", ""),
        ("0612345679", ""),
        ("boormachinesverhuurbedrijf", ""),
    ],
)
def test_a_slip_is_read_as_the_nearest_word(typed, meant):
    known = ["fietsenmaker", "boormachine", "piano", "schilderen", "steiger", "computer", "fout", "vrouwen", "hond"]
    written = [*known, "opa", "0612345678"]
    assert nearest(typed, dict.fromkeys(written, 1)) == ((meant,) if meant else ())


def test_the_word_that_more_texts_have_comes_first():
    assert nearest("fiest", {"fiets": 1, "feest": 5}) == ("feest", "fiets")
    assert distance("fiets", "feits", 2) == 1 and distance("fiets", "lamp", 1) == 2 and distance("", "ab", 2) == 2


def test_a_slip_is_said_openly_and_answered(client, place):
    place("Accordeon te leer", "Iets anders")
    page = client.get("/zoeken/?q=akkordeon")
    assert "Niemand schreef “akkordeon”" in page.text and 'href="/zoeken/?q=accordeon"' in page.text
    assert "<mark>Accordeon</mark> te leer" in page.text and page.context["number"] == 1
    assert "Bedoelde" not in client.get("/zoeken/?q=accordeon").text


def test_other_words_of_the_question_stay(place):
    place("Accordeon en lamp")
    meant = gather(Question("lamp Akkordeon!"))["meant"]
    assert [(one["word"], one["read_as"][0]["url"]) for one in meant] == [("akkordeon", "/zoeken/?q=lamp+accordeon")]


def test_a_real_word_is_never_read_as_another(client, place):
    place("Hoek opruimen")
    assert titles("hoed") == [] and "Bedoelde" not in client.get("/zoeken/?q=hoed").text


def test_what_was_hidden_is_offered_for_no_slip(client, place, klarendal):
    (post,) = place("Zonderlingeterm te leen")
    assert "zonderlingeterm" in client.get("/zoeken/?q=zonderlingetrem").text
    type(post).objects.filter(pk=post.pk).update(status="held")
    page = client.get("/zoeken/?q=zonderlingetrem").text
    assert "zonderlingeterm" not in page.lower()
    klarendal.version += 1
    klarendal.save()
    assert "zonderlingeterm" not in vocabulary().texts


def test_a_new_word_is_known_at_once(client, place):
    place("Lamp")
    assert titles("kazoo") == []
    place("Kazooles voor beginners")
    assert titles("kazoo") == ["Kazooles voor beginners"]


def test_words_older_than_the_vocabulary_are_still_found(place, monkeypatch):
    place("Oude kazoo", "Nieuwe kaboo")
    monkeypatch.setattr("content.search.vocabulary.MOST_TEXTS", 1)
    assert "kazoo" not in vocabulary().texts and titles("kazoo") == ["Oude kazoo"]
