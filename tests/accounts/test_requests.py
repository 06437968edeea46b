"""A request about one's data, from asking to the answer (K-27 to K-32, W-92, W-93)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.office.desk import pressing
from accounts.requests import actions
from accounts.requests.models import RightsRequest
from accounts.retention.actions import purge
from wijk import clock
from wijk.mail.models import OutgoingMail

ASKED = {"text": "Mijn achternaam is Janssen, met twee s'en.", "delivery": "mail", "deliver_to": "", "form_key": "een"}


def mails(kind, to=""):
    rows = OutgoingMail.objects.filter(kind=kind).order_by("pk")
    return [mail for mail in rows if not to or mail.recipient == to]


def acts():
    return set(AuditEvent.objects.values_list("action", flat=True))


def words(mail):
    return json.loads(mail.payload)["text"]


def asks(as_, user, right="rectification", **changes):
    answer = as_(user).post(f"{reverse('requests:ask')}?recht={right}", {**ASKED, **changes})
    assert answer.status_code == 302, answer.context["form"].errors
    return RightsRequest.objects.get(user=user, right=right)


def step(as_, officer, name, request, **typed):
    return as_(officer).post(reverse(f"requests:{name}", args=[request.pk]), typed)


def decides(as_, officer, request, **changes):
    typed = {"outcome": "granted", "answer": "Je naam is nu Janssen.", "stays": "", **changes}
    return step(as_, officer, "decide", request, **typed)


def test_a_member_asks_the_desk_decides_and_the_answer_is_mailed(as_, anna, petra):
    request = asks(as_, anna)
    assert (request.state, request.user, request.channel) == ("received", anna, "web")
    assert request.identified_at, "who is logged in shows nothing more"
    assert mails("rights-received", anna.email) and mails("rights-new", petra.email)
    assert request.text not in words(mails("rights-new")[0]), "what was asked stays behind the log-in"

    assert step(as_, petra, "take_up", request, sure="on").status_code == 302
    assert (
        decides(as_, petra, request, stays="De rekening van vorig jaar, want dat moet van de wet.").status_code == 302
    )
    request.refresh_from_db()
    assert (request.state, request.outcome, request.ended_by_ref) == ("decided", "granted", petra.pk)

    answer = words(mails("rights-decided", anna.email)[0])
    for part in ("Je naam is nu Janssen.", "rekening van vorig jaar", settings.OPERATOR["authority"]):
        assert part in answer
    assert settings.OPERATOR["authority_address"] in answer
    assert settings.OPERATOR["complaint_url"] in answer
    page = as_(anna).get(reverse("requests:mine_detail", args=[request.pk])).content.decode()
    assert "Je naam is nu Janssen." in page and settings.OPERATOR["authority"] in page
    assert {"rights.ask", "rights.take_up", "rights.decide"} <= acts()


def test_the_same_form_sent_twice_is_one_request(as_, anna):
    asks(as_, anna)
    asks(as_, anna)
    assert RightsRequest.objects.count() == 1
    assert len(mails("rights-received", anna.email)) == 1


@pytest.mark.parametrize("missing", ["text", "delivery"])
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(as_, anna, missing):
    answer = as_(anna).post(f"{reverse('requests:ask')}?recht=complaint", {**ASKED, missing: ""})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [missing]
    if missing != "text":
        assert ASKED["text"] in answer.content.decode().replace("&#x27;", "'")


def test_who_wants_a_letter_says_where_it_goes_and_gets_no_mail_but_a_page_to_print(as_, anna, petra):
    typed = {**ASKED, "delivery": "post"}
    answer = as_(anna).post(f"{reverse('requests:ask')}?recht=complaint", typed)
    assert list(answer.context["form"].errors) == ["deliver_to"]
    request = asks(as_, anna, "complaint", delivery="post", deliver_to="Dorpsstraat 1, Arnhem")
    decides(as_, petra, request, answer="We gaan het beter doen.")
    assert not mails("rights-decided")
    letter = as_(petra).get(reverse("requests:letter", args=[request.pk])).content.decode()
    for part in ("Dorpsstraat 1", "We gaan het beter doen.", settings.OPERATOR["authority_address"]):
        assert part in letter


def test_a_decision_needs_its_reason(as_, anna, petra):
    request = asks(as_, anna)
    answer = decides(as_, petra, request, outcome="refused", answer="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["answer"])
    request.refresh_from_db()
    assert request.state == "received"


def test_a_member_sees_own_requests_only_and_may_drop_one(as_, anna, bram):
    request = asks(as_, anna)
    assert as_(bram).get(reverse("requests:mine_detail", args=[request.pk])).status_code == 404
    assert as_(bram).post(reverse("requests:take_back", args=[request.pk])).status_code == 404
    as_(anna).post(reverse("requests:take_back", args=[request.pk]))
    request.refresh_from_db()
    assert (request.state, bool(request.ended_at)) == ("withdrawn", True)


def test_a_note_stands_in_its_form_the_next_time(as_, anna, petra):
    request = asks(as_, anna)
    step(as_, petra, "note", request, text="Gebeld, komt morgen terug.")
    assert "Gebeld, komt morgen terug." in as_(petra).get(reverse("requests:note", args=[request.pk])).content.decode()


def test_what_ended_cannot_be_decided_again(as_, anna, petra):
    request = asks(as_, anna)
    decides(as_, petra, request)
    assert decides(as_, petra, request, outcome="refused", answer="Toch niet.").status_code == 302
    request.refresh_from_db()
    assert request.outcome == "granted"


def test_the_list_of_mine_takes_the_same_queries_for_one_as_for_many(as_, anna):
    browser = as_(anna)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(reverse("requests:mine")).status_code == 200
        return len(caught)

    asks(as_, anna)
    queries()
    one = queries()
    for number in range(5):
        asks_many = {**ASKED, "form_key": str(number)}
        browser.post(f"{reverse('requests:ask')}?recht=complaint", asks_many)
    # The first page after them shows what was said, and takes it out of the session.
    queries()
    assert queries() == one


def test_the_desk_takes_the_same_queries_for_one_request_as_for_many(as_, anna, bram, petra):
    browser = as_(petra)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(reverse("requests:desk")).status_code == 200
        return len(caught)

    decides(as_, petra, asks(as_, anna))
    asks(as_, anna, "complaint")
    queries()
    one = queries()
    decides(as_, petra, asks(as_, bram))
    asks(as_, bram, "complaint")
    assert queries() == one


# The clock -----------------------------------------------------------------------------------------------------------


def at(year, month, day, hour=12):
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_the_answer_is_due_after_thirty_days_or_a_month_what_comes_first(as_, anna):
    with clock.frozen(at(2026, 3, 10)):
        request = asks(as_, anna)
    assert request.due_at == request.received_at + timedelta(days=30)
    assert request.answer_by == request.due_at
    with clock.frozen(at(2027, 2, 1)):
        short = asks(as_, anna, "complaint", form_key="twee")
    assert short.due_at == short.received_at + timedelta(days=30)
    assert short.answer_by == at(2027, 3, 1)


def test_officers_are_reminded_at_seven_three_and_one_days_and_when_it_is_late_once_each(as_, anna, petra):
    request = asks(as_, anna)
    told = []
    for hours in range(0, 24 * 32, 6):
        with clock.frozen(request.received_at + timedelta(hours=hours)):
            actions.run_clock()
            actions.run_clock()
            told += [hours / 24] * (len(mails("rights-clock", petra.email)) - len(told))
    assert told == [23, 27, 29, 30]
    last = words(mails("rights-clock")[-1])
    assert "voorbij" in last


def test_what_is_late_is_an_alarm_at_the_privacy_desk(as_, anna):
    request = asks(as_, anna)
    [item] = [one for one in pressing() if f"Verzoek {request.pk}" in one.title]
    assert not item.urgent and item.due_at == request.answer_by
    with clock.frozen(request.answer_by + timedelta(hours=1)):
        [item] = [one for one in pressing() if f"Verzoek {request.pk}" in one.title]
        assert item.urgent
        assert request.is_late


def test_extending_adds_sixty_days_once_and_tells_why(as_, anna, petra):
    request = asks(as_, anna)
    step(as_, petra, "extend", request, reason="Het gaat om veel oude post.")
    request.refresh_from_db()
    assert request.due_at == request.received_at + timedelta(days=90)
    assert "Het gaat om veel oude post." in words(mails("rights-extended", anna.email)[0])
    step(as_, petra, "extend", request, reason="Nog meer.")
    request.refresh_from_db()
    assert request.due_at == request.received_at + timedelta(days=90)
    assert len(mails("rights-extended")) == 1


def test_extending_after_the_first_term_is_refused(as_, anna, petra):
    request = asks(as_, anna)
    with clock.frozen(request.answer_by + timedelta(minutes=1)):
        step(as_, petra, "extend", request, reason="Te laat gezien.")
    request.refresh_from_db()
    assert request.extended_at is None
    assert not mails("rights-extended")


def test_extending_needs_a_reason(as_, anna, petra):
    assert step(as_, petra, "extend", asks(as_, anna), reason="").status_code == 422


def test_reminders_start_anew_after_an_extension(as_, anna, petra):
    request = asks(as_, anna)
    with clock.frozen(request.answer_by - timedelta(days=2)):
        actions.run_clock()
        step(as_, petra, "extend", request, reason="Het is ingewikkeld.")
        actions.run_clock()
    assert len(mails("rights-clock", petra.email)) == 1
    request.refresh_from_db()
    with clock.frozen(request.answer_by - timedelta(days=6)):
        actions.run_clock()
    assert len(mails("rights-clock", petra.email)) == 2


def test_a_year_after_the_decision_it_is_gone(as_, anna, petra):
    request = asks(as_, anna)
    decides(as_, petra, request)
    for days, left in ((364, 1), (366, 0)):
        with clock.frozen(timedelta(days=days)):
            purge()
        assert RightsRequest.objects.count() == left
