"""What is past its declared term goes; a day before, it stays."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from accounts.audit.models import AuditEvent, record
from accounts.closure.models import AccountClosure
from accounts.retention.actions import purge
from accounts.users.models import User
from content.contact.models import Conversation, Message
from tests import factories
from wijk import clock
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.personal_data import REGISTER

DAY = timedelta(days=1)


def mail(anna, klarendal):
    return queue_composed(mail_kind("test-old", "x"), to="a@example.org", composed=compose_text("Oud", "x", "nl"))


def message(anna, klarendal):
    talk = Conversation.objects.create(post=factories.post(anna, klarendal), visitor_hash="h")
    with clock.frozen(timedelta(days=40)):
        Conversation.objects.filter(pk=talk.pk).update(last_message_at=clock.now())
    return Message.objects.create(conversation=talk, side="visitor", body="Hallo")


def conversation(anna, klarendal):
    return Conversation.objects.create(post=factories.post(anna, klarendal), visitor_hash="h")


def audit(anna, klarendal):
    return record("test.act", by=anna)


def closure(anna, klarendal):
    now = clock.now()
    return AccountClosure.objects.create(
        account_ref=99, epoch=1, received_at=now, erase_after=now, done_at=now, state="done"
    )


@pytest.mark.parametrize(
    ("make", "days"), [(mail, 365), (message, 30), (conversation, 60), (audit, 365), (closure, 365)]
)
def test_a_row_goes_when_its_term_is_over_and_not_before(anna, klarendal, make, days):
    row = make(anna, klarendal)
    with clock.frozen(timedelta(days=days) - DAY):
        purge()
        assert type(row)._base_manager.filter(pk=row.pk).exists()
    with clock.frozen(timedelta(days=days) + DAY):
        purge()
        assert not type(row)._base_manager.filter(pk=row.pk).exists()


def test_every_declaration_with_a_clock_and_a_span_is_followed(db):
    from accounts.retention.actions import over

    named = {name for name, _rows in over()}
    for declaration in REGISTER.values():
        if declaration.clock and declaration.term.span is not None:
            assert declaration.model._meta.label in named


def test_nothing_else_is_touched(anna, klarendal):
    post = factories.post(anna, klarendal)
    with clock.frozen(timedelta(days=4000)):
        purge()
    assert type(post).objects.filter(pk=post.pk).exists()
    assert User.objects.filter(pk=anna.pk).exists()


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
