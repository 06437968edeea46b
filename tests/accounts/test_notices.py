"""One mail to everybody after a leak: to whom, in which words, once each, and only after the count was typed."""

import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditEvent
from accounts.breaches import actions as breaches
from accounts.breaches.models import Breach
from accounts.closure import actions as closure
from accounts.notices import actions
from accounts.notices.models import LOOKED_AFTER, PARTS, Notice
from accounts.users.models import User
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds
from wijk.mail.worker import deliver, refusal

DESK = "/beheer/privacy/lekken/"


@pytest.fixture
def breach(petra):
    values = {"summary": "Een lijst lag open", "what": "Een lijst met adressen lag open", "discovered_at": clock.now()}
    return breaches.file(values=values, by=petra)


def words():
    return {
        language: {
            **{part: f"{part} in {language}" for part in PARTS},
            "affected": f"ja {language}",
            "others": f"nee {language}",
        }
        for language, _name in django_settings.LANGUAGES
    }


@pytest.fixture
def notice(breach, petra):
    made = actions.create(breach=breach, by=petra)
    assert actions.save(notice=made, words=words(), by=petra)
    return Notice.objects.get()


def mails():
    return OutgoingMail.objects.filter(kind="breach-notice")


def texts():
    return {mail.account_ref: json.loads(mail.payload)["text"] for mail in mails()}


def start(notice, by, **changes):
    Notice.objects.filter(pk=notice.pk).update(**changes)
    notice.refresh_from_db()
    assert actions.start(notice=notice, by=by) is not None
    notice.refresh_from_db()
    return notice


# To whom -------------------------------------------------------------------------------------------------------------


def test_every_account_gets_it_once_frozen_ones_and_those_without_newsletters_too(notice, petra, anna, bram, mo, otto):
    User.objects.filter(pk=bram.pk).update(restricted_at=clock.now())
    start(notice, petra)
    assert actions.send_due() == User.objects.count()
    assert sorted(mails().values_list("account_ref", flat=True)) == sorted(User.objects.values_list("pk", flat=True))
    assert actions.send_due() == 0 and actions.look_after() == 0
    assert mails().count() == User.objects.count()
    notice.refresh_from_db()
    assert (notice.state, notice.accounts, notice.queued) == ("sent", User.objects.count(), User.objects.count())
    assert declared_kinds()["breach-notice"].by_law
    frozen = mails().get(account_ref=bram.pk)
    assert refusal(frozen) == ""


def test_a_closed_account_and_one_made_afterwards_get_nothing(notice, petra, anna, bram):
    closure.close(user=bram, by=bram)
    start(notice, petra)
    later = factories.member("Later", "Gekomen")
    actions.send_due()
    assert set(mails().values_list("account_ref", flat=True)) == {petra.pk, anna.pk}
    assert not mails().filter(account_ref=later.pk).exists()
    actions.look_after()
    assert not mails().filter(account_ref__in=[later.pk, bram.pk]).exists()


def test_who_closes_while_it_goes_and_opens_again_hears_of_it_in_the_end_and_once(notice, petra, anna, bram):
    start(notice, petra)
    actions.send_due()
    closure.close(user=bram, by=bram)
    assert actions.look_after() == 0
    assert mails().get(account_ref=bram.pk).state == "cancelled"
    User.objects.filter(pk=bram.pk).update(is_active=True, epoch=2)
    assert (actions.look_after(), actions.look_after()) == (1, 0)
    assert sorted(mails().filter(account_ref=bram.pk).values_list("state", flat=True)) == ["cancelled", "waiting"]
    notice.refresh_from_db()
    assert notice.queued_again == 1
    with clock.frozen(LOOKED_AFTER + timedelta(days=1)):
        actions.look_after()
        notice.refresh_from_db()
        assert notice.settled_at and notice.tally["waiting"] == notice.accounts
        User.objects.filter(pk=bram.pk).update(epoch=9)
        mails().filter(account_ref=bram.pk).update(state="cancelled")
        assert actions.look_after() == 0


def test_each_reads_it_in_the_own_language_and_how_far_it_is_about_them(notice, petra, anna, bram, klarendal):
    User.objects.filter(pk=bram.pk).update(language="en")
    start(notice, petra, reach="neighbourhoods", reach_to=[str(klarendal.pk)])
    actions.send_due()
    said = texts()
    assert "what in nl" in said[anna.pk] and "ja nl" in said[anna.pk] and "nee nl" not in said[anna.pk]
    assert "what in en" in said[bram.pk] and "nee en" in said[bram.pk] and "ja en" not in said[bram.pk]
    notice.refresh_from_db()
    assert (notice.queued, notice.queued_affected) == (3, 1)


def test_numbers_of_accounts_say_who_is_affected_and_are_forgotten_afterwards(notice, petra, anna, bram):
    start(notice, petra, reach="numbers", reach_to=[str(bram.pk)])
    actions.send_due()
    said = texts()
    assert "ja nl" in said[bram.pk] and "nee nl" in said[anna.pk]
    with clock.frozen(LOOKED_AFTER + timedelta(hours=1)):
        actions.look_after()
    notice.refresh_from_db()
    assert notice.reach_to == [] and notice.settled_at


def test_a_way_to_choose_that_is_gone_tells_everybody(notice, petra, anna):
    start(notice, petra, reach="bestaat-niet", reach_to=["1"])
    actions.send_due()
    assert "ja nl" in texts()[anna.pk]


def test_the_outbox_is_not_flooded(notice, petra, anna, bram, monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING", 2)
    start(notice, petra)
    assert (actions.send_due(), actions.send_due()) == (2, 0)
    mails().update(state="sent")
    actions.send_due()
    notice.refresh_from_db()
    assert mails().count() == 3 and notice.state == "sent"


# Drills --------------------------------------------------------------------------------------------------------------


def test_a_drill_goes_to_the_privacy_desk_only_and_says_so(notice, petra, otto, anna):
    start(notice, petra, is_drill=True, drill_to="officers")
    actions.send_due()
    assert set(mails().values_list("account_ref", flat=True)) == {petra.pk, otto.pk}
    for mail in mails():
        payload = json.loads(mail.payload)
        assert payload["subject"].startswith("OEFENING") and "Dit is een oefening" in payload["text"]
    actions.look_after()
    assert mails().count() == 2
    assert Breach.objects.get().informed_at is None


def test_a_drill_to_nobody_proves_the_counts_and_sends_nothing(notice, petra, anna, bram, klarendal):
    start(notice, petra, is_drill=True, drill_to="nobody", reach="neighbourhoods", reach_to=[str(klarendal.pk)])
    actions.send_due()
    actions.look_after()
    notice.refresh_from_db()
    assert (notice.state, notice.accounts, notice.queued, notice.queued_affected) == ("sent", 3, 3, 1)
    assert not mails().exists()


def test_a_notice_about_a_drill_can_only_be_a_drill(petra, anna):
    drill = breaches.file(values={"summary": "x", "discovered_at": clock.now(), "is_drill": True}, by=petra)
    made = actions.create(breach=drill, by=petra)
    actions.save(notice=made, words=words(), is_drill=False, by=petra)
    assert Notice.objects.get().is_drill


# Writing and sending -------------------------------------------------------------------------------------------------


def typed(notice, **changes):
    said = {f"{language}_{part}": text for language, parts in words().items() for part, text in parts.items()}
    return {"versie": notice.revision, "reach": "all", "drill_to": "officers", **said, **changes}


def pages(notice):
    return f"{DESK}{notice.breach_id}/bericht/{notice.pk}/"


def test_a_notice_from_the_first_word_to_the_proof(as_, petra, breach, anna, bram):
    browser = as_(petra)
    assert browser.post(f"{DESK}{breach.pk}/bericht/").status_code == 302
    browser.post(f"{DESK}{breach.pk}/bericht/")
    made = Notice.objects.get()
    page = browser.get(pages(made)).text
    assert "Een lijst met adressen lag open" in page
    preview = browser.get(f"{pages(made)}bekijken/").text
    assert "Dit moet er nog bij" in preview and "English: Wat is er gebeurd?" in preview and "versturen" not in preview
    assert browser.get(f"{pages(made)}versturen/").url.endswith("/bekijken/")
    assert browser.post(pages(made), typed(made)).url.endswith("/bekijken/")
    preview = browser.get(f"{pages(made)}bekijken/").text
    assert "3 accounts krijgen deze mail" in preview and "versturen" in preview
    assert "what in en" in browser.get(f"{pages(made)}bekijken/mail/?taal=en").text
    made.refresh_from_db()
    wrong = browser.post(f"{pages(made)}versturen/", {"versie": made.revision, "count": "2"})
    assert wrong.status_code == 422 and "Er zijn nu 3 ontvangers" in wrong.text and not mails().exists()
    sent = browser.post(f"{pages(made)}versturen/", {"versie": made.revision, "count": "3"})
    assert sent.url.endswith("/voortgang/")
    assert browser.post(f"{pages(made)}versturen/", {"versie": made.revision, "count": "3"}).status_code == 302
    actions.send_due()
    deliver()
    proof = browser.get(f"{pages(made)}voortgang/").text
    assert "Petra Visser" in proof and "Accounts bij de start" in proof
    assert mails().count() == 3 and set(mails().values_list("state", flat=True)) == {"sent"}
    breach.refresh_from_db()
    assert breach.informed_at and "3" in breach.informed_how
    assert browser.get(f"{DESK}{breach.pk}/dossier/").text.count("3 accounts, 3 klaargezet") == 1
    acts = AuditEvent.objects.filter(about=f"accounts.notice:{made.pk}").order_by("pk")
    assert [act.action for act in acts] == ["notice.create", "notice.save", "notice.send", "notice.sent"]


def test_sending_asks_who_you_are_when_you_logged_in_long_ago(as_, petra, notice, anna):
    old = as_(petra, ago=timedelta(minutes=16))
    for answer in (old.get(f"{pages(notice)}versturen/"), old.post(f"{pages(notice)}versturen/", {"count": "2"})):
        assert answer.url.startswith("/account/reauthenticate/")
    notice.refresh_from_db()
    assert notice.is_draft


def test_the_count_is_asked_again_when_somebody_joined_in_the_meantime(as_, petra, notice, anna):
    browser = as_(petra)
    factories.member("Net", "Nieuw")
    answer = browser.post(f"{pages(notice)}versturen/", {"versie": notice.revision, "count": "2"})
    assert answer.status_code == 422 and "Er zijn nu 3 ontvangers" in answer.text


def test_what_was_changed_since_it_was_looked_at_is_not_sent(as_, petra, otto, notice):
    seen = notice.revision
    actions.save(notice=notice, words=words(), by=otto)
    count = User.objects.count()
    answer = as_(petra).post(f"{pages(notice)}versturen/", {"versie": seen, "count": str(count)})
    assert answer.status_code == 422 and "intussen veranderd" in answer.text
    assert actions.start(notice=notice, by=petra) is None
    assert Notice.objects.get().is_draft


def test_two_officers_at_one_draft_do_not_overwrite_each_other(as_, petra, otto, notice):
    first = typed(notice, nl_what="van Petra")
    assert as_(petra).post(pages(notice), first).status_code == 302
    answer = as_(otto).post(pages(notice), {**first, "nl_what": "van <Otto>"})
    assert answer.status_code == 422 and "van &lt;Otto&gt;" in answer.text
    assert Notice.objects.get().words["nl"]["what"] == "van Petra"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": "numbers", "to_numbers": ""},
        {"reach": "numbers", "to_numbers": "12a"},
        {"reach": "numbers", "to_numbers": "999999999999999999"},
        {"reach": "numbers", "to_numbers": "1" * 30},
        {"reach": "numbers", "to_numbers": "-1"},
        {"reach": "numbers", "to_numbers": " ".join("7" for _number in range(5001))},
        {"reach": "neighbourhoods"},
        {"reach": "neighbourhoods", "to_neighbourhoods": ["99999"]},
        {"reach": "neighbourhoods", "to_neighbourhoods": ["x' OR 1=1"]},
        {"reach": "bestaat-niet"},
        {"reach": ""},
        {"drill_to": "iedereen"},
        {"nl_subject": "x" * 121},
        {"en_what": "x" * 4001},
    ],
)
def test_impossible_choices_are_refused_in_words_and_nothing_typed_is_lost(as_, petra, notice, wrong):
    answer = as_(petra).post(pages(notice), typed(notice, nl_advice="let <b>op</b>", **wrong))
    assert answer.status_code == 422 and "let &lt;b&gt;op&lt;/b&gt;" in answer.text
    assert Notice.objects.get().reach == "all"


@pytest.mark.parametrize("count", ["", "drie", "-3", "3.5", "4", "9" * 500, "<b>", "1e3"])
def test_a_count_that_is_none_sends_nothing(as_, petra, notice, anna, bram, count):
    answer = as_(petra).post(f"{pages(notice)}versturen/", {"versie": notice.revision, "count": count})
    assert answer.status_code == 422 and Notice.objects.get().is_draft


def test_a_subject_cannot_become_another_header(as_, petra, notice):
    as_(petra).post(pages(notice), typed(notice, nl_subject="Lek\r\nBcc: all@example.org"))
    notice = start(Notice.objects.get(), petra)
    actions.send_due()
    assert json.loads(mails().first().payload)["subject"] == "Lek Bcc: all@example.org"


def test_words_of_a_notice_are_unreadable_in_the_table(notice):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_notice")
        assert "what in nl" not in " ".join(str(value) for value in cursor.fetchone())


def test_a_notice_belongs_to_its_own_leak(as_, petra, notice):
    other = breaches.file(values={"summary": "x", "discovered_at": clock.now()}, by=petra)
    for page in ("", "bekijken/", "bekijken/mail/", "versturen/", "voortgang/"):
        assert as_(petra).get(f"{DESK}{other.pk}/bericht/{notice.pk}/{page}").status_code == 404


def test_a_closed_leak_gets_no_new_notice(as_, petra, breach):
    held = breaches.decide(breach=breach, decision="no_breach", reason="x", by=petra)
    breaches.close(breach=held, lessons="x", answer="", by=petra)
    as_(petra).post(f"{DESK}{breach.pk}/bericht/")
    assert not Notice.objects.exists()


def test_a_batch_costs_the_same_few_queries_for_each_reader(notice, petra):
    for number in range(20):
        factories.member(f"Lid{number}", "X")
    start(notice, petra)
    with CaptureQueriesContext(connection) as queries:
        actions.send_due()
    # A savepoint, the mail and its release for each, and a handful for the batch.
    assert len(queries) <= 3 * 21 + 20
