"""The table of clocks (section 6 of the design, section 9 of the requirements), as far as the site has them."""

from datetime import timedelta

import pytest

from accounts.archive.backups import PARTS
from accounts.archive.models import SealedCopy, span
from accounts.audit.models import AuditEvent
from accounts.breaches.models import LIMIT as BREACH_LIMIT
from accounts.breaches.models import Breach
from accounts.closure import unused
from accounts.closure.actions import close
from accounts.closure.models import ALARM, COOLING, LIMIT, RED_ALARM, SHORTEST_COOLING, AccountClosure
from accounts.compliance.models import ComplianceCheck, Disclosure
from accounts.notices.models import Notice
from content.contact.models import TIME_TO_CONFIRM, Conversation, Message
from content.moderation.models import Report
from content.newsletters.models import Delivery
from content.posts.actions import PATIENCE
from content.posts.models import LIFE, Post
from content.signups.models import TIME_TO_CONFIRM as TIME_TO_CONFIRM_SIGN_UP
from content.signups.models import SignUp
from neighbourhoods.managers.models import Appointment
from neighbourhoods.subscriptions import actions as subscriptions
from neighbourhoods.subscriptions.models import CONFIRM_WITHIN, Subscription
from tests import factories, rows
from wijk import clock, schedule
from wijk.mail import worker
from wijk.mail.models import OutgoingMail, Undeliverable
from wijk.personal_data import REGISTER, TERMS

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)

# What is kept for a time after an event: the table, the column its clock runs from, and for how long.
KEPT = [
    (Message, "written_at", 30 * DAY),  # conversation text after delivery
    (Conversation, "last_message_at", 60 * DAY),  # who wrote to whom, after the last use
    (SignUp, "activity_ends_at", 30 * DAY),  # C-49, after the activity
    (AuditEvent, "at", YEAR),  # C-50
    (OutgoingMail, "created_at", YEAR),  # C-51
    (Undeliverable, "marked_at", YEAR),
    (Delivery, "queued_at", YEAR),  # C-51, newsletters
    (Post, "expires_at", YEAR),  # C-48, past activities above all
    (Appointment, "ends_on", YEAR),  # C-47
    (Report, "closed_at", YEAR),
    (AccountClosure, "done_at", YEAR),
    (SealedCopy, "destroyed_at", YEAR),  # only that there was one
    (Breach, "closed_at", 5 * YEAR),
    (Notice, "finished_at", 5 * YEAR),
    (ComplianceCheck, "created_at", 5 * YEAR),
    (Disclosure, "created_at", 5 * YEAR),
]


@pytest.mark.parametrize(("model", "event", "kept"), KEPT, ids=lambda one: getattr(one, "__name__", str(one)))
def test_what_is_kept_for_a_time_is_declared_with_that_time(model, event, kept):
    declaration = REGISTER[model]
    assert (declaration.clock, declaration.term.span) == (event, kept)


def test_every_other_clock_of_the_table_has_its_length(settings):
    assert (LIMIT, ALARM, RED_ALARM) == (48 * HOUR, 36 * HOUR, 44 * HOUR)
    assert COOLING + SHORTEST_COOLING < 26 * HOUR, "erased about a day after receipt"
    assert BREACH_LIMIT == 72 * HOUR
    assert (LIFE, PATIENCE) == (56 * DAY, 48 * HOUR)
    assert CONFIRM_WITHIN == TIME_TO_CONFIRM == TIME_TO_CONFIRM_SIGN_UP == TERMS["unconfirmed"].span == DAY
    assert TERMS["invitation"].span == 14 * DAY
    settings.SEALED_YEARS = 5
    assert span() <= timedelta(days=5 * 366)
    settings.INACTIVE_YEARS = 1
    assert (unused.term(), unused.FIRST, unused.LAST) == (YEAR, 30 * DAY, 7 * DAY)  # C-46
    assert {part.folder: part.kept for part in PARTS} == {"main": 35 * DAY, "keyring": 14 * DAY}


def test_what_keeps_these_clocks_runs_often_enough():
    runs = {job.function: job.every for job in schedule.JOBS}
    assert runs["accounts.retention.actions.purge"] <= HOUR
    assert runs["accounts.closure.machine.advance_all"] <= timedelta(minutes=5)
    assert runs["accounts.closure.unused.look_after"] <= DAY
    assert runs["accounts.archive.keeping.tidy"] <= DAY


def test_under_16_is_erased_at_once_and_without_a_copy(anna, otto):
    closure = close(user=anna, by=otto, reason="minor", copy=True)
    assert closure.erase_after <= clock.now() and closure.copy == "none"


def test_an_unsubscription_counts_at_once(klarendal):
    subscription = factories.subscription("a@example.org", klarendal)
    assert Subscription.objects.confirmed().filter(pk=subscription.pk).exists()
    subscriptions.stop(subscription=subscription, by=None)
    assert not Subscription.objects.confirmed().filter(pk=subscription.pk).exists()


def test_the_words_of_a_mail_are_wiped_when_it_leaves(db, settings):
    settings.SHOW_OUTBOX = False
    values = {"payload": "{}", "recipient": "a@example.org", "state": "sending", "lease": "mine"}
    mail = rows.row(OutgoingMail, kind="rights-received", **values)
    worker._finish(mail, state=OutgoingMail.State.SENT)
    mail.refresh_from_db()
    assert mail.payload == mail.recipient == ""
