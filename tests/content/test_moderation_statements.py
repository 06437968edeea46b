"""The reasons of a decision are data: shown to its author, mailed, and true about who decided (L-4)."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from content.moderation import actions
from content.moderation.actions import close_report, decide, hide_for_minor, publish_overdue, report
from content.moderation.models import AGAINST, Decision, Reason
from content.posts import actions as posts
from content.posts import terms
from content.posts.models import Post
from tests import factories
from tests.content.test_moderation import waiting
from wijk import clock
from wijk.mail.models import OutgoingMail

Act, Ground, Found, Status = Decision.Act, Decision.Ground, Decision.Found, Post.Status


@pytest.mark.parametrize(("reason", "ground"), [(Reason.ILLEGAL, Ground.LAW), (Reason.UNKIND, Ground.RULES)])
def test_a_decision_says_what_it_rests_on(anna, klarendal, mo, reason, ground):
    decision = decide(post=waiting(anna, klarendal), act=Act.REFUSE, by=mo, reason=reason)
    assert (decision.ground, decision.found, decision.automatic) == (ground, Found.OWN, False)


def test_an_approval_needs_no_ground(anna, klarendal, mo):
    assert decide(post=waiting(anna, klarendal), act=Act.APPROVE, by=mo).ground == ""


def test_a_decision_after_a_report_says_so(anna, klarendal, mo):
    made = report(post=factories.post(anna, klarendal), why="spam", text="", email="", form_key="x")
    close_report(report=made, by=mo, act=Act.REMOVE, reason=Reason.COMMERCIAL)
    assert Decision.objects.get().found == Found.REPORT


def test_the_clock_and_hiding_for_a_child_say_that_no_person_did_it(anna, bram, klarendal):
    hide_for_minor(factories.post(anna, klarendal))
    waiting(bram, klarendal)
    with clock.frozen(timedelta(hours=49)):
        publish_overdue()
    assert set(Decision.objects.values_list("act", "found", "automatic")) == {
        ("hold", "report", True),
        ("clock", "clock", True),
    }


# A photo that goes is told of in test_photos_desk, with a photo.
@pytest.mark.parametrize("act", [act for act in AGAINST if act != Act.PHOTO])
def test_the_author_reads_the_whole_statement_on_the_page_and_in_the_mail(anna, klarendal, mo, as_, act):
    post = factories.post(anna, klarendal) if act == Act.REMOVE else waiting(anna, klarendal)
    decision = decide(post=post, act=act, by=mo, reason=Reason.ILLEGAL, note="Dit <b>mag</b> niet.")
    page = as_(anna).get(f"/mijn/besluiten/{decision.pk}/").content.decode()
    mail = OutgoingMail.objects.get(kind__startswith="moderation-").payload
    for words in ("de wet", "een wijkbeheerder las het zelf", "computer", "bezwaar", "rechter"):
        assert words in page and words in mail, words
    assert "Dit &lt;b&gt;mag&lt;/b&gt; niet." in page
    assert "Yilmaz" not in page
    assert f'href="/mijn/besluiten/{decision.pk}/"' in as_(anna).get(f"/mijn/berichten/{post.pk}/").content.decode()


def test_hiding_for_a_child_is_told_as_what_it_is(anna, klarendal, as_):
    decision = hide_for_minor(factories.post(anna, klarendal))
    page = as_(anna).get(f"/mijn/besluiten/{decision.pk}/").content.decode()
    assert "de site zelf, meteen na een melding" in page and "een mens, geen computer" not in page
    assert "De site deed dit zelf" in OutgoingMail.objects.get(kind="moderation-hold").payload


# No machine refuses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [act for act in actions.ALLOWED if act != Act.HOLD])
@pytest.mark.parametrize("status", Status.values)
def test_without_a_person_nothing_is_decided_but_that_something_waits(anna, klarendal, act, status):
    post = factories.post(anna, klarendal, status=status)
    with pytest.raises(ValueError, match="person"):
        decide(post=post, act=act, by=None, reason=Reason.UNSAFE)
    post.refresh_from_db()
    assert post.status == status and not Decision.objects.exists()


@pytest.mark.parametrize("act", [Act.REFUSE, Act.REMOVE])
def test_the_database_takes_no_refusal_by_a_machine(anna, klarendal, act):
    post = factories.post(anna, klarendal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(post=post, act=act, automatic=True)


def test_no_code_calls_decide_without_a_person_but_to_hold():
    """Read from the code itself, so that a later path is found before it runs."""
    without = []
    for path in sorted((Path(settings.BASE_DIR) / "content").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "decide"
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords} if named else {}
            if given.get("by") == "None":
                without.append((path.name, given["act"]))
    assert without == [("actions.py", "Act.HOLD")]


def test_only_decisions_refuse_or_remove():
    """The two states are set in one place: by an effect of decide()."""
    setting = []
    for path in sorted((Path(settings.BASE_DIR) / "content").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = ast.unparse(node) if isinstance(node, ast.Assign | ast.Call) else ""
            ends = words.endswith(("Status.REFUSED", "Status.REMOVED"))
            if isinstance(node, ast.Assign) and ends or words in {"_put(Status.REFUSED)", "_put(Status.REMOVED)"}:
                setting.append((path.name, words))
            if isinstance(node, ast.Call) and "update(status=" in words and ("REFUSED" in words or "REMOVED" in words):
                setting.append((path.name, words))
    assert setting == [("actions.py", "_put(Status.REFUSED)"), ("actions.py", "_put(Status.REMOVED)")]


# Who waits ------------------------------------------------------------------------------------------------------------


def draft(author, neighbourhood, kind):
    return factories.post(author, neighbourhood, kind=kind, status=Status.DRAFT, published_at=None, submitted_at=None)


def test_a_first_post_waits_a_known_member_is_placed_at_once_and_a_request_always_waits(anna, klarendal):
    first = posts.submit(post=draft(anna, klarendal, Post.Kind.OFFER), by=anna)
    assert first.status == Status.WAITING
    with clock.frozen(timedelta(hours=49)):
        publish_overdue()
        assert posts.submit(post=draft(anna, klarendal, Post.Kind.OFFER), by=anna).status == Status.LIVE
        assert posts.submit(post=draft(anna, klarendal, Post.Kind.REQUEST), by=anna).status == Status.WAITING


@pytest.mark.parametrize("act", [Act.HOLD, Act.REMOVE])
def test_whose_only_post_was_taken_off_is_not_known(anna, klarendal, mo, act):
    decide(post=factories.post(anna, klarendal), act=act, by=mo, reason=Reason.UNSAFE)
    assert posts.submit(post=draft(anna, klarendal, Post.Kind.OFFER), by=anna).status == Status.WAITING


def test_a_held_post_has_no_clock_even_when_its_time_was_over(anna, klarendal, mo):
    post = waiting(anna, klarendal, publish_by=clock.now() - timedelta(minutes=1))
    decide(post=post, act=Act.HOLD, by=mo, reason=Reason.UNSAFE)
    # A forged moment: what is held is not published by it.
    Post.objects.filter(pk=post.pk).update(publish_by=clock.now() - timedelta(days=1))
    assert publish_overdue() == 0
    assert not Post.objects.visible().exists()


def test_nothing_of_the_author_puts_a_held_post_on_the_site(anna, klarendal, mo):
    post = factories.post(anna, klarendal)
    decide(post=post, act=Act.HOLD, by=mo, reason=Reason.UNSAFE)
    for act in (
        lambda: posts.submit(post=post, by=anna),
        lambda: posts.edit(post=post, by=anna, values={"text": "x"}),
        lambda: posts.renew(post=post, by=anna),
        lambda: posts.fulfil(post=post, by=anna),
    ):
        try:
            act()
        except posts.StaleError:
            pass
    with clock.frozen(timedelta(days=80)):
        publish_overdue()
        terms.expire_due()
        assert not Post.objects.visible().exists()
    post.refresh_from_db()
    assert post.status == Status.HELD
