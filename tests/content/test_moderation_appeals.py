"""Objecting to a decision: once, in time, answered by somebody else (L-4)."""

import re
from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.requests.stopping import restrict
from content.moderation.actions import decide, hide_for_minor
from content.moderation.appeals import answer, appeal
from content.moderation.authors import Appeal, can_appeal
from content.moderation.emails import decision_url
from content.moderation.models import Decision, Reason
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock
from wijk.forms import signed_time
from wijk.links import signed
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver

Act, Status = Decision.Act, Post.Status
DESK = "/beheer/klarendal/bezwaren/"


@pytest.fixture
def nora(klarendal):
    return factories.manager("Nora", "Post", of=klarendal)


@pytest.fixture
def removed(anna, klarendal, mo):
    post = factories.post(anna, klarendal)
    return decide(post=post, act=Act.REMOVE, by=mo, reason=Reason.COMMERCIAL, note="Dit is een winkel.")


@pytest.fixture
def send(client):
    old = signed_time(age=timedelta(minutes=1))

    def post_appeal(decision, **fields):
        return client.post(decision_url(decision), {"text": "Ik verkoop niets.", "sent_at": old, **fields})

    return post_appeal


def is_live(decision):
    return Post.objects.visible().filter(pk=decision.post_id).exists()


def test_from_the_mail_without_logging_in_to_another_manager_and_back_on_the_site(
    removed, anna, mo, nora, client, send, as_
):
    mailed = re.search(r"/besluit/[\w:-]+/", OutgoingMail.objects.get(kind="moderation-remove").payload)[0]
    page = client.get(mailed).content.decode()
    assert "Het is reclame" in page and "Dit is een winkel." in page and "Maak bezwaar" in page
    assert not Appeal.objects.exists(), "reading changes nothing"
    send(removed)
    assert "Je bezwaar is binnen" in client.get(decision_url(removed)).content.decode()
    made = Appeal.objects.get()
    assert [mail.recipient for mail in OutgoingMail.objects.filter(kind="moderation-appeal")] == [nora.email]

    desk = as_(nora)
    assert "Er wacht 1 bezwaar" in desk.get("/beheer/klarendal/").content.decode()
    page = desk.get(f"{DESK}{made.pk}/").content.decode()
    assert "Ik verkoop niets." in page and "Mo Yilmaz" in page
    desk.post(f"{DESK}{made.pk}/", {"outcome": "undone", "answer": "Het is een hobby."})
    assert is_live(removed)
    told = OutgoingMail.objects.get(kind="moderation-appeal-answer")
    assert told.recipient == anna.email
    assert "Je krijgt gelijk" in told.payload and "> Het is een hobby." in told.payload
    assert not OutgoingMail.objects.filter(kind="moderation-restore").exists(), "one mail says it"
    undoing = removed.post.decisions.first()
    assert (undoing.act, undoing.decided_by, undoing.found) == (Act.RESTORE, nora, Decision.Found.APPEAL)
    trail = AuditEvent.objects.filter(action__startswith="appeal.").order_by("pk")
    assert list(trail.values_list("action", "actor_ref")) == [
        ("appeal.make", None),
        ("appeal.answer", nora.pk),
    ]


def test_a_decision_that_stands_is_explained(removed, anna, nora, as_):
    made = appeal(decision=removed, text="Ik verkoop niets.", by=anna)
    assert answer(appeal=made, by=nora, undone=False, text="Er staat een prijslijst bij.")
    assert not is_live(removed)
    told = OutgoingMail.objects.get(kind="moderation-appeal-answer").payload
    assert "Het besluit blijft" in told and "> Er staat een prijslijst bij." in told
    assert "Er staat een prijslijst bij." in as_(anna).get(f"/mijn/besluiten/{removed.pk}/").content.decode()


@pytest.mark.parametrize(
    ("act", "start", "back"),
    [
        (Act.ASK_CHANGE, Status.WAITING, Act.APPROVE),
        (Act.HOLD, Status.LIVE, Act.APPROVE),
        (Act.REFUSE, Status.WAITING, Act.RESTORE),
        (Act.REMOVE, Status.LIVE, Act.RESTORE),
    ],
)
def test_each_decision_against_a_post_can_be_undone(anna, klarendal, mo, nora, act, start, back):
    post = waiting(anna, klarendal) if start == Status.WAITING else factories.post(anna, klarendal)
    decision = decide(post=post, act=act, by=mo, reason=Reason.UNKIND, note="Niet aardig.")
    assert answer(appeal=appeal(decision=decision, text="Wel.", by=anna), by=nora, undone=True, text="Inderdaad.")
    assert is_live(decision)
    assert post.decisions.first().act == back


def test_who_decided_reads_along_and_cannot_answer(removed, anna, mo, as_):
    made = appeal(decision=removed, text="Ik verkoop niets.", by=anna)
    desk = as_(mo)
    page = desk.get(f"{DESK}{made.pk}/").content.decode()
    assert "Ik verkoop niets." in page and "Jij nam dit besluit" in page and "Beantwoord het bezwaar" not in page
    assert "Tegen jouw besluit" in desk.get(DESK).content.decode()
    assert "bezwaar tegen een besluit" not in desk.get("/beheer/klarendal/").content.decode()
    answered = desk.post(f"{DESK}{made.pk}/", {"outcome": "upheld", "answer": "Nee."}, follow=True)
    assert "kun jij niet beantwoorden" in answered.content.decode()
    assert not answer(appeal=made, by=mo, undone=False, text="Nee.")
    made.refresh_from_db()
    assert made.is_open and not OutgoingMail.objects.filter(kind="moderation-appeal-answer").exists()


def test_without_another_manager_the_operator_is_asked_and_answers(removed, anna, otto, as_, settings):
    made = appeal(decision=removed, text="Ik verkoop niets.", by=anna)
    assert OutgoingMail.objects.get(kind="moderation-appeal").recipient == settings.OPERATOR["email"]
    as_(otto).post(f"{DESK}{made.pk}/", {"outcome": "undone", "answer": "Het is een hobby."})
    assert is_live(removed)


def test_a_manager_of_another_neighbourhood_and_the_author_never_answer(removed, anna, els, nora, as_):
    made = appeal(decision=removed, text="Nee.", by=anna)
    assert as_(els).get(f"{DESK}{made.pk}/").status_code == 404
    assert as_(els).get(f"/beheer/presikhaaf-west/bezwaren/{made.pk}/").status_code == 404
    assert not answer(appeal=made, by=anna, undone=True, text="Ik.")


def test_a_manager_does_not_answer_an_appeal_of_the_own(mo, nora, klarendal, as_):
    decision = decide(post=factories.post(nora, klarendal), act=Act.HOLD, by=mo, reason=Reason.UNSAFE)
    made = appeal(decision=decision, text="Nee.", by=nora)
    assert as_(nora).get(f"{DESK}{made.pk}/").status_code == 404
    assert not answer(appeal=made, by=nora, undone=True, text="Ja.")


def test_once_for_each_decision(removed, anna, send):
    send(removed)
    send(removed, text="Nog een keer.")
    assert appeal(decision=removed, text="En nog eens.", by=anna) is None
    assert Appeal.objects.get().text == "Ik verkoop niets."


def test_within_half_a_year(removed, anna, client, send):
    with clock.frozen(timedelta(days=185)):
        assert "Bezwaar maken kan niet meer" in client.get(decision_url(removed)).content.decode()
        assert appeal(decision=removed, text="Te laat.", by=anna) is None
    with clock.frozen(timedelta(days=183)):
        assert appeal(decision=removed, text="Op tijd.", by=anna)


def test_only_against_what_went_against_the_author(anna, klarendal, mo, as_):
    approved = decide(post=waiting(anna, klarendal), act=Act.APPROVE, by=mo)
    own = decide(post=factories.post(mo, klarendal), act=Act.HOLD, by=mo, reason=Reason.UNSAFE)
    assert not can_appeal(approved) and not can_appeal(own)
    assert appeal(decision=approved, text="Toch.", by=anna) is None
    assert as_(anna).get(f"/mijn/besluiten/{approved.pk}/").status_code == 404


def test_hiding_after_a_report_about_a_child_can_be_appealed_and_any_manager_answers(anna, klarendal, mo):
    decision = hide_for_minor(factories.post(anna, klarendal))
    made = appeal(decision=decision, text="Ik ben 43.", by=anna)
    assert answer(appeal=made, by=mo, undone=True, text="Dat klopt.")
    assert is_live(decision)


def test_undoing_an_old_decision_does_not_touch_what_was_decided_since(anna, klarendal, mo, nora):
    post = factories.post(anna, klarendal)
    held = decide(post=post, act=Act.HOLD, by=mo, reason=Reason.UNCLEAR)
    made = appeal(decision=held, text="Nee.", by=anna)
    decide(post=post, act=Act.REMOVE, by=mo, reason=Reason.ILLEGAL)
    assert answer(appeal=made, by=nora, undone=True, text="Dat was niet nodig.")
    assert not is_live(held)
    assert "staat op de site" not in OutgoingMail.objects.get(kind="moderation-appeal-answer").payload


def test_a_second_answer_changes_nothing(removed, anna, nora, otto):
    made = appeal(decision=removed, text="Nee.", by=anna)
    assert answer(appeal=made, by=nora, undone=False, text="Blijft.")
    assert not answer(appeal=made, by=otto, undone=True, text="Weg.")
    assert OutgoingMail.objects.filter(kind="moderation-appeal-answer").count() == 1


def test_the_mail_to_managers_does_not_go_out_when_it_is_answered(removed, anna, nora):
    made = appeal(decision=removed, text="Nee.", by=anna)
    answer(appeal=made, by=nora, undone=False, text="Blijft.")
    deliver()
    assert OutgoingMail.objects.get(kind="moderation-appeal").state == "cancelled"


def test_it_stands_still_for_who_is_frozen(removed, anna, nora, as_):
    made = appeal(decision=removed, text="Nee.", by=anna)
    restrict(user=anna, reason="own_wish", by=anna)
    assert as_(nora).get(f"{DESK}{made.pk}/").status_code == 404
    assert not can_appeal(Decision.objects.get(pk=removed.pk))


@pytest.mark.parametrize("word", ["onzin", "x" * 4000, "%00"])
def test_a_made_up_link_opens_nothing(client, removed, word):
    assert client.get(f"/besluit/{word}/").status_code == 410
    assert client.get(f"/besluit/{signed(removed.pk, salt='other')}/").status_code == 410


def test_nothing_is_taken_from_robots_strangers_sites_and_empty_forms(client, removed, send):
    assert "Schrijf op waarom" in send(removed, text=" \u200b ").content.decode()
    send(removed, website="x")
    send(removed, sent_at="vals")
    assert (
        client.post(decision_url(removed), {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert not Appeal.objects.exists()


def test_an_answer_needs_an_outcome_and_words(removed, anna, nora, as_):
    made = appeal(decision=removed, text="Nee.", by=anna)
    for typed in ({}, {"outcome": "undone"}, {"outcome": "maybe", "answer": "x"}, {"answer": "x"}):
        assert as_(nora).post(f"{DESK}{made.pk}/", typed).status_code == 200
    assert Appeal.objects.get().is_open


def test_the_list_takes_few_queries(anna, klarendal, mo, nora, as_, django_assert_max_num_queries):
    for number in range(15):
        post = factories.post(anna, klarendal, title=f"Vraag {number}")
        appeal(decision=decide(post=post, act=Act.HOLD, by=mo, reason=Reason.UNSAFE), text="Nee.", by=anna)
    desk = as_(nora)
    desk.get(DESK)
    with django_assert_max_num_queries(18):
        assert desk.get(DESK).content.decode().count("Vraag ") >= 15
