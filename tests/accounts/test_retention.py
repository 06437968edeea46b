"""What is past its declared term goes; a day before, it stays."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.audit.models import AuditEvent, record
from accounts.closure.models import AccountClosure, ExternalErasure
from accounts.retention import actions
from accounts.retention.actions import NotAllGone, purge
from accounts.users.models import User
from content.contact.models import Conversation, Message
from content.moderation.models import Report
from content.posts.models import Post
from content.posts.tombstones import Tombstone
from tests import factories, rows
from wijk import clock
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.personal_data import REGISTER

DAY = timedelta(days=1)


# What else must be old when the clock of a row is.
WHOLE = {"neighbourhoods.Appointment": {"starts_on": clock.today() - timedelta(days=4000)}}


def old_row(model, moment):
    """A row whose term began at a moment; the trail is written as the site writes it."""
    if model is AuditEvent:
        with clock.frozen(moment):
            return record("test.act", by=None)
    made = rows.row(model, **WHOLE.get(model._meta.label, {}))
    model._base_manager.filter(pk=made.pk).update(**{REGISTER[model].clock: moment})
    return made


def count(model):
    """How many rows there are, apart from what the purge itself writes in the trail."""
    rows_of = model._base_manager.all()
    return (rows_of.exclude(action="retention.purge") if model is AuditEvent else rows_of).count()


CLOCKED = [found for found in REGISTER.values() if found.clock and found.term.span is not None]


@pytest.mark.parametrize("declaration", CLOCKED, ids=lambda found: found.model._meta.label)
def test_a_row_goes_a_day_after_its_term_and_not_a_day_before(klarendal, declaration):
    """For every declared term, by row counts: a dry run counts what then goes, and deletes nothing (K-53)."""
    model, label, span = declaration.model, declaration.model._meta.label, declaration.term.span
    day = min(DAY, span / 2) if span else DAY
    goes, stays = (old_row(model, clock.now() - span + shift) for shift in (-day, day))
    before = count(model)
    assert purge(dry_run=True)[label] == 1 and count(model) == before
    assert purge()[label] == 1 and count(model) == before - 1
    assert not model._base_manager.filter(pk=goes.pk).exists() and model._base_manager.filter(pk=stays.pk).exists()


NEVER_BEGAN = [found for found in CLOCKED if found.model._meta.get_field(found.clock).null]


@pytest.mark.parametrize("declaration", NEVER_BEGAN, ids=lambda found: found.model._meta.label)
def test_what_is_still_open_has_no_term_yet(klarendal, declaration):
    """An open closing, leak or report, and a draft, stay however old they are."""
    made = rows.row(declaration.model)
    declaration.model._base_manager.filter(pk=made.pk).update(**{declaration.clock: None})
    with clock.frozen(timedelta(days=4000)):
        purge()
    assert declaration.model._base_manager.filter(pk=made.pk).exists()


def test_a_post_waits_for_a_report_about_it(anna, klarendal):
    post = factories.post(anna, klarendal)
    report = rows.row(Report, post=post, closed_at=None)
    with clock.frozen(timedelta(days=600)):
        purge()
        assert Report.objects.filter(pk=report.pk).exists() and Post.objects.filter(pk=post.pk).exists()
        Report.objects.update(closed_at=clock.now())
    with clock.frozen(timedelta(days=966)):
        gone = purge()
    assert gone["content.Report"] == gone["content.Post"] == 1


def test_a_closing_waits_for_what_another_service_still_holds(db):
    now = clock.now()
    closure = rows.row(AccountClosure, state="done", received_at=now, done_at=now)
    elsewhere = rows.row(ExternalErasure, closure=closure)
    with clock.frozen(timedelta(days=400)):
        purge()
        assert AccountClosure.objects.exists() and ExternalErasure.objects.exists()
        ExternalErasure.objects.filter(pk=elsewhere.pk).update(done_at=clock.now())
    with clock.frozen(timedelta(days=766)):
        purge()
    assert not AccountClosure.objects.exists()


def test_a_term_with_a_span_has_a_clock_that_runs():
    """A span without a clock would be a promise that nobody keeps."""
    of_their_table = {"post", "session"}  # decisions and search words go with their post, devices with their session
    for declaration in REGISTER.values():
        if declaration.term.span is not None and declaration.retention not in of_their_table:
            assert declaration.clock, declaration.model._meta.label
    assert REGISTER[Post].clock


def test_a_clock_has_a_span_to_run():
    """A clock with a term in words alone would never ring."""
    assert [found.model._meta.label for found in REGISTER.values() if found.clock and found.term.span is None] == []


def test_an_account_is_not_thrown_away_by_age(anna):
    with clock.frozen(timedelta(days=4000)):
        purge()
    assert User.objects.filter(pk=anna.pk).exists()


def test_each_row_is_counted_as_what_it_is(anna, klarendal, capsys):
    """A message goes before its conversation would take it along: the dry run and the run say the same."""
    talk = Conversation.objects.create(post=factories.post(anna, klarendal), visitor_hash="h")
    Message.objects.create(conversation=talk, side="visitor", body="Hallo")
    with clock.frozen(timedelta(days=70)):
        told = purge(dry_run=True)
        assert told["content.Message"] == told["content.Conversation"] == 1
        assert purge() == told


def test_ended_sessions_and_their_devices_go(anna):
    session = SessionStore()
    session["x"] = 1
    session.set_expiry(3600)
    session.save()
    UserSession.objects.create(user=anna, ip="192.0.2.7", session_key=session.session_key, user_agent="x")
    purge()
    assert session.exists(session.session_key)
    assert UserSession.objects.exists()
    with clock.frozen(timedelta(days=2)):
        purge()
    assert not session.exists(session.session_key)
    assert not UserSession.objects.exists()


def test_a_sign_up_nobody_confirmed_goes_after_a_day(anna, klarendal):
    half = User.objects.create_user("half@example.org", "een-lang-wachtwoord", first_name="H", last_name="A")
    EmailAddress.objects.create(user=half, email=half.email, primary=True)
    no_address = User.objects.create_user("script@example.org", "een-lang-wachtwoord", first_name="S", last_name="A")
    with clock.frozen(timedelta(hours=23)):
        purge()
        assert User.objects.filter(pk=half.pk).exists()
    with clock.frozen(timedelta(hours=25)):
        purge()
    assert set(User.objects.values_list("pk", flat=True)) == {anna.pk, no_address.pk}


def test_a_dry_run_counts_and_changes_nothing(anna, klarendal, capsys):
    record("test.act", by=anna)
    with clock.frozen(timedelta(days=400)):
        call_command("retention", "--dry-run")
        assert "1  accounts.AuditEvent" in capsys.readouterr().out
        assert AuditEvent.objects.filter(action="test.act").exists()
        call_command("retention")
    assert not AuditEvent.objects.filter(action="test.act").exists()
    assert AuditEvent.objects.filter(action="retention.purge").exists()


def test_old_mail_is_deleted_in_batches(db, monkeypatch):
    monkeypatch.setattr("accounts.retention.actions.BATCH", 2)
    for number in range(5):
        queue_composed(
            mail_kind("test-many", "x"), to=f"a{number}@example.org", composed=compose_text("Oud", "x", "nl")
        )
    with clock.frozen(timedelta(days=366)):
        assert purge()["wijk.OutgoingMail"] == 5
    assert not OutgoingMail.objects.exists()


def test_one_table_in_trouble_does_not_hold_up_the_others(anna, monkeypatch, capsys):
    real = actions._delete

    def trouble(found, *args):
        if found.model is Message:
            raise DatabaseError("database disk image is malformed, near: Hallo Anna")
        return real(found, *args)

    monkeypatch.setattr(actions, "_delete", trouble)
    record("test.act", by=anna)
    with clock.frozen(timedelta(days=400)):
        with pytest.raises(NotAllGone, match=r"^content\.Message$"):
            purge()
        with pytest.raises(CommandError, match=r"content\.Message"):
            call_command("retention")
    assert not AuditEvent.objects.filter(action="test.act").exists()


def test_a_run_ends_in_time_and_the_next_goes_on(db, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    monkeypatch.setattr(actions, "BATCHES", 2)
    for number in range(5):
        rows.row(OutgoingMail, recipient_hash=str(number))
    with clock.frozen(timedelta(days=366)):
        assert purge()["wijk.OutgoingMail"] == 4
        monkeypatch.setattr(actions, "MOST_SECONDS", -1)
        assert purge() == {}
        monkeypatch.setattr(actions, "MOST_SECONDS", 300)
        assert purge()["wijk.OutgoingMail"] == 1


def test_long_work_tells_how_far_it_is(db, monkeypatch, capsys):
    monkeypatch.setattr(actions, "BATCH", 2)
    for _number in range(3):
        rows.row(OutgoingMail)
    with clock.frozen(timedelta(days=366)):
        call_command("retention")
    assert "wijk.OutgoingMail: 2" in capsys.readouterr().err
    for _number in range(3):
        rows.row(OutgoingMail)
    with clock.frozen(timedelta(days=366)):
        call_command("retention", verbosity=0)
    assert capsys.readouterr().err == ""


def test_an_old_post_leaves_its_number(anna, klarendal):
    """Its address answers that it is gone, and its words are nowhere (C-48, L-9)."""
    post = factories.activity(anna, klarendal, expires_at=clock.now() + DAY)
    with clock.frozen(timedelta(days=365)):
        purge()
        assert Post.objects.filter(pk=post.pk).exists()
    with clock.frozen(timedelta(days=367)):
        assert purge()["content.Post"] == 1
    assert not Post.objects.filter(pk=post.pk).exists() and Tombstone.objects.filter(post_ref=post.pk).exists()
