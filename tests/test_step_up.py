"""Dangerous acts: who logged in long ago shows first who it is, lands where it wanted, and loses nothing typed."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.urls import resolve, reverse

from accounts.closure.models import AccountClosure
from content.newsletters.models import Newsletter
from tests import factories
from tests.test_access_matrix import OBJECTS, addresses, is_library, place
from wijk.access import Access

LONG_AGO, A_MOMENT_AGO = timedelta(minutes=16), timedelta(minutes=14)
AGAIN = "/account/reauthenticate/"
CMS = {
    "appointments:appoint": lambda here: {},
    "appointments:detail": lambda here: {"pk": here.appointment.pk},
    "appointments:end": lambda here: {"pk": here.appointment.pk},
    "mailchimp_connections:connect": lambda here: {},
    **{
        f"mailchimp_connections:{step}": lambda here: {"pk": here.campaign.connection_id}
        for step in ("detail", "end", "emptied")
    },
    "post_phone:phone": lambda here: {"pk": here.post.pk},
}
# What must ask again: one that loses its mark fails here, and one that gets it joins the walk by itself. Closing an
# account asks for the password in its own form, each time.
ALL_REQUESTS = {"export:download", "newsletters:send", "notices:send", "archive:end", "holds:release"}
ALL_REQUESTS |= {"appointments:appoint", "appointments:end", "requests:close_account"}
ALL_REQUESTS |= {"invitations:remove_editor", "invitations:stop_editing"}
ALL_REQUESTS |= {"mailchimp:hand_over", "mailchimp_connections:connect", "mailchimp_connections:end"}
SENDING_ONLY = {"closure:desk", "consent:person", "appointments:detail", "holds:place", "holds:detail"}
SENDING_ONLY |= {"managers:deputies", "post_phone:phone"}
WHO = {Access.MEMBER: "anna", Access.DESK: "mo", Access.OFFICE: "petra", Access.STAFF: "otto"}
# The same for the pages of the libraries, with who would go there.
LIBRARIES = {
    "/account/password/set/": "anna",
    "/account/2fa/totp/activate/": "anna",
    "/account/2fa/totp/deactivate/": "mo",
    "/account/2fa/webauthn/add/": "anna",
    "/account/2fa/recovery-codes/": "mo",
    "/account/2fa/recovery-codes/generate/": "mo",
    "/cms/users/": "otto",
    "/cms/groups/": "otto",
}


@pytest.fixture
def people(anna, bram, mo, els, petra, otto):
    RecoveryCodes.activate(mo)
    return {"anna": anna, "mo": mo, "petra": petra, "otto": otto}


@pytest.fixture
def here(klarendal, people):
    return place(klarendal, people["anna"], people["mo"])


def careful_pages(here):
    """Each address whose view is marked, by name: its path and who may open it."""
    found = {}
    for address in addresses():
        known = CMS.get(address.name) or OBJECTS.get(address.name)
        plain = address.name and not is_library(address) and not re.search(r"[<(^]", address.route)
        if known or plain:
            path = reverse(address.name, kwargs=known(here)) if known else f"/{address.route}"
            if getattr(resolve(path).func, "careful", False):
                found[address.name] = (path, WHO[address.access])
    return found


def show_who_it_is(browser, asked):
    """Types the password on the page somebody was sent to."""
    assert asked.status_code == 302 and asked.url.startswith(AGAIN), asked
    assert browser.get(asked.url).status_code == 200
    wanted = re.search(r"next=(.*)", asked.url)[1]
    form = {"password": factories.PASSWORD, "next": wanted.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")}
    return browser.post(AGAIN, form)


def asks_again(answer):
    return answer.status_code == 302 and "reauthenticate" in answer.url


def test_no_dangerous_act_lost_its_mark(here):
    assert set(careful_pages(here)) >= ALL_REQUESTS | SENDING_ONLY


def test_every_dangerous_act_of_ours_asks_who_you_are_once_more_and_goes_on_from_there(here, people, as_):
    for name, (path, who) in careful_pages(here).items():
        for method in ("post",) if name in SENDING_ONLY else ("get", "post"):
            with transaction.atomic():
                fresh = getattr(as_(people[who], ago=A_MOMENT_AGO), method)(path)
                assert not asks_again(fresh), (name, method)
                transaction.set_rollback(True)
            if fresh.status_code != 405:
                with transaction.atomic():
                    walk_through(as_(people[who], ago=LONG_AGO), method, path)
                    transaction.set_rollback(True)


def walk_through(browser, method, path):
    asked = getattr(browser, method)(path)
    assert asked.status_code == 302 and asked.url == f"{AGAIN}?next={quote(path, safe='')}", (method, path)
    after = show_who_it_is(browser, asked)
    assert after.status_code < 500 and not asks_again(after), (method, path)
    if method == "get":
        assert after.url == path
    elif after.status_code != 302:
        # The answer stands at the address of the log-in page; what is sent from it must still go to its own.
        forms = re.findall(r"<form[^>]*>", after.content.decode())
        assert [form for form in forms if 'method="post"' in form and "action=" not in form] == [], path
    assert not asks_again(browser.get(path)), path


@pytest.mark.parametrize("path", LIBRARIES)
def test_so_do_the_pages_of_the_libraries(people, as_, path):
    person = people[LIBRARIES[path]]
    browser = as_(person, ago=LONG_AGO)
    asked = browser.get(path)
    after = show_who_it_is(browser, asked)
    assert (after.status_code, after.url) == (302, path)
    assert not asks_again(browser.get(path))


@pytest.mark.parametrize(
    "form", [{"action_add": "", "email": "nieuw@example.org"}, {"action_remove": "", "email": "anna@example.org"}]
)
def test_a_new_address_waits_for_the_password_and_is_then_added(as_, anna, form):
    browser = as_(anna, ago=LONG_AGO)
    assert browser.get("/account/email/").status_code == 200
    asked = browser.post("/account/email/", form)
    assert not anna.emailaddress_set.filter(primary=False).exists()
    after = show_who_it_is(browser, asked)
    assert after.status_code == 302 and not asks_again(after)


def test_a_closing_from_a_letter_is_filed_after_the_password_with_all_that_was_typed(as_, anna, petra):
    browser = as_(petra, ago=LONG_AGO)
    assert browser.get("/beheer/privacy/opzeggingen/").status_code == 200, "reading asks nothing"
    typed = {"email": anna.email, "received_at": "2026-01-05T09:30", "kind": "erase"}
    asked = browser.post("/beheer/privacy/opzeggingen/", typed)
    assert not AccountClosure.objects.exists()
    page = show_who_it_is(browser, asked)
    assert "De opzegging loopt" in page.content.decode()
    assert AccountClosure.objects.get().account_ref == anna.pk


def test_what_was_kept_is_not_done_for_who_lost_the_rights_meanwhile(as_, anna, petra):
    browser = as_(petra, ago=LONG_AGO)
    typed = {"email": anna.email, "received_at": "2026-01-05T09:30", "kind": "erase"}
    asked = browser.post("/beheer/privacy/opzeggingen/", typed)
    petra.authenticator_set.all().delete()
    after = show_who_it_is(browser, asked)
    assert (after.status_code, after.url) == (302, "/account/2fa/")
    assert not AccountClosure.objects.exists()


def test_a_newsletter_goes_out_after_the_password_without_another_click(as_, mo, klarendal, here):
    letter = here.newsletter
    factories.subscription("lezer@example.org", klarendal)
    browser = as_(mo, ago=LONG_AGO)
    path = f"/beheer/klarendal/nieuwsbrieven/{letter.pk}/versturen/"
    assert resolve(path).view_name == "newsletters:send"
    asked = browser.post(path, {"versie": letter.revision})
    assert Newsletter.objects.get(pk=letter.pk).is_draft
    show_who_it_is(browser, asked)
    assert not Newsletter.objects.get(pk=letter.pk).is_draft
