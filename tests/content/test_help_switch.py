"""The owner lets a manager change the words of a post, for a time, and hears of each change (W-51)."""

import re
from datetime import timedelta

import pytest

from accounts.audit.models import AuditEvent
from accounts.requests.stopping import object_to, restrict
from content.helping import permission
from content.helping.models import EditSwitch, HelpedEdit
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, contact_phone="+31612345678", contact_email="zus@example.org")


@pytest.fixture
def desk(as_, mo):
    return as_(mo)


@pytest.fixture
def mine(as_, anna):
    return as_(anna)


def page(post):
    return f"/mijn/berichten/{post.pk}/hulp/"


def edit_page(post):
    return f"/beheer/klarendal/berichten/{post.pk}/aanpassen/"


def words(desk, post, **changes):
    found = re.search(r'name="seen_at" value="([^"]*)"', desk.get(edit_page(post)).content.decode())
    seen = found[1] if found else ""
    values = {"title": post.title, "text": "Mijn plafond is hoog.", "theme": post.theme_id, "seen_at": seen}
    return {**values, **changes}


def allow(post, anna, days=7):
    permission.switch_on(post=post, by=anna, days=days)


def test_it_is_off_until_the_owner_switches_it_on(mine, desk, post):
    assert "Nee. Alleen jij past dit bericht aan." in mine.get(f"/mijn/berichten/{post.pk}/").content.decode()
    assert desk.get(edit_page(post)).status_code == 302
    desk.post(edit_page(post), words(desk, post))
    post.refresh_from_db()
    assert post.text != "Mijn plafond is hoog." and not HelpedEdit.objects.exists()
    assert "Pas de woorden aan" not in desk.get(f"/beheer/klarendal/berichten/{post.pk}/").content.decode()


@pytest.mark.parametrize("days", [1, 7, 30])
def test_it_lasts_as_long_as_the_owner_chose(mine, desk, post, days):
    mine.post(page(post), {"days": days})
    with clock.frozen(timedelta(days=days, minutes=-1)):
        assert permission.switch_of(post).is_on
    with clock.frozen(timedelta(days=days, minutes=1)):
        assert not permission.switch_of(post).is_on


@pytest.mark.parametrize("days", ["0", "8", "9999", "x", "-1", ""])
def test_other_terms_are_refused(mine, post, days):
    assert "Kies" in mine.post(page(post), {"days": days}).content.decode()
    assert not permission.switch_of(post).is_on


def test_seven_days_is_what_the_form_proposes(mine, post):
    assert re.search(r'value="7"[^>]*checked', mine.get(page(post)).content.decode())


def test_a_manager_changes_the_words_and_the_owner_reads_old_and_new(mine, desk, post, anna, mo):
    mine.post(page(post), {"days": 7})
    desk.post(edit_page(post), words(desk, post, title="Wie helpt met een lamp?"))
    post.refresh_from_db()
    assert (post.title, post.text) == ("Wie helpt met een lamp?", "Mijn plafond is hoog.")
    assert post.is_live, "a manager wrote it, so it waits for nobody"
    mail = OutgoingMail.objects.get(kind="help-edited")
    assert OutgoingMail.objects.to_address(anna.email).filter(pk=mail.pk).exists()
    assert "Wie helpt mij een lamp ophangen?" in mail.payload and "Wie helpt met een lamp?" in mail.payload
    history = mine.get(page(post)).content.decode()
    assert "Wie helpt mij een lamp ophangen?" in history and "Mo" in history
    assert AuditEvent.objects.filter(action="help.edit", actor_ref=mo.pk).exists()
    assert not OutgoingMail.objects.filter(kind="post-waiting").exists()


def test_each_change_is_a_mail_and_no_change_is_none(mine, desk, post):
    mine.post(page(post), {"days": 7})
    desk.post(edit_page(post), words(desk, post))
    desk.post(edit_page(post), words(desk, post))
    assert OutgoingMail.objects.filter(kind="help-edited").count() == HelpedEdit.objects.count() == 1
    desk.post(edit_page(post), words(desk, post, text="Nog een keer."))
    assert OutgoingMail.objects.filter(kind="help-edited").count() == 2


def test_contact_details_and_switches_are_not_the_managers(mine, desk, post):
    mine.post(page(post), {"days": 7})
    hostile = {"contact_phone": "0699999999", "show_phone": "on", "show_email": "on", "contact_email": "mo@example.org"}
    more = {"status": "removed", "author": "1", "organisation": "1", "kind": "offer", "neighbourhood": "1"}
    desk.post(edit_page(post), words(desk, post, **hostile, **more))
    post.refresh_from_db()
    assert (post.contact_phone, post.contact_email) == ("+31612345678", "zus@example.org")
    assert post.shown_contact() == {} and post.is_live and post.kind == "request"
    assert "0612345678" not in desk.get(edit_page(post)).content.decode()


def test_a_number_in_the_text_is_not_moved_to_the_owners_contact_details(mine, desk, post):
    Post.objects.filter(pk=post.pk).update(contact_phone="")
    mine.post(page(post), {"days": 7})
    answer = desk.post(edit_page(post), words(desk, post, text="Bel 0687654321", move="phone"))
    assert 'name="move"' not in answer.content.decode()
    post.refresh_from_db()
    assert post.contact_phone == ""


def test_the_owner_ends_it_at_once_while_the_manager_types(mine, desk, post):
    mine.post(page(post), {"days": 7})
    typed = words(desk, post)
    mine.post(page(post), {"uit": "1"})
    answer = desk.post(edit_page(post), typed, follow=True)
    assert "niet meer toe" in answer.content.decode()
    assert not HelpedEdit.objects.exists()


def test_what_the_owner_changed_meanwhile_is_not_overwritten(mine, desk, post, anna):
    mine.post(page(post), {"days": 7})
    typed = words(desk, post)
    Post.objects.filter(pk=post.pk).update(text="Nieuw van Anna.", changed_at=clock.now())
    desk.post(edit_page(post), typed)
    post.refresh_from_db()
    assert post.text == "Nieuw van Anna."


@pytest.mark.parametrize("seen", ["gisteren", "9" * 50, "2026-13-45T00:00"])
def test_a_forged_moment_changes_nothing(mine, desk, post, seen):
    mine.post(page(post), {"days": 7})
    assert desk.post(edit_page(post), words(desk, post, seen_at=seen)).status_code in {302, 404}


def test_only_the_owner_has_the_switch(as_, bram, mo, post):
    for person in (bram, mo):
        browser = as_(person)
        assert browser.get(page(post)).status_code == 404
        assert browser.post(page(post), {"days": 30}).status_code == 404
    assert not EditSwitch.objects.exists()


def test_a_manager_of_another_neighbourhood_has_no_such_page(as_, els, post, anna, presikhaaf):
    allow(post, anna)
    desk = as_(els)
    for wijk in ("klarendal", "presikhaaf-west"):
        assert desk.get(f"/beheer/{wijk}/berichten/{post.pk}/aanpassen/").status_code == 404
        assert desk.post(f"/beheer/{wijk}/berichten/{post.pk}/mag-ik-helpen/").status_code == 404


def test_who_is_frozen_is_left_alone(desk, post, anna):
    allow(post, anna)
    restrict(user=anna, reason="own_wish", by=anna)
    assert desk.get(edit_page(post)).status_code == 404


# Asking --------------------------------------------------------------------------------------------------------------


def ask(desk, post):
    return desk.post(f"/beheer/klarendal/berichten/{post.pk}/mag-ik-helpen/", follow=True).content.decode()


def test_a_manager_asks_once_in_two_weeks(desk, post, anna):
    assert "Vraag of je mag helpen" in desk.get(f"/beheer/klarendal/berichten/{post.pk}/").content.decode()
    ask(desk, post)
    assert "niets verstuurd" in ask(desk, post)
    assert OutgoingMail.objects.filter(kind="help-asked").count() == 1
    with clock.frozen(timedelta(days=14, minutes=1)):
        permission.ask(post=post, by=anna.__class__.objects.get(first_name="Mo"))
    assert OutgoingMail.objects.filter(kind="help-asked").count() == 2


def test_who_wants_no_questions_is_not_asked(desk, post, anna):
    object_to(user=anna, code="questions", by=anna)
    assert "niets verstuurd" in ask(desk, post)
    assert "Vraag of je mag helpen" not in desk.get(f"/beheer/klarendal/berichten/{post.pk}/").content.decode()
    assert not OutgoingMail.objects.filter(kind="help-asked").exists()


def test_nobody_asks_themselves_or_what_is_allowed_already(desk, mo, anna, klarendal, post):
    assert "niets verstuurd" in ask(desk, factories.post(mo, klarendal))
    allow(post, anna)
    assert "niets verstuurd" in ask(desk, post)
