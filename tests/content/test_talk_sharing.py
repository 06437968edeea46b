"""The only reveal: what a side chooses to give the other, both ways, and only as long as it wants."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.audit.models import AuditEvent
from accounts.closure import actions as closure
from content.contact import actions, relay
from content.contact.models import Conversation
from content.contact.sharing import SharedDetails
from tests import factories
from tests.content.test_contact import VISITOR_ADDRESS, confirmed, wire
from wijk import clock
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, contact_name="Annemarie", contact_phone="+31612345678")


@pytest.fixture
def talk(client, post):
    return confirmed(client, post, name="Vera")


def fresh(talk):
    return Conversation.objects.with_parties().get(pk=talk.pk)


def member_url(talk, page="share"):
    return reverse(f"contact:{page}", args=[talk.pk])


def visitor_url(talk, page="share"):
    return reverse(f"contact:visitor_{page}", args=[talk.token])


def shared_mails():
    return OutgoingMail.objects.filter(kind="contact-shared").order_by("pk")


def test_the_form_is_filled_in_and_nothing_is_ticked(client, as_, talk, anna):
    hers = as_(anna).get(member_url(talk, "thread")).content.decode()
    assert "Annemarie" in hers and "+31 6 12345678" in hers and "anna@example.org" in hers and "share_address" in hers
    his = client.get(visitor_url(talk, "thread")).content.decode()
    assert 'value="Vera"' in his and f'value="{VISITOR_ADDRESS}"' in his and "share_address" not in his
    assert "checked" not in hers and "checked" not in his


def test_what_a_poster_shares_is_on_the_page_and_in_one_mail_and_nothing_else(client, as_, talk, anna):
    typed = {
        "share_name": "on",
        "name": "Anna",
        "email": "anna@example.org",
        "phone": "06-1",
        "address": "Lampstraat 7",
    }
    typed |= {"share_phone": "on"}
    assert as_(anna).post(member_url(talk), typed).url == member_url(talk, "thread") + "#gedeeld"
    as_(anna).post(member_url(talk), typed)
    page = client.get(visitor_url(talk, "thread")).content.decode()
    mail = shared_mails().get()
    assert mail.recipient == VISITOR_ADDRESS and "Anna deelt gegevens met je" in wire(mail)
    for seen in (page, wire(mail)):
        assert "06-1" in seen and "Anna" in seen
        assert "anna@example.org" not in seen and "Lampstraat" not in seen and "Annemarie" not in seen
    assert "Gesprek met" not in page and "Anna deelt met jou" in page
    assert relay.shared_values(fresh(talk)) == {"Anna", "06-1"}


def test_what_a_visitor_shares_reaches_the_poster(client, as_, talk, anna):
    client.post(visitor_url(talk), {"share_email": "on", "email": "ander@example.net", "name": "Vera"})
    page = as_(anna).get(member_url(talk, "thread")).content.decode()
    assert "ander@example.net" in page and VISITOR_ADDRESS not in page
    assert "ander@example.net" in wire(shared_mails().get()) and VISITOR_ADDRESS not in wire(shared_mails().get())


def test_the_name_that_is_shared_is_the_name_the_other_sees(client, as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_name": "on", "name": "Annet"})
    as_(anna).post(member_url(talk, "thread"), {"body": "Tot zo.", "form_key": "k"})
    assert "Annet via Wijk" in wire(OutgoingMail.objects.get(kind="contact-answer"))
    as_(anna).post(member_url(talk, "unshare"))
    as_(anna).post(member_url(talk, "thread"), {"body": "Nog iets.", "form_key": "k2"})
    assert "Annet" not in wire(OutgoingMail.objects.filter(kind="contact-answer").latest("pk"))


def test_taking_back_works_at_once_and_is_honest(client, as_, talk, anna):
    browser = as_(anna)
    browser.post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    page = browser.get(member_url(talk, "unshare"))
    assert "kunnen we niet terughalen" in page.content.decode() and SharedDetails.objects.get().values
    browser.post(member_url(talk, "unshare"))
    assert "0655512345" not in client.get(visitor_url(talk, "thread")).content.decode()
    assert relay.shared_values(fresh(talk)) == set()
    card = SharedDetails.objects.get()
    assert card.revoked_at and card.phone == ""
    deliver()
    mail = shared_mails().get()
    assert mail.state == "cancelled" and mail.payload == ""


def test_a_mail_with_what_was_changed_is_not_sent(as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0611111111"})
    with clock.frozen(timedelta(minutes=1)):
        as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0622222222"})
        deliver()
    assert [mail.state for mail in shared_mails()] == ["cancelled", "sent"]


def test_acts_are_recorded_without_values_and_stored_unreadable(as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    as_(anna).post(member_url(talk, "unshare"))
    as_(anna).post(member_url(talk, "unshare"))
    acts = AuditEvent.objects.filter(action__in=["contact.share", "contact.unshare"]).order_by("pk")
    assert [(act.action, act.detail.get("shared")) for act in acts] == [
        ("contact.share", ["phone"]),
        ("contact.unshare", None),
    ]
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    row = SharedDetails.objects.extra(select={"stored": "name || email || phone || address"}).get()
    assert "0655512345" not in row.stored and row.phone == "0655512345"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Zet een vinkje"),
        ({"share_phone": "on", "phone": " \x00"}, "haal het vinkje weg"),
        ({"share_email": "on", "email": "geen adres"}, "geen geldig e-mailadres"),
        ({"share_name": "on", "name": "n" * 61}, "60"),
        ({"share_address": "on", "address": "a" * 2_000_000}, "160"),
    ],
)
def test_bad_input_is_explained_and_shares_nothing(as_, talk, anna, typed, words):
    page = as_(anna).post(member_url(talk), {"email": "kept@example.org", **typed})
    assert page.status_code == 200 and words in page.content.decode()
    assert "email" in typed or "kept@example.org" in page.content.decode()
    assert not SharedDetails.objects.exists()


def test_a_visitor_has_no_address_to_share(client, talk):
    client.post(visitor_url(talk), {"share_address": "on", "address": "Dorpsstraat 1"})
    assert not SharedDetails.objects.exists()


def test_hostile_words_stay_words(client, as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_name": "on", "name": "<b>Anna</b>\r\nBcc: x@example.org"})
    page = client.get(visitor_url(talk, "thread")).content.decode()
    assert "<b>Anna" not in page and "&lt;b&gt;Anna" in page
    built = wire(shared_mails().get())
    assert "\nBcc:" not in built


@pytest.mark.parametrize("page", ["share", "unshare", "block"])
def test_strangers_and_the_links_of_members_open_nothing(client, as_, bram, anna, post, page):
    talk = confirmed(client, post)
    assert as_(bram).post(member_url(talk, page), {"share_name": "on", "name": "Bram"}).status_code == 404
    Conversation.objects.update(member=bram)
    assert client.post(visitor_url(talk, page)).status_code == 404
    Conversation.objects.update(member=None, state="unconfirmed")
    assert client.post(visitor_url(talk, page)).status_code == 404
    assert client.post(f"/gesprek/onbekend/{'delen' if page == 'share' else 'blokkeren'}/").status_code == 404
    assert not SharedDetails.objects.exists()


def test_nothing_is_shared_in_a_conversation_that_stands_still_and_taking_back_goes_on(client, as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_name": "on", "name": "Annet"})
    for state in ("frozen", "closed"):
        Conversation.objects.update(state=state)
        page = as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0612341234"})
        assert page.status_code == 200 and shared_mails().count() == 1
    as_(anna).post(member_url(talk, "unshare"))
    assert SharedDetails.objects.get().values == {}


def test_what_somebody_shared_is_hidden_while_the_account_stands_still(client, as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    anna.restricted_at = clock.now()
    anna.save()
    assert "0655512345" not in client.get(visitor_url(talk, "thread")).content.decode()
    assert relay.shared_values(fresh(talk)) == set()


def test_my_data_shows_what_i_share_and_not_what_i_got(client, as_, talk, anna):
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    client.post(visitor_url(talk), {"share_phone": "on", "phone": "0644412345"})
    page = as_(anna).get("/mijn/gegevens/").content.decode()
    assert "Gedeeld telefoonnummer" in page and "0655512345" in page and "0644412345" not in page


def test_who_leaves_takes_what_was_shared_along(as_, anna, bram, presikhaaf):
    his = factories.post(bram, presikhaaf)
    typed = {"name": "", "phone": "", "message": "Dag"}
    talk = actions.start(post=his, typed=typed, form_key="f", language="nl", by=anna)
    as_(anna).post(member_url(talk), {"share_phone": "on", "phone": "0655512345"})
    as_(bram).post(member_url(talk), {"share_phone": "on", "phone": "0644412345"})
    closure.close(user=anna, by=anna)
    assert "0655512345" not in as_(bram).get(member_url(talk, "thread")).content.decode()
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    left = {card.side: card.values for card in SharedDetails.objects.all()}
    assert left == {"visitor": {}, "poster": {"phone": "0644412345"}}


def test_a_visitors_own_link_is_found_by_the_address_when_it_leaves(client, as_, bram, anna, klarendal):
    post = factories.post(anna, klarendal)
    talk = confirmed(client, post, email=bram.email)
    client.post(visitor_url(talk), {"share_phone": "on", "phone": "0644412345"})
    closure.close(user=bram, by=bram)
    with clock.frozen(timedelta(hours=25)):
        assert closure.advance_all() == 1
    assert SharedDetails.objects.get().phone == ""
    assert shared_mails().get().payload == ""
