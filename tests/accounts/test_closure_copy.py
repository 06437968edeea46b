"""Leaving with a sealed copy, or without: the choice, the code, and the promise that weighs more (W-79, W-81, X-2)."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.archive import actions as archive
from accounts.archive.models import SealedCopy
from accounts.closure import actions, machine
from accounts.closure.models import AccountClosure
from accounts.users.models import User
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.sealing import OfflineKey, read_code
from wijk.settings_operator import COUNTRIES
from wijk.views import shown_mail

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])
CLOSE = "/mijn/opzeggen/"


def erase_everything(after=timedelta(hours=25)):
    with clock.frozen(after):
        return actions.advance_all()


def mail(kind):
    return shown_mail(OutgoingMail.objects.get(kind=kind))["text"]


@pytest.fixture
def offline(settings):
    key = OfflineKey.fresh()
    settings.SEALED_RECIPIENT = str(key.recipient)
    return key


def close_with_copy(browser):
    answer = browser.post(CLOSE, {"copy": "keep", "password": factories.PASSWORD})
    page = answer.content.decode()
    return answer, re.search(r"<code>([^<]+)</code>", page).group(1)


def test_the_code_is_shown_once_and_stands_nowhere_else(as_, anna):
    browser = as_(anna)
    answer, code = close_with_copy(browser)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    closure = AccountClosure.objects.get()
    assert closure.copy == "asked" and closure.code_key and code not in closure.code_key
    assert code not in mail("closing")
    assert code not in str(dict(browser.session))


def test_with_the_code_the_copy_opens_after_the_account_is_gone(as_, anna, klarendal):
    factories.post(anna, klarendal, title="Wie leent mij een ladder?")
    _answer, text = close_with_copy(as_(anna))
    assert erase_everything() == 1
    assert not User.objects.filter(pk=anna.pk).exists()
    copy = SealedCopy.objects.get()
    contents = archive.opened(copy=copy, pair=read_code(text).pair, holder="code")
    assert "Wie leent mij een ladder?" in str(contents)
    closure = AccountClosure.objects.get()
    assert (closure.copy, closure.code_key) == ("made", "")


def test_the_receipt_says_until_when_and_its_link_destroys_the_copy(client, as_, anna):
    close_with_copy(as_(anna))
    erase_everything()
    text = mail("closing-erased")
    assert "verzegelde kopie bewaard" in text
    path = re.search(r"https?://[^/]+(/\S+)", text.split("Wis alles nu")[1]).group(1)
    assert client.post(path).status_code in {200, 302}
    assert archive.copy_of_account(anna.pk) is None


def test_without_a_copy_nothing_is_sealed_and_the_receipt_says_so(as_, anna):
    as_(anna).post(CLOSE, {"copy": "erase", "password": factories.PASSWORD})
    erase_everything()
    assert not SealedCopy.objects.exists()
    assert "geen kopie bewaard" in mail("closing-erased")


def test_where_nobody_could_open_a_copy_none_is_offered(as_, anna, settings):
    settings.SEALED_COPIES = "never"
    browser = as_(anna)
    page = browser.get(CLOSE).content.decode()
    assert 'value="keep"' not in page and "Wissen is voorgoed" in page
    assert browser.post(CLOSE, {"copy": "keep", "password": factories.PASSWORD}).status_code == 200
    assert not AccountClosure.objects.exists()


def test_nothing_is_erased_while_the_copy_is_unproven_until_forty_hours(anna, klarendal, monkeypatch):
    factories.post(anna, klarendal)
    actions.close(user=anna, by=anna, copy=True, code_key=archive.new_code().public_key)

    def broken(**_):
        raise archive.NotSealed("disk full")

    monkeypatch.setattr(machine, "seal", broken)
    assert erase_everything(timedelta(hours=39)) == 0
    assert AccountClosure.objects.get().state == "sealing"
    assert User.objects.get(pk=anna.pk).posts.count() == 1
    assert erase_everything(timedelta(hours=41)) == 1
    assert not User.objects.filter(pk=anna.pk).exists()
    assert "niet gelukt" in mail("closing-erased")


def test_a_copy_refused_while_it_was_made_is_destroyed(anna, monkeypatch):
    actions.close(user=anna, by=anna, copy=True, code_key=archive.new_code().public_key)
    real = machine.seal

    def refused_meanwhile(**options):
        copy = real(**options)
        actions.close(user=anna, by=None)
        return copy

    monkeypatch.setattr(machine, "seal", refused_meanwhile)
    assert erase_everything() == 1
    assert archive.copy_of_account(anna.pk) is None
    assert "geen kopie bewaard" in mail("closing-erased")


def test_a_letter_without_a_choice_gets_the_copy_of_the_terms_and_a_way_to_end_it(anna, offline):
    call_command("closures", "file", anna.email)
    assert AccountClosure.objects.get().copy == "asked"
    erase_everything()
    copy = SealedCopy.objects.get()
    assert "Anna" in str(archive.opened(copy=copy, pair=offline.pair, holder="operator"))
    assert "Wis alles nu" in mail("closing-erased")


def test_a_letter_gets_no_copy_when_it_says_so_or_when_nobody_could_open_it(anna, bram, offline, settings):
    call_command("closures", "file", anna.email, "--without-copy")
    settings.SEALED_RECIPIENT = ""
    call_command("closures", "file", bram.email)
    assert set(AccountClosure.objects.values_list("copy", flat=True)) == {"none"}


def test_undoing_leaves_no_code_behind(client, as_, anna):
    close_with_copy(as_(anna))
    client.post(re.search(r"/opzeggen/ongedaan/[\w-]+/", mail("closing")).group())
    assert AccountClosure.objects.values_list("state", "code_key").get() == ("cancelled", "")


def test_whoever_is_erased_is_on_the_ledger_outside_the_database(anna):
    from accounts.archive import ledger

    actions.close(user=anna, by=anna)
    assert ledger.lines() == []
    erase_everything()
    (line,) = ledger.lines()
    assert line.subject in ledger.subjects("account", anna.pk)
    assert ledger.readiness() == ""


def test_the_receipt_names_the_authority_of_the_operators_country(anna, settings):
    settings.OPERATOR = {**settings.OPERATOR, **COUNTRIES["be"].__dict__}
    actions.close(user=anna, by=anna, at_once=True)
    actions.advance_all()
    assert "Gegevensbeschermingsautoriteit" in mail("closing-erased")
    assert "Autoriteit Persoonsgegevens" not in mail("closing-erased")
