"""An account that nobody uses is warned twice and then closed; one log-in keeps it (C-46)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.audit.models import AuditEvent
from accounts.closure.models import AccountClosure
from accounts.closure.unused import look_after
from accounts.users.models import User
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import refusal
from wijk.sealing import OfflineKey

DAY = timedelta(days=1)
NOTHING = {"closed": 0, "last": 0, "first": 0}


@pytest.fixture
def start(anna):
    """The moment of Anna's last log-in."""
    User.objects.filter(pk=anna.pk).update(last_login=clock.now(), date_joined=clock.now() - 100 * DAY)
    return clock.now()


def run(moment):
    """What the clock does at a moment; mail that was written goes out at once."""
    with clock.frozen(moment):
        done = look_after()
        OutgoingMail.objects.filter(state="waiting").update(state="sent", sent_at=clock.now(), payload="", recipient="")
    return done


def test_two_mails_and_then_it_closes(anna, start):
    assert run(start + 334 * DAY) == NOTHING
    assert run(start + 336 * DAY) == {**NOTHING, "first": 1}
    assert run(start + 357 * DAY) == NOTHING, "no mail twice"
    assert run(start + 360 * DAY) == {**NOTHING, "last": 1}
    assert run(start + 366 * DAY) == NOTHING, "a whole week lies between the last mail and the end"
    assert run(start + 368 * DAY) == {**NOTHING, "closed": 1}
    anna.refresh_from_db()
    closure = AccountClosure.objects.get(account_ref=anna.pk)
    assert not anna.is_active and closure.reason == "letter" and closure.undo_hash, "there is a day to come back on it"
    assert AuditEvent.objects.filter(action="account.unused", about=f"accounts.user:{anna.pk}").count() == 1
    kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["unused-first", "unused-last", "closing"]
    assert run(start + 369 * DAY) == NOTHING


def test_the_mail_says_the_day_and_the_way_to_stay(anna, start):
    with clock.frozen(start + 336 * DAY):
        look_after()
    mail = OutgoingMail.objects.get(kind="unused-first")
    assert mail.recipient == "anna@example.org"
    assert (start + 365 * DAY).strftime("%Y") in mail.payload and "/account/" in mail.payload
    assert "verzegelde kopie" not in mail.payload
    assert "Log \\u00e9\\u00e9n keer in" in mail.payload or "Log één keer in" in mail.payload


def test_a_log_in_keeps_it_even_with_the_last_mail_on_its_way(anna, start):
    run(start + 336 * DAY)
    with clock.frozen(start + 360 * DAY):
        look_after()
        User.objects.filter(pk=anna.pk).update(last_login=clock.now() + timedelta(hours=1))
        assert refusal(OutgoingMail.objects.get(kind="unused-last")) == "no longer wanted"
    assert run(start + 400 * DAY) == NOTHING
    # A year later it begins anew.
    assert run(start + 360 * DAY + 337 * DAY) == {**NOTHING, "first": 1}


def test_an_account_that_was_idle_for_years_has_its_month_too(anna, start):
    assert run(start + 900 * DAY) == {**NOTHING, "first": 1}
    assert run(start + 922 * DAY) == NOTHING
    assert run(start + 924 * DAY) == {**NOTHING, "last": 1}
    assert run(start + 930 * DAY) == NOTHING
    assert run(start + 932 * DAY) == {**NOTHING, "closed": 1}


def test_a_mail_that_never_went_out_is_no_warning(anna, start):
    with clock.frozen(start + 336 * DAY):
        look_after()
        OutgoingMail.objects.all().cancel()
    assert run(start + 337 * DAY) == {**NOTHING, "first": 1}
    with clock.frozen(start + 361 * DAY):
        look_after()
    with clock.frozen(start + 390 * DAY):
        assert look_after() == NOTHING, "the last mail still waits"


def test_who_works_here_is_frozen_or_has_something_standing_is_left_alone(anna, bram, mo, eva, otto, klarendal, start):
    User.objects.update(last_login=None, date_joined=start - 900 * DAY)
    User.objects.filter(pk=bram.pk).update(restricted_at=start)
    factories.post(anna, klarendal)
    assert run(start) == NOTHING
    keeper = factories.member("Karel", "Kok")
    User.objects.filter(pk=keeper.pk).update(date_joined=start - 900 * DAY)
    organisation = factories.organisation("De Kok", klarendal, editor=keeper)
    assert run(start) == NOTHING
    organisation.is_live = False
    organisation.save()
    Post.objects.update(status="expired")
    assert run(start)["first"] == 2


def test_the_terms_decide_about_a_copy(anna, start, settings):
    settings.SEALED_RECIPIENT = str(OfflineKey.fresh().recipient)
    with clock.frozen(start + 336 * DAY):
        look_after()
    assert "verzegelde kopie" in OutgoingMail.objects.get().payload
    for day in (336, 360, 368):
        run(start + day * DAY)
    assert AccountClosure.objects.get().copy == "asked"


def test_the_operator_sets_the_years(anna, start, settings):
    settings.INACTIVE_YEARS = 2
    assert run(start + 400 * DAY) == NOTHING
    assert run(start + 702 * DAY) == {**NOTHING, "first": 1}


def test_one_account_in_trouble_does_not_hold_up_the_others(anna, bram, start, monkeypatch):
    User.objects.update(last_login=start)
    real = factories.User.objects.get(pk=anna.pk)
    monkeypatch.setattr(
        "accounts.closure.unused._tell", lambda account, *rest: 1 / 0 if account.pk == real.pk else None
    )
    assert run(start + 336 * DAY)["first"] == 1


def test_a_dry_run_counts_and_changes_nothing(anna, start):
    out = StringIO()
    with clock.frozen(start + 336 * DAY):
        call_command("retention", "--dry-run", stdout=out)
    assert "1 eerste mails" in out.getvalue() and "anna" not in out.getvalue().lower()
    assert not OutgoingMail.objects.exists()
    with clock.frozen(start + 336 * DAY):
        call_command("retention", stdout=out, stderr=StringIO())
    assert OutgoingMail.objects.filter(kind="unused-first").count() == 1
