"""Every call to Mailchimp as its contract has it, and every way in which it can go wrong (W-53)."""

import traceback
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests
from mailchimp_marketing.api_client import ApiClientError

from content.mailchimp import client, line
from content.mailchimp.client import Service, subscriber_of
from content.mailchimp.line import NoAgreement, NoEntry, Refusal, Trouble, Unknown, retry_after, server_of
from content.mailchimp.models import Connection
from tests.mailchimp_server import CONTRACT, KEY, md5
from wijk import clock

ANNA = "anna@example.org"
CALLS = {
    "getPing": lambda service: service.ping(),
    "getListsId": lambda service: service.size(),
    "putListsIdMembersId": lambda service: service.put(ANNA, "Anna"),
    "patchListsIdMembersId": lambda service: service.stop(md5(ANNA)),
    "postListsIdMembersHashActionsDeletePermanent": lambda service: service.forget(md5(ANNA)),
    "getListsIdMembers": lambda service: service.members(since=clock.now()),
    "getCampaigns": lambda service: service.find_campaign(["merk"]),
    "postCampaigns": lambda service: service.make_campaign(SETTINGS),
    "getCampaignsId": lambda service: service.campaign_status("00000000aa"),
    "putCampaignsIdContent": lambda service: service.fill_campaign("00000000aa", html="<p>Dag</p>", text="Dag"),
    "postCampaignsIdActionsSend": lambda service: service.send_campaign("00000000aa"),
}
SETTINGS = {"subject_line": "Nieuws", "title": "Nieuws [merk]", "from_name": "Wijk", "reply_to": "wijk@example.org"}
# What the service does, and what that is to us.
FAULTS = {
    "401": NoEntry,
    "403": NoEntry,
    "400": Refusal,
    "405": Refusal,
    "busy": Trouble,
    "500": Trouble,
    "empty": Trouble,
    "html": Trouble,
    "hang": Trouble,
    "drop": Trouble,
}


@pytest.fixture
def service(connection):
    with Service(connection) as opened:
        yield opened


def test_the_calls_are_those_of_the_contract(service, mailchimp):
    mailchimp.campaigns["00000000aa"] = {"id": "00000000aa", "status": "save", "recipients": {}, "emails_sent": 0}
    for call in CALLS.values():
        call(service)
    known = {one["operationId"] for path in CONTRACT["paths"].values() for one in path.values() if "operationId" in one}
    asked = {*mailchimp.names(), "getListsIdMembersId"}
    assert asked == known and known == {*CALLS, "getListsIdMembersId"}


def test_the_small_mailchimp_refuses_what_is_not_in_the_contract(service, mailchimp):
    for body in ({"email_address": "a@b.nl", "status_if_new": "maybe"}, {"status_if_new": "subscribed"}):
        with pytest.raises(Refusal):
            line.call(service.lists.set_list_member, service.audience, md5("a@b.nl"), body)
    with pytest.raises(Unknown):
        line.call(service.lists.get_list_locations, service.audience)
    assert len(mailchimp.wrong) == 3
    mailchimp.wrong.clear()


def test_only_an_address_and_a_first_name_go_over(service, mailchimp):
    service.put("Anna@Example.org", "Anna")
    assert mailchimp.calls[-1][2] == {
        "email_address": "Anna@Example.org",
        "status_if_new": "subscribed",
        "status": "subscribed",
        "merge_fields": {"FNAME": "Anna"},
    }


def test_a_reader_is_put_stopped_and_forgotten_however_often(service, mailchimp):
    number = subscriber_of(" Anna@Example.ORG ")
    assert number == md5("anna@example.org")
    for _time in range(2):
        service.put("anna@example.org", "Anna")
    assert mailchimp.subscribed() == ["anna@example.org"]
    for _time in range(2):
        service.stop(number)
    assert mailchimp.subscribed() == []
    for _time in range(2):
        service.forget(number)
    assert mailchimp.members == {}
    service.stop(number)
    with pytest.raises(Refusal, match="Forgotten Email Not Subscribed"):
        service.put("anna@example.org", "Anna")


def test_forgetting_is_only_done_when_mailchimp_no_longer_knows_the_reader(service, mailchimp):
    service.put("anna@example.org", "")
    mailchimp.postListsIdMembersHashActionsDeletePermanent = lambda *asked: (204, None)
    with pytest.raises(Trouble, match="still there"):
        service.forget(md5("anna@example.org"))


def test_all_pages_of_members_are_read(service, mailchimp, monkeypatch):
    monkeypatch.setattr(client, "PAGE", 2)
    for number in range(5):
        mailchimp.add(f"lezer{number}@example.org")
    assert len(service.members()) == 5
    assert mailchimp.names().count("getListsIdMembers") == 3
    assert all("email_address" not in asked["fields"] for _n, asked, _b in mailchimp.calls if "fields" in asked)


# What goes wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_of_each_call_is_trouble_and_never_a_success(service, mailchimp, said, kind, operation):
    mailchimp.fail(kind, operation, detail=f"{ANNA} cannot be done")
    with pytest.raises(FAULTS[kind]) as caught:
        CALLS[operation](service)
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in told and KEY[:32] not in told and ANNA not in told


def test_an_empty_503_is_what_the_library_alone_would_call_a_success(service, mailchimp, monkeypatch):
    monkeypatch.setattr(line, "_look_at", lambda answer: None)
    mailchimp.fail("empty", "postCampaignsIdActionsSend")
    assert service.campaigns.send("00000000aa").status_code == 503
    mailchimp.fail("empty", "postCampaignsIdActionsSend")
    with pytest.raises(Trouble):
        service.send_campaign("00000000aa")


@pytest.mark.parametrize(
    "problem",
    [
        ApiClientError("<html>", status_code=None),
        ApiClientError({"title": "Kapot", "detail": "anna@example.org"}, status_code=500),
        ApiClientError(requests.ConnectionError("anna@example.org")),
        ApiClientError(None),
    ],
)
def test_every_form_of_the_librarys_error_is_trouble_without_its_words(problem):
    def fails():
        raise problem

    with pytest.raises(Trouble) as caught:
        line.call(fails)
    assert "@" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize("answer", ["woorden", 7, None, True])
def test_what_is_no_answer_is_no_success(answer):
    with pytest.raises(Trouble):
        line.call(lambda: answer)


def test_a_redirect_is_not_followed(service, mailchimp):
    mailchimp.fail("elsewhere", "getPing", to=f"{mailchimp.url}/lists/{mailchimp.audience}")
    with pytest.raises(Trouble, match="http 302"):
        service.ping()
    assert mailchimp.names()[-1] == "getPing"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("99999999", 3600),
        ("date+90", 90),
        ("date-90", 0),
        ("date+99999", 3600),
        ("", None),
        ("morgen", None),
        ("-5", None),
        ("1e3", None),
        ("9" * 400, None),
    ],
)
def test_how_long_to_wait_is_read_from_seconds_or_a_date(value, wait):
    with clock.frozen(clock.now().replace(microsecond=0)) as now:
        if value.startswith("date"):
            value = format_datetime(now + timedelta(seconds=int(value[4:])), usegmt=True)
        found = retry_after(value)
    assert found == (None if wait is None else timedelta(seconds=wait))


def test_a_busy_service_says_how_long(service, mailchimp):
    mailchimp.fail("busy", "getPing", wait="7")
    with pytest.raises(Trouble) as caught:
        service.ping()
    assert caught.value.wait == timedelta(seconds=7)


@pytest.mark.parametrize("value", ["", "x", "../ping", "0" * 33, "Z" * 32, f"{'0' * 32}\n", "0" * 31 + "/", "server"])
def test_nothing_but_a_number_of_ours_gets_into_an_address(service, mailchimp, value):
    before = len(mailchimp.calls)
    for call in (service.stop, service.forget, service.send_campaign, service.campaign_status):
        with pytest.raises(Refusal):
            call(value)
    assert len(mailchimp.calls) == before


@pytest.mark.parametrize(
    "key",
    [
        "",
        "geheim",
        KEY[:32],
        f"{KEY}\n",
        KEY.replace("us7", "us7.evil.example/"),
        KEY.replace("us7", "server"),
        KEY.replace("us7", "us777"),
        KEY.replace("us7", "@evil.example"),
        KEY.upper(),
    ],
)
def test_a_key_names_one_of_mailchimps_own_houses_or_is_no_key(connection, no_network, key):
    assert server_of(key) == ""
    connection.api_key = key
    with pytest.raises(NoEntry):
        Service(connection)
    connection.api_key, connection.server = KEY, "us8"
    with pytest.raises(NoEntry):
        Service(connection)
    assert no_network == []


def test_the_real_service_is_asked_over_https_at_its_own_name():
    assert line.HOME == "https://{server}.api.mailchimp.com/3.0"
    assert max(line.TIMEOUT) <= 10


# The agreement -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": clock.now()},
        {"agreement_until": clock.today() - timedelta(days=1)},
        {"agreement_on": clock.today() + timedelta(days=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_without_an_agreement_nothing_reaches_the_network(connection, no_network, change):
    Connection.objects.filter(pk=connection.pk).update(**change)
    with pytest.raises(NoAgreement):
        Service(connection)
    assert no_network == []


@pytest.mark.parametrize("operation", CALLS)
def test_an_agreement_that_ends_meanwhile_stops_the_next_call(service, connection, no_network, operation):
    Connection.objects.update(ended_at=clock.now())
    with pytest.raises(NoAgreement):
        CALLS[operation](service)
    assert no_network == []


def test_taking_people_away_goes_on_after_the_end_until_all_are_gone(connection, mailchimp):
    mailchimp.add("anna@example.org")
    Connection.objects.update(ended_at=clock.now())
    with Service(connection, removing=True) as removing:
        removing.forget(md5("anna@example.org"))
        assert mailchimp.members == {}
        for call in (lambda: removing.put(ANNA, ""), lambda: removing.make_campaign(SETTINGS)):
            with pytest.raises(NoAgreement):
                call()
        Connection.objects.update(emptied_at=clock.now())
        with pytest.raises(NoAgreement):
            removing.stop(md5("anna@example.org"))
