"""An issue by way of Mailchimp: each reader once, whatever goes wrong on the way (W-53, W-54)."""

import json
import re
from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from content.mailchimp import actions, polling, sending, sync
from content.mailchimp.models import Campaign, Connection
from content.newsletters import actions as newsletters
from content.newsletters.brakes import pause
from content.newsletters.brakes import stop as stop_issue
from content.newsletters.emails import NEWSLETTER
from content.newsletters.models import Delivery, Newsletter
from content.newsletters.sending import send_due, start
from neighbourhoods.subscriptions.actions import stop
from tests import factories
from tests.content.mailchimp_town import later, reader
from tests.mailchimp_server import md5
from wijk import clock
from wijk.mail.models import OutgoingMail

ONE_CAMPAIGN = ["getListsIdMembers", "getCampaigns", "postCampaigns", "getCampaignsId", "putCampaignsIdContent"]
TO_SEND = ["getListsIdMembers", "getCampaignsId", "postCampaignsIdActionsSend"]
STEPS = sorted({*ONE_CAMPAIGN, *TO_SEND})
PASSING = ["busy", "500", "empty", "html", "hang", "drop"]


@pytest.fixture
def draft(connection, mo, anna, klarendal):
    factories.post(anna, klarendal, title="Wie helpt *|EMAIL|* met een lamp?")
    return newsletters.create(neighbourhood=klarendal, by=mo)


@pytest.fixture
def there(klarendal):
    """Three who know of Mailchimp."""
    return [reader(f"lezer{number}@example.org", klarendal, first_name="Fatima") for number in range(3)]


@pytest.fixture
def here(klarendal):
    """One who signed up before."""
    return reader("vroeger@example.org", klarendal, told=False)


def go(rounds=6):
    """The workers, for a while."""
    for number in range(rounds):
        with later(minutes=20 * number):
            sync.work()
            sending.advance_due()
            send_due()


def hand_over(draft, mo):
    return actions.hand_over(newsletter=draft, by=mo)


def mailboxes():
    return sorted(mail.recipient for mail in OutgoingMail.objects.filter(kind=NEWSLETTER.name))


def by_mailchimp(mailchimp):
    assert all(len(subjects) == 1 for subjects in mailchimp.sent_to.values())
    return sorted(mailchimp.sent_to)


def test_it_goes_once_to_who_knows_of_it_and_to_the_others_by_our_own_mail(mailchimp, draft, mo, there, here):
    campaign = hand_over(draft, mo)
    go()
    assert by_mailchimp(mailchimp) == [one.email for one in there] and mailboxes() == [here.email]
    draft.refresh_from_db()
    campaign.refresh_from_db()
    assert (draft.state, draft.is_held) == (Newsletter.State.SENT, False)
    assert (campaign.state, campaign.readers, campaign.by_ourselves) == (Campaign.State.SENT, 3, 1)
    names = [name for name in mailchimp.names() if name in STEPS]
    assert names == [*ONE_CAMPAIGN, *TO_SEND]
    acts = AuditEvent.objects.filter(action__startswith="mailchimp.").values_list("action", flat=True)
    assert list(acts.order_by("pk"))[-3:] == ["mailchimp.hand_over", "mailchimp.export", "mailchimp.campaign"]


def test_no_opens_and_no_clicks_are_counted(mailchimp, draft, mo, there):
    hand_over(draft, mo)
    go()
    (campaign,) = mailchimp.campaigns.values()
    assert set(campaign["tracking"].values()) == {False}
    assert campaign["settings"]["subject_line"] == draft.subject


def test_tags_stand_where_a_name_and_a_way_to_stop_belong_and_what_people_typed_is_none(mailchimp, draft, mo, there):
    Newsletter.objects.filter(pk=draft.pk).update(subject="*|MC:SUBJECT|* *|*|")
    draft.refresh_from_db()
    hand_over(draft, mo)
    go()
    (campaign,) = mailchimp.campaigns.values()
    html, text = campaign["content"]["html"], campaign["content"]["plain_text"]
    hello = "*|IF:FNAME|*Hallo *|FNAME|*,*|ELSE:|*Hallo buur,*|END:IF|*"
    for words in (html, text):
        assert words.count(hello) == 1 and words.count("*|UNSUB|*") >= 1
        left = words.replace(hello, "").replace("*|UNSUB|*", "")
        assert "*|" not in left and "|*" not in left and "gap" not in left
        assert "EMAIL" in left and not re.search(r"/nieuwsbrief/(stoppen|keuze)/\w", left)
    assert "*|" not in campaign["settings"]["subject_line"] + campaign["settings"]["title"]


@pytest.mark.parametrize("typed", ["*|X|*", "*|*", "|*|*|", "**||**", "*|*|EMAIL|*|*"])
def test_no_typed_tag_survives(typed):
    for made in (sending.harmless_html(typed), sending.harmless_text(typed)):
        assert "*|" not in made and "|*" not in made


def test_an_issue_goes_one_way_only(draft, mo, there):
    campaign = hand_over(draft, mo)
    assert hand_over(draft, mo) is None
    assert start(newsletter=draft, by=mo) is None
    assert send_due() == 0 and not Delivery.objects.exists()
    assert not newsletters.remove(newsletter=draft, by=mo)
    assert not pause(newsletter=draft, by=mo) and not stop_issue(newsletter=draft, by=mo)
    assert Campaign.objects.get() == campaign


def test_what_was_sent_by_ourselves_cannot_be_handed_over(draft, mo, there):
    start(newsletter=draft, by=mo)
    assert hand_over(draft, mo) is None and not Campaign.objects.exists()


def test_who_stops_before_it_leaves_gets_nothing(mailchimp, draft, mo, there):
    hand_over(draft, mo)
    sync.work()
    stop(subscription=there[0], by=None)
    mailchimp.change("lezer1@example.org", "unsubscribed")
    go()
    assert by_mailchimp(mailchimp) == ["lezer2@example.org"] and mailboxes() == []


def test_who_is_not_taken_back_gets_it_by_our_own_mail(mailchimp, draft, mo, there):
    mailchimp.forgotten.add(md5(there[0].email))
    hand_over(draft, mo)
    go()
    assert mailboxes() == [there[0].email] and len(by_mailchimp(mailchimp)) == 2


def test_people_who_never_signed_up_here_stop_the_issue(mailchimp, draft, mo, there):
    mailchimp.add("vreemd@example.org")
    campaign = hand_over(draft, mo)
    go()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.error) == ("waiting", "strangers") and not mailchimp.campaigns
    del mailchimp.members[md5("vreemd@example.org")]
    with later(minutes=60 * 24):
        go()
    assert len(by_mailchimp(mailchimp)) == 3


def test_who_was_thrown_off_by_hand_there_is_put_back_before_it_goes(mailchimp, draft, mo, there):
    sync.work()
    del mailchimp.members[md5(there[0].email)]
    hand_over(draft, mo)
    go()
    assert len(by_mailchimp(mailchimp)) == 3


# Trouble -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [False, True], ids=["before it was done", "after it was done"])
@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("step", STEPS)
def test_trouble_in_any_step_neither_loses_nor_doubles(mailchimp, draft, mo, there, here, said, step, kind, done):
    hand_over(draft, mo)
    mailchimp.fail(kind, step, times=2, done=done, wait="60")
    go()
    assert by_mailchimp(mailchimp) == [one.email for one in there] and mailboxes() == [here.email]
    assert len(mailchimp.campaigns) == 1 and mailchimp.sends == 1
    assert Campaign.objects.get().state == Campaign.State.SENT
    assert Connection.objects.get().failures == 0


@pytest.mark.parametrize("step", STEPS)
def test_a_key_that_is_not_taken_stops_the_issue_until_there_is_another(mailchimp, draft, mo, otto, there, said, step):
    hand_over(draft, mo)
    mailchimp.fail("401", step)
    go()
    connection = Connection.objects.get()
    assert connection.state == "broken" and mailchimp.sent_to == {}
    assert OutgoingMail.objects.filter(kind="mailchimp-broken").count() == 1
    assert actions.try_out(connection) == ""
    with later(minutes=60 * 24):
        go()
    assert len(by_mailchimp(mailchimp)) == 3 and mailchimp.sends == 1


FAULTS = [
    *("mailchimp:make:before", "mailchimp:make:after", "mailchimp:fill:after", "mailchimp:ask:in"),
    *("mailchimp:send:before", "mailchimp:send:after"),
]


@pytest.mark.parametrize("point", FAULTS)
def test_a_worker_killed_anywhere_is_taken_over_from(mailchimp, draft, mo, there, here, monkeypatch, point):
    class Killed(BaseException):
        pass

    struck = []

    def strike(name):
        if name == point and not struck:
            struck.append(name)
            raise Killed

    monkeypatch.setattr(sending, "fault", strike)
    hand_over(draft, mo)
    sync.work()
    with pytest.raises(Killed):
        sending.advance_due()
    go()
    assert by_mailchimp(mailchimp) == [one.email for one in there] and mailboxes() == [here.email]
    assert len(mailchimp.campaigns) == 1 and mailchimp.sends == 1


def test_a_restored_backup_finds_the_campaign_that_went(mailchimp, draft, mo, there, here):
    hand_over(draft, mo)
    go()
    Campaign.objects.all().delete()
    OutgoingMail.objects.all().delete()
    Delivery.objects.all().delete()
    Newsletter.objects.update(state=Newsletter.State.DRAFT, sent_at=None, sending_at=None)
    draft.refresh_from_db()
    hand_over(draft, mo)
    go()
    assert by_mailchimp(mailchimp) == [one.email for one in there] and mailchimp.sends == 1
    assert Campaign.objects.get().state == Campaign.State.SENT


def test_another_secret_key_loses_nobody_and_doubles_nothing(mailchimp, draft, mo, there, here, settings):
    hand_over(draft, mo)
    sync.work()
    mailchimp.fail("drop", "postCampaigns", done=True)
    sending.advance_due()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een-heel-andere-geheime-sleutel-van-de-site"
    with later(minutes=60):
        go()
    assert by_mailchimp(mailchimp) == [one.email for one in there] and mailboxes() == [here.email]
    assert len(mailchimp.campaigns) == 1 and mailchimp.sends == 1
    mailchimp.change(there[0].email, "unsubscribed")
    with later(minutes=60 * 24):
        assert polling.poll() == 1


def test_a_campaign_thrown_away_there_is_made_anew(mailchimp, draft, mo, there):
    campaign = hand_over(draft, mo)
    sync.work()
    mailchimp.fail("500", "putCampaignsIdContent")
    sending.advance_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.MADE
    mailchimp.campaigns.clear()
    with later(minutes=60):
        go()
    assert len(by_mailchimp(mailchimp)) == 3


# Back to our own mail ------------------------------------------------------------------------------------------------


def test_an_issue_that_never_left_may_go_by_our_own_mail(mailchimp, draft, mo, there, here):
    mailchimp.add("vreemd@example.org")
    campaign = hand_over(draft, mo)
    go()
    assert actions.send_ourselves(campaign=campaign, by=mo) is True
    assert actions.send_ourselves(campaign=campaign, by=mo) is False
    mailchimp.members.pop(md5("vreemd@example.org"))
    go()
    assert mailchimp.sent_to == {} and len(mailboxes()) == 4
    assert Newsletter.objects.get().state == Newsletter.State.SENT


def test_a_plain_no_to_sending_means_it_never_left(mailchimp, draft, mo, there, here):
    campaign = hand_over(draft, mo)
    mailchimp.fail("400", "postCampaignsIdActionsSend", times=99)
    go()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.FILLED
    assert actions.send_ourselves(campaign=campaign, by=mo) is True
    go()
    assert len(mailboxes()) == 4 and mailchimp.sent_to == {}


def test_what_may_have_left_is_not_sent_again_by_ourselves(mailchimp, draft, mo, there):
    campaign = hand_over(draft, mo)
    sync.work()
    mailchimp.fail("drop", "postCampaignsIdActionsSend", done=True)
    sending.advance_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.ASKED
    assert actions.send_ourselves(campaign=campaign, by=mo) is False
    assert mailboxes() == [] and send_due() == 0


def test_a_no_after_an_answer_that_was_lost_is_no_proof(mailchimp, draft, mo, there):
    campaign = hand_over(draft, mo)
    sync.work()
    mailchimp.fail("drop", "postCampaignsIdActionsSend")
    mailchimp.fail("400", "postCampaignsIdActionsSend")
    for minutes in (0, 60):
        with later(minutes):
            sending.advance_due()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.ASKED
    assert actions.send_ourselves(campaign=campaign, by=mo) is False


def test_the_end_of_the_agreement_stops_an_issue_that_waits(mailchimp, draft, mo, otto, there, here):
    campaign = hand_over(draft, mo)
    sync.work()
    actions.end(connection=campaign.connection, by=otto)
    go()
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.STOPPED and mailchimp.sent_to == {} and mailchimp.members == {}
    assert actions.send_ourselves(campaign=campaign, by=mo) is True
    go()
    assert len(mailboxes()) == 4


def test_who_moved_meanwhile_does_not_get_it_twice(mailchimp, draft, mo, klarendal, anna):
    mine = reader(anna.email, klarendal, user=anna)
    hand_over(draft, mo)
    sync.work()
    mailchimp.fail("drop", "postCampaignsIdActionsSend", done=True)
    sending.advance_due()
    type(mine).objects.move(anna, anna.email, "nieuw@example.org")
    with clock.frozen(timedelta(hours=1)):
        go()
    assert by_mailchimp(mailchimp) == [anna.email] and mailboxes() == []


def test_nothing_about_a_reader_is_kept_of_a_campaign(mailchimp, draft, mo, there):
    hand_over(draft, mo)
    go()
    row = json.dumps(Campaign.objects.values().get(), default=str)
    assert "example.org" not in row and md5(there[0].email) not in row
