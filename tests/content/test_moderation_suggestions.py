"""A manager suggests other words for a post; only its author takes them over (W-51)."""

from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.closure.erasure import leaver, residue, steps
from accounts.export import formats
from accounts.export.bundle import bundle
from accounts.requests.stopping import object_to, restrict
from content.moderation.actions import decide
from content.moderation.appeals import appeal
from content.moderation.authors import Appeal, Suggestion
from content.moderation.models import Decision, Reason
from content.moderation.phones import PhoneLook
from content.moderation.suggestions import accept, decline, lapse_due, may_suggest, old_and_new, standing, suggest
from content.posts import actions as posts
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

State, Status = Suggestion.State, Post.Status
NEW = {"title": "Wie hangt zaterdag een lamp op?", "text": "Mijn plafond is hoog. Kun jij op een trap staan?"}


@pytest.fixture
def live(anna, klarendal):
    return factories.post(anna, klarendal)


@pytest.fixture
def made(live, mo):
    return suggest(post=live, remark="Zo weet iedereen de dag.", seen=live.changed_at, by=mo, **NEW)


def address(post):
    return f"/beheer/klarendal/berichten/{post.pk}/voorstel/"


def typed(post, **fields):
    return {**NEW, "seen": post.changed_at.isoformat(), **fields}


def test_from_the_desk_to_the_mail_to_the_page_to_the_site(live, anna, mo, as_):
    desk = as_(mo)
    assert "Stel een andere tekst voor" in desk.get(f"/beheer/klarendal/berichten/{live.pk}/").content.decode()
    assert desk.post(address(live), typed(live, remark="Om de dag.")).status_code == 302
    live.refresh_from_db()
    assert live.title != NEW["title"]
    mail = OutgoingMail.objects.get(kind="moderation-suggestion")
    assert mail.recipient == anna.email
    assert NEW["title"] in mail.payload and "Om de dag." in mail.payload

    own = as_(anna)
    made = Suggestion.objects.get()
    assert "De wijkbeheerder stelt een andere tekst voor" in own.get(f"/mijn/berichten/{live.pk}/").content.decode()
    page = own.get(f"/mijn/voorstellen/{made.pk}/").content.decode()
    assert live.title in page and NEW["title"] in page and "Om de dag." in page
    assert '<ins class="came">' in page and '<del class="went">' in page
    own.post(f"/mijn/voorstellen/{made.pk}/", {"choice": "accept"})
    live.refresh_from_db()
    assert (live.title, live.text, live.status) == (NEW["title"], NEW["text"], Status.LIVE)
    assert live.summary.startswith("Mijn plafond is hoog.")
    assert "jouw tekst overgenomen" in OutgoingMail.objects.get(kind="moderation-suggestion-answer").payload
    history = desk.get(f"/beheer/klarendal/berichten/{live.pk}/").content.decode()
    assert "andere tekst voorgesteld" in history and "voorstel overgenomen" in history
    trail = AuditEvent.objects.filter(action__startswith="suggestion.").order_by("pk")
    assert list(trail.values_list("action", "actor_ref")) == [
        ("suggestion.make", mo.pk),
        ("suggestion.accepted", anna.pk),
    ]


def test_declining_leaves_the_post_and_tells_the_manager_why(made, live, anna, mo, as_):
    as_(anna).post(f"/mijn/voorstellen/{made.pk}/", {"choice": "decline", "answer": "Zaterdag kan ik niet."})
    before = live.title
    live.refresh_from_db()
    assert live.title == before
    mail = OutgoingMail.objects.get(kind="moderation-suggestion-answer")
    assert mail.recipient == mo.email and "> Zaterdag kan ik niet." in mail.payload
    assert not accept(suggestion=made, by=anna), "answered once"


def test_a_waiting_post_keeps_waiting_and_an_asked_change_is_read_again(anna, klarendal, mo):
    for status in (Status.WAITING, Status.CHANGES):
        post = waiting(anna, klarendal)
        if status == Status.CHANGES:
            decide(post=post, act=Decision.Act.ASK_CHANGE, by=mo, note="Welke dag?")
            post.refresh_from_db()
        found = suggest(post=post, remark="", seen=post.changed_at, by=mo, **NEW)
        assert accept(suggestion=found, by=anna)
        post.refresh_from_db()
        assert (post.title, post.status) == (NEW["title"], Status.WAITING)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("text", "Bel Anna op 06 12345678, zij helpt je."),
        ("text", "Mail naar anna@example.org."),
        ("title", "Lamp ophangen, Klarendalseweg 99"),
        ("text", "Maak 10 euro over naar NL91ABNA0417164300."),
        ("text", "Ik heb kanker en kan de trap niet op."),
    ],
)
def test_no_manager_puts_private_details_in_a_post(live, mo, as_, field, words):
    page = as_(mo).post(address(live), typed(live, **{field: words})).content.decode()
    assert "privé is en niet in het bericht stond" in page
    assert words.split()[0] in page, "what was typed stays"
    with pytest.raises(ValueError, match="private"):
        suggest(post=live, remark="", seen=live.changed_at, by=mo, **{**NEW, field: words})
    assert not Suggestion.objects.exists() and not OutgoingMail.objects.exists()


def test_what_the_author_told_already_may_stay(anna, klarendal, mo):
    post = factories.post(anna, klarendal, text="Bel me op 0612345678 over de lamp.")
    assert suggest(
        post=post, title="Lamp", text="Over de lamp: bel 06-12345678.", remark="", seen=post.changed_at, by=mo
    )


def test_a_suggestion_lapses_when_the_author_changes_the_post(made, live, anna, as_):
    posts.edit(post=live, by=anna, values={"text": "Mijn lamp is zwaar."})
    assert standing(live) is None
    own = as_(anna)
    assert "geldt niet meer" in own.get(f"/mijn/voorstellen/{made.pk}/").content.decode()
    own.post(f"/mijn/voorstellen/{made.pk}/", {"choice": "accept"})
    live.refresh_from_db()
    assert live.text == "Mijn lamp is zwaar."
    deliver()
    assert (lapse_due(), lapse_due()) == (1, 0)
    assert OutgoingMail.objects.get(kind="moderation-suggestion").state == "cancelled"


def test_a_suggestion_lapses_after_two_weeks(made, live, anna, mo):
    with clock.frozen(timedelta(days=14, minutes=1)):
        assert not accept(suggestion=made, by=anna)
        assert not decline(suggestion=made, by=anna, answer="")
        assert (lapse_due(), lapse_due()) == (1, 0)
        again = suggest(post=live, remark="", seen=live.changed_at, by=mo, **NEW)
        assert again and again != made
    made.refresh_from_db()
    assert made.state == State.LAPSED


def test_a_post_that_was_held_meanwhile_is_not_changed(made, live, anna, mo):
    decide(post=live, act=Decision.Act.HOLD, by=mo, reason=Reason.UNSAFE)
    assert not accept(suggestion=made, by=anna)


def test_one_at_a_time_and_for_the_words_that_were_read(made, live, anna, mo, as_):
    assert suggest(post=live, remark="", seen=live.changed_at, by=mo, **NEW) is None
    decline(suggestion=made, by=anna, answer="")
    seen = live.changed_at
    posts.edit(post=live, by=anna, values={"text": "Mijn lamp is zwaar."})
    assert suggest(post=live, remark="", seen=seen, by=mo, **NEW) is None
    as_(mo).post(address(live), {**NEW, "seen": seen.isoformat()})
    as_(mo).post(address(live), {**NEW, "seen": "onzin"})
    assert Suggestion.objects.count() == 1


def test_nobody_but_the_author_decides(made, live, anna, bram, mo, els, otto, as_):
    for stranger in (bram, mo, els, otto):
        assert not accept(suggestion=made, by=stranger)
        assert not decline(suggestion=made, by=stranger, answer="")
        assert as_(stranger).post(f"/mijn/voorstellen/{made.pk}/", {"choice": "accept"}).status_code == 404
    assert standing(live) == made


def test_the_objection_to_questions_stops_suggestions_as_well(live, anna, mo, as_):
    object_to(user=anna, code="questions", by=anna)
    assert not may_suggest(live, mo)
    assert suggest(post=live, remark="", seen=live.changed_at, by=mo, **NEW) is None
    desk = as_(mo)
    assert "Stel een andere tekst voor" not in desk.get(f"/beheer/klarendal/berichten/{live.pk}/").content.decode()
    desk.post(address(live), typed(live))
    assert not Suggestion.objects.exists()


def test_no_suggestion_to_oneself_to_who_is_frozen_or_about_what_is_over(live, anna, klarendal, mo):
    assert not may_suggest(factories.post(mo, klarendal), mo)
    assert not may_suggest(factories.post(anna, klarendal, status=Status.WITHDRAWN), mo)
    restrict(user=anna, reason="own_wish", by=anna)
    live.refresh_from_db()
    assert not may_suggest(Post.objects.get(pk=live.pk), mo)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"text": ""},
        {"title": "x" * 91},
        {"text": "x" * 3001},
        {"title": "\u202e\x00"},
        {"seen": "2026-99"},
    ],
)
def test_bad_input_is_answered_in_words(live, mo, as_, fields):
    assert as_(mo).post(address(live), typed(live, **fields)).status_code in {200, 302}
    assert not Suggestion.objects.exists()


def test_the_same_words_are_no_suggestion(live, mo, as_):
    page = as_(mo).post(address(live), typed(live, title=live.title, text=live.text)).content.decode()
    assert "Je hebt nog niets veranderd" in page


def test_marks_in_the_words_stay_words(live, mo, anna, as_):
    found = suggest(
        post=live,
        title="<b>Lamp</b> & meer",
        text="<script>x</script>\n\n# Kop",
        remark="",
        seen=live.changed_at,
        by=mo,
    )
    assert [part.kind for part in old_and_new(found)["title"]]
    page = as_(anna).get(f"/mijn/voorstellen/{found.pk}/").content.decode()
    assert "<b>Lamp" not in page and "<script>x" not in page and "&lt;b&gt;Lamp" in page


def test_it_is_in_the_download_and_goes_with_its_author(made, live, anna, mo, as_):
    """Also the appeal and the look at a phone number, of which the author is the subject."""
    decline(suggestion=made, by=anna, answer="Zaterdag kan ik niet.")
    decision = decide(post=live, act=Decision.Act.HOLD, by=mo, reason=Reason.UNSAFE)
    appeal(decision=decision, text="Ik ben het er niet mee eens.", by=anna)
    PhoneLook.objects.create(post=live, why="reason", explanation="Wij belden over morgen.")
    told = formats.as_json(bundle(anna))
    for words in (NEW["title"], "Zaterdag kan ik niet.", "Ik ben het er niet mee eens.", "Wij belden over morgen."):
        assert words in told
    assert "Yilmaz" not in told and mo.email not in told
    who = leaver(anna.pk)
    for step in steps():
        while step.apply(who):
            pass
    assert residue(who) == {}
    assert not any(model.objects.exists() for model in (Suggestion, Appeal, PhoneLook, Post))
