"""Who keeps a page or a post asks another by hand: one address, one mail, and the same answer whatever is known."""

from datetime import timedelta

import pytest

from accounts.closure import actions as closing
from content.contact.models import Conversation, Message
from content.invitations import actions
from content.invitations.models import Invitation
from content.organisations.models import Organisation, OrganisationEditor
from content.posts.comanagers import CoManager
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

ADDRESS = "carla@example.net"
STATES = Invitation.State


@pytest.fixture
def kitchen(anna, klarendal):
    return factories.organisation("De Soepkeuken", klarendal, editor=anna)


@pytest.fixture
def lamp(anna, klarendal):
    card = {"contact_phone": "+31612345678", "contact_email": "anna.thuis@example.net"}
    return factories.post(anna, klarendal, title="Wie leent mij een ladder?", **card)


@pytest.fixture
def carla(klarendal):
    return factories.member("Carla", "Pinto", lives_in=klarendal, email=ADDRESS)


@pytest.fixture
def page(kitchen):
    return f"/mijn/organisaties/{kitchen.slug}/samen/"


@pytest.fixture
def of_post(lamp):
    return f"/mijn/berichten/{lamp.pk}/samen/"


def mails():
    return OutgoingMail.objects.filter(kind="invitation")


def invited(thing, by, **how):
    actions.invite(thing=thing, address=ADDRESS, by=by, **how)
    return Invitation.objects.latest("pk")


def say(browser, invitation, word):
    return browser.post(invitation.url, {"antwoord": word}, headers={"Sec-Fetch-Site": "same-origin"})


def editors(organisation):
    return set(organisation.editors.values_list("user__first_name", flat=True))


# Inviting ------------------------------------------------------------------------------------------------------------


def test_an_editor_invites_by_typing_one_address(as_, anna, page, kitchen):
    browser = as_(anna)
    answer = browser.post(page, {"email": ADDRESS})
    assert answer.url == page
    mail = mails().get()
    assert mail.recipient == ADDRESS
    made = Invitation.objects.get()
    assert all(words in mail.payload for words in ("Anna Jansen", "De Soepkeuken", "14 dagen", "nee", made.url))
    shown = browser.get(page).content.decode()
    assert "Nog geen antwoord" in shown and "Anna Jansen stuurde deze" in shown


def test_the_address_is_in_no_row_of_ours(as_, anna, page):
    as_(anna).post(page, {"email": ADDRESS})
    assert ADDRESS not in str(Invitation.objects.values())


def test_an_address_that_is_none_loses_nothing_typed(as_, anna, page):
    shown = as_(anna).post(page, {"email": "geen adres", "takes_over": "on"}).content.decode()
    assert 'value="geen adres"' in shown and "checked" in shown
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("known", ["waits", "declined", "refused elsewhere", "edits it", "from a list"])
def test_the_answer_is_the_same_and_no_mail_goes_out(as_, anna, mo, page, kitchen, klarendal, carla, known):
    other = factories.organisation("De Kamer", klarendal, editor=anna)
    first = as_(anna).post(page, {"email": "nieuw@example.net"}, follow=True).content.decode()
    if known == "waits":
        invited(kitchen, anna)
    elif known == "declined":
        actions.refuse(invitation=invited(kitchen, anna), for_ever=False)
    elif known == "refused elsewhere":
        actions.refuse(invitation=invited(other, anna), for_ever=True)
    elif known == "edits it":
        OrganisationEditor.objects.create(organisation=kitchen, user=carla)
    else:
        actions.invite_from_list(address=ADDRESS, organisations=[kitchen], neighbourhood=klarendal, by=mo)
    before = mails().count()
    again = as_(anna).post(page, {"email": ADDRESS.upper()}, follow=True).content.decode()
    assert mails().count() == before
    assert "als daar nog geen uitnodiging ligt" in first and "als daar nog geen uitnodiging ligt" in again


def test_who_declined_one_thing_may_be_asked_for_another(anna, kitchen, lamp):
    actions.refuse(invitation=invited(kitchen, anna), for_ever=False)
    assert actions.invite(thing=lamp, address=ADDRESS, by=anna)


def test_who_never_answered_may_be_asked_again_after_the_term_and_the_old_link_is_dead(anna, kitchen, carla):
    old = invited(kitchen, anna)
    assert not actions.invite(thing=kitchen, address=ADDRESS, by=anna)
    with clock.frozen(timedelta(days=14, minutes=1)):
        assert actions.invite(thing=kitchen, address=ADDRESS, by=anna)
        assert actions.accept(invitation=old, by=carla) == 0


def test_only_what_everybody_can_read_is_put_in_a_mail(as_, anna, klarendal):
    factories.organisation("Koop nu", klarendal, editor=anna, live=False)
    browser = as_(anna)
    browser.post("/mijn/organisaties/koop-nu/samen/", {"email": ADDRESS})
    assert "zodra de pagina op de site staat" in browser.get("/mijn/organisaties/koop-nu/samen/").content.decode()
    assert not mails().exists()


def test_nobody_mails_more_than_ten_strangers_a_day(as_, anna, page):
    browser = as_(anna)
    codes = [browser.post(page, {"email": f"{number}@example.net"}).status_code for number in range(11)]
    assert codes == [302] * 10 + [429] and mails().count() == 10


def test_an_invitation_that_is_taken_back_is_dead_and_its_mail_does_not_go(as_, anna, kitchen, carla):
    made = invited(kitchen, anna)
    as_(anna).post(f"/mijn/uitnodigingen/{made.pk}/intrekken/")
    made.refresh_from_db()
    assert made.state == STATES.WITHDRAWN
    assert as_(carla).get(made.url).status_code == 410
    assert actions.accept(invitation=made, by=carla) == 0


def test_somebody_else_takes_nothing_back(as_, anna, bram, kitchen):
    made = invited(kitchen, anna)
    assert as_(bram).post(f"/mijn/uitnodigingen/{made.pk}/intrekken/").status_code == 404


def test_who_closes_an_account_invites_nobody_any_more(anna, kitchen, bram, carla):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    made = invited(kitchen, anna)
    closing.close(user=anna, by=anna)
    assert actions.accept(invitation=made, by=carla) == 0


# Answering -----------------------------------------------------------------------------------------------------------


def test_the_invited_says_yes_once_and_the_inviter_hears_it(as_, anna, kitchen, carla):
    made = invited(kitchen, anna)
    assert "Anna Jansen nodigt je uit" in as_(carla).get(made.url).content.decode()
    say(as_(carla), made, "ja")
    assert editors(kitchen) == {"Anna", "Carla"}
    told = OutgoingMail.objects.get(kind="invitation-accepted")
    assert told.recipient == anna.email and "Carla Pinto" in told.payload
    assert as_(carla).get(made.url).status_code == 410


def test_another_account_says_no_yes(as_, anna, bram, kitchen):
    made = invited(kitchen, anna)
    say(as_(bram), made, "ja")
    assert editors(kitchen) == {"Anna"}


@pytest.mark.parametrize(("word", "state"), [("nee", "declined"), ("nooit", "refused")])
def test_a_no_needs_no_account(client, anna, kitchen, word, state):
    made = invited(kitchen, anna)
    assert "Begrepen" in say(client, made, word).content.decode()
    made.refresh_from_db()
    assert made.state == state


def test_one_yes_answers_one_invitation_only(as_, anna, kitchen, lamp, carla):
    invited(kitchen, anna)
    say(as_(carla), invited(lamp, anna), "ja")
    assert editors(kitchen) == {"Anna"} and CoManager.objects.filter(post=lamp, user=carla).exists()


# The page of those who keep it ---------------------------------------------------------------------------------------


def test_editors_see_names_and_no_addresses(as_, anna, bram, kitchen, page, django_assert_max_num_queries):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    browser = as_(anna)
    with django_assert_max_num_queries(14):
        shown = browser.get(page).content.decode()
    assert "Bram de Vries" in shown and bram.email not in shown


def test_an_editor_takes_another_off_who_gets_a_mail(as_, anna, bram, kitchen):
    one = OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    path = f"/mijn/organisaties/{kitchen.slug}/samen/{one.pk}/weg/"
    browser = as_(anna)
    assert "Bram de Vries" in browser.get(path).content.decode() and editors(kitchen) == {"Anna", "Bram"}
    browser.post(path)
    assert editors(kitchen) == {"Anna"}
    mail = OutgoingMail.objects.get(kind="organisation-let-go")
    assert mail.recipient == bram.email and "Jansen" not in mail.payload


def test_whom_the_one_taken_off_invited_is_invited_no_more(anna, bram, kitchen, carla):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    made = invited(kitchen, bram)
    actions.let_go(thing=kitchen, user=bram, by=anna)
    assert actions.accept(invitation=made, by=carla) == 0


def test_a_page_is_handed_over_in_one_act(as_, anna, page, kitchen, carla):
    as_(anna).post(page, {"email": ADDRESS, "takes_over": "on"})
    assert editors(kitchen) == {"Anna"}, "until there is a yes"
    say(as_(carla), Invitation.objects.get(), "ja")
    assert editors(kitchen) == {"Carla"}
    told = OutgoingMail.objects.get(kind="invitation-accepted")
    assert "neemt de pagina" in told.payload and page not in told.payload


def test_an_editor_among_others_stops_and_takes_the_own_card_along(as_, anna, bram, kitchen):
    kitchen.contact_name, kitchen.show_name = "Anna", True
    kitchen.save()
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    as_(anna).post(f"/mijn/organisaties/{kitchen.slug}/stoppen/")
    assert editors(kitchen) == {"Bram"}
    assert Organisation.objects.visible().get().shown_contact() == {}


def test_the_last_editor_stops_only_by_choosing(as_, anna, mo, kitchen):
    kitchen.contact_phone, kitchen.show_phone = "+31612345678", True
    kitchen.save()
    browser, path = as_(anna), f"/mijn/organisaties/{kitchen.slug}/stoppen/"
    assert "Draag de pagina over" in browser.get(path).content.decode()
    browser.post(path)
    assert editors(kitchen) == {"Anna"}
    browser.post(path, {"weg": "ja"})
    kitchen.refresh_from_db()
    assert (editors(kitchen), kitchen.is_live, kitchen.contact_phone, kitchen.show_phone) == (set(), False, "", False)
    mail = OutgoingMail.objects.get(kind="organisation-left-alone")
    assert mail.recipient == mo.email and "De Soepkeuken" in mail.payload and "Anna" not in mail.payload


def test_an_editor_who_is_away_does_not_count(anna, bram, kitchen):
    OrganisationEditor.objects.create(organisation=kitchen, user=bram)
    closing.close(user=bram, by=bram)
    assert not actions.let_go(thing=kitchen, user=anna, by=anna)
    assert "Anna" in editors(kitchen)


def test_a_manager_finds_somebody_for_a_page_that_nobody_keeps(as_, mo, klarendal, carla):
    left = factories.organisation("De Kamer", klarendal, live=False)
    as_(mo).post(f"/beheer/klarendal/organisaties/{left.pk}/uitnodigen/", {"email": ADDRESS})
    mail = mails().get()
    assert "Mo Yilmaz, wijkbeheerder" in mail.payload
    say(as_(carla), Invitation.objects.get(), "ja")
    assert editors(left) == {"Carla"}


# A post kept together ------------------------------------------------------------------------------------------------


@pytest.fixture
def beside(lamp, carla):
    CoManager.objects.create(post=lamp, user=carla)
    return carla


def test_a_co_manager_changes_the_words_and_renews(as_, anna, beside, lamp):
    browser = as_(beside)
    assert lamp.title in browser.get("/mijn/berichten/").content.decode()
    typed = {"title": "Wie leent ons een ladder?", "text": lamp.text, "theme": lamp.theme_id}
    with clock.frozen(timedelta(days=30)):
        as_(beside).post(f"/mijn/berichten/{lamp.pk}/verlengen/")
    assert browser.post(f"/mijn/berichten/{lamp.pk}/aanpassen/", typed).status_code == 302
    lamp.refresh_from_db()
    assert lamp.title == "Wie leent ons een ladder?"
    assert lamp.expires_at > clock.now() + timedelta(days=80)
    assert lamp.contact_phone == "+31612345678", "untouched"


def test_a_co_manager_reads_nothing_of_the_author_and_reaches_nothing_else(as_, anna, beside, lamp):
    browser = as_(beside)
    pages = [browser.get(f"/mijn/berichten/{lamp.pk}/{rest}").content.decode() for rest in ("", "aanpassen/")]
    for hidden in ("612345678", "anna.thuis", anna.email, "Jansen"):
        assert all(hidden not in shown for shown in pages), hidden
    for rest in ("einde/", "voorbeeld/", "samen/"):
        assert browser.get(f"/mijn/berichten/{lamp.pk}/{rest}").status_code == 404, rest
    assert browser.post(f"/mijn/berichten/{lamp.pk}/contact/", {"gegeven": "phone", "aan": "ja"}).status_code == 404
    typed = {"title": lamp.title, "text": lamp.text, "theme": lamp.theme_id, "show_phone": "on", "contact_phone": "1"}
    browser.post(f"/mijn/berichten/{lamp.pk}/aanpassen/", typed)
    lamp.refresh_from_db()
    assert (lamp.show_phone, lamp.contact_phone) == (False, "+31612345678")


def test_a_co_manager_has_no_place_beside_who_is_away(as_, anna, beside, lamp):
    closing.close(user=anna, by=anna)
    assert as_(beside).get(f"/mijn/berichten/{lamp.pk}/").status_code == 404


def test_the_author_goes_on_without_a_co_manager_who_is_told(as_, anna, beside, lamp, of_post):
    number = lamp.co_managers.get().pk
    assert "Carla Pinto" in as_(anna).get(of_post).content.decode()
    as_(anna).post(f"{of_post}{number}/weg/")
    assert as_(beside).get(f"/mijn/berichten/{lamp.pk}/").status_code == 404
    assert OutgoingMail.objects.get(kind="post-let-go").recipient == ADDRESS


def test_a_co_manager_stops(as_, beside, lamp):
    browser = as_(beside)
    assert lamp.title in browser.get(f"/mijn/berichten/{lamp.pk}/stoppen/").content.decode()
    browser.post(f"/mijn/berichten/{lamp.pk}/stoppen/")
    assert not CoManager.objects.exists()


# When the author leaves ----------------------------------------------------------------------------------------------


def close(browser, **typed):
    return browser.post("/mijn/opzeggen/", {"copy": "erase", "password": factories.PASSWORD, **typed})


def erase():
    with clock.frozen(timedelta(hours=25)):
        assert closing.advance_all() == 1


def test_closing_names_what_is_kept_together_and_without_a_yes_it_goes(as_, anna, beside, lamp):
    browser = as_(anna)
    shown = browser.get("/mijn/opzeggen/").content.decode()
    assert "Laat de anderen ermee verdergaan" in shown and lamp.title in shown
    close(browser)
    assert not Post.objects.visible().exists()
    erase()
    assert not Post.objects.exists()


def test_with_a_yes_the_co_manager_goes_on_and_nothing_of_the_leaver_is_left(as_, client, anna, bram, beside, lamp):
    lamp.contact_name, lamp.show_name = "Anna Jansen", True
    lamp.save()
    talk = talk_between(bram, lamp, answer="Ja hoor, groet Anna")
    close(as_(anna), continues="on")
    assert Post.objects.visible().get().author == beside
    told = OutgoingMail.objects.get(kind="post-handed-over")
    assert told.recipient == ADDRESS and "Anna" not in told.payload
    erase()
    lamp.refresh_from_db()
    assert (lamp.author, lamp.contact_name, lamp.contact_phone, lamp.shown_contact()) == (beside, "", "", {})
    assert [one.body for one in talk.messages.all()] == ["Mag ik hem lenen?", ""], "the words of who asked stay"
    assert not CoManager.objects.exists()
    assert as_(beside).get(f"/mijn/gesprekken/{talk.pk}/").status_code == 200


def talk_between(visitor, post, *, answer):
    talk = Conversation.objects.create(
        post=post, member=visitor, visitor_hash="x", state="open", confirmed_at=clock.now()
    )
    Message.objects.create(conversation=talk, side="visitor", body="Mag ik hem lenen?")
    Message.objects.create(conversation=talk, side="poster", body=answer)
    return talk


def test_who_comes_back_keeps_it_with_the_new_author(anna, beside, lamp):
    closure = closing.close(user=anna, by=anna, continues=True)
    closure.user.is_active = True
    closure.user.save()
    assert CoManager.objects.get(post=lamp).user == anna


def test_words_that_name_the_leaver_do_not_stay(as_, anna, beside, lamp):
    lamp.text = "Bel aan bij Jansen."
    lamp.save()
    assert "Laat de anderen" not in as_(anna).get("/mijn/opzeggen/").content.decode()
    close(as_(anna), continues="on")
    assert not Post.objects.visible().exists()


def test_a_post_in_the_name_of_an_organisation_keeps_it_only_with_an_editor(anna, beside, lamp, kitchen):
    lamp.organisation = kitchen
    lamp.save()
    closing.close(user=anna, by=anna, continues=True)
    lamp.refresh_from_db()
    assert (lamp.author, lamp.organisation) == (beside, None)
