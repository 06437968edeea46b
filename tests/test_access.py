"""The gate itself: denied unless declared, public pages that know nobody, forms of foreign pages refused."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.views.generic import TemplateView

from tests import factories
from wijk import access
from wijk.environment import networks

ORIGIN = "http://testserver"


def undeclared(request):
    return HttpResponse("open")


undeclared.__module__ = "content.posts.views"


class Foreign(TemplateView):
    """A library's view at an address nobody declared."""

    template_name = "404.html"


@access.public
def curious(request):
    """A public view that tries everything it can to learn or keep something about its visitor."""
    known = [
        str(request.user),
        str(dict(request.session)),
        str(request.COOKIES),
        *map(str, messages.get_messages(request)),
    ]
    request.session["looked"] = "x"
    return HttpResponse("|".join(known))


@access.public
def careless(request):
    response = HttpResponse(engines["django"].from_string("{% csrf_token %}").render({}, request))
    response.set_cookie("tracker", "1")
    return response


@access.public
def with_messages(request):
    return render(request, "flow.html")


@access.visitor
def note(request):
    if request.method == "POST":
        messages.success(request, "geheim bericht")
    return HttpResponse("ok")


@access.visitor
def cached_by_mistake(request):
    return HttpResponse("ok", headers={"Cache-Control": "public, max-age=600"})


@access.member
def mine(request):
    return HttpResponse("ok")


@access.desk
def at_the_desk(request):
    return HttpResponse("ok")


@access.staff
def for_staff(request):
    return HttpResponse("ok")


@access.demo_only
def demo(request):
    return HttpResponse("ok")


urlpatterns = [
    path("t/undeclared/", undeclared),
    path("t/foreign/", Foreign.as_view()),
    path("t/curious/", curious),
    path("t/careless/", careless),
    path("t/messages/", with_messages),
    path("t/note/", note),
    path("t/cached/", cached_by_mistake),
    path("t/mine/", mine),
    path("t/desk/", at_the_desk),
    path("t/staff/", for_staff),
    path("t/demo/", demo),
    path("", include("wijk.urls")),
]
handler403, handler404 = "wijk.views.forbidden", "wijk.views.not_found"


@pytest.fixture(autouse=True)
def these_urls(settings):
    settings.ROOT_URLCONF = "tests.test_access"


def test_a_view_without_a_declaration_does_not_exist(db, client, as_, otto):
    for address in ("/t/undeclared/", "/t/foreign/", "/_util/login/", "/_util/authenticate_with_password/1/1/"):
        assert client.get(address).status_code == 404
        assert as_(otto).post(address).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/uitnodiging/%00/",
        "/nieuwsbrief/stoppen/%00/",
        "/besluit/a%00b/",
        "/geholpen/%00/",
        "/gesprek/%00/",
        "/wijk/%00/",
    ],
)
def test_an_address_with_a_zero_byte_leads_nowhere(client, db, path):
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in {403, 404, 410}


def test_a_public_view_cannot_learn_who_asks(as_, anna):
    browser = as_(anna)
    browser.post("/t/note/")
    browser.cookies["taal"] = "en"
    assert browser.get("/t/curious/").content.decode() == "AnonymousUser|{}|{'taal': 'en'}"
    assert "geheim" not in browser.get("/t/messages/").content.decode()


def test_a_public_view_leaves_no_trace_in_the_session_and_loses_nobodys_message(as_, anna):
    browser = as_(anna)
    browser.post("/t/note/")
    browser.get("/t/curious/")
    browser.get("/t/messages/")
    assert "looked" not in browser.session
    assert browser.get("/t/mine/").status_code == 200
    assert "geheim" in browser.session["_messages"]


def test_a_public_page_is_the_same_and_as_cheap_for_somebody_logged_in(client, as_, anna):
    browser = as_(anna)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get("/t/curious/")
    assert len(queries) == 0
    for response in (answer, client.get("/t/curious/")):
        assert response.content == b"AnonymousUser|{}|{}"
        assert response["Cache-Control"] == "max-age=60, public"
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies


def test_a_cookie_that_a_public_view_sets_by_mistake_is_dropped(client, db, caplog):
    response = client.get("/t/careless/")
    assert not response.cookies
    assert "tried to set a cookie" in caplog.text


def test_only_a_page_in_a_chosen_language_stays_out_of_shared_caches(client, db):
    client.cookies["taal"] = "en"
    assert client.get("/t/curious/")["Cache-Control"] == "max-age=60, private"


@pytest.mark.parametrize("address", ["/t/note/", "/t/mine/", "/t/cached/", "/account/login/"])
def test_everything_else_is_kept_by_nobody(as_, anna, address):
    assert "no-store" in as_(anna).get(address)["Cache-Control"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": ORIGIN}, 200),
        ({"Origin": django_settings.BASE_URL}, 200),
        ({"Referer": f"{ORIGIN}/wijk/klarendal/"}, 200),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://elders.example"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": f"{ORIGIN}.elders.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "elders"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Referer": "https://elders.example/testserver/"}, 403),
        ({"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_form_from_a_foreign_page_is_refused(client, db, headers, status, method):
    assert getattr(client, method)("/t/note/", headers=headers).status_code == status


def test_a_link_from_a_foreign_page_is_welcome(client, db):
    headers = {"Referer": "https://elders.example/", "Sec-Fetch-Site": "cross-site"}
    assert client.get("/t/note/", headers=headers).status_code == 200


def test_members_forms_need_their_token(anna):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post("/t/mine/").status_code == 403


def test_who_is_not_logged_in_is_asked_to(client, db):
    for address in ("/t/mine/", "/t/desk/", "/t/staff/"):
        assert client.get(f"{address}?a=1").url == f"/account/login/?next={address}%3Fa%3D1"


def test_desk_and_staff_need_a_second_factor(as_, anna, eva):
    assert as_(anna).get("/t/desk/").url == "/account/2fa/"
    eva.authenticator_set.all().delete()
    assert as_(eva).get("/t/staff/").url == "/account/2fa/"


def test_a_second_factor_alone_makes_nobody_staff(as_, anna, mo, eva, otto):
    factories.second_factor(anna)
    assert [as_(who).get("/t/staff/").status_code for who in (anna, mo, eva, otto)] == [404, 404, 200, 200]


@pytest.mark.parametrize(
    ("sender", "status"),
    [("192.0.2.77", 200), ("::ffff:192.0.2.77", 200), ("2001:db8::1", 200), ("192.0.3.1", 404), ("", 404), ("x", 404)],
)
def test_editors_and_the_privacy_desk_work_only_from_the_networks_that_are_set(
    as_, eva, petra, settings, sender, status
):
    settings.OFFICE_NETWORKS = networks("192.0.2.0/24 2001:db8::/32")
    assert as_(eva).get("/t/staff/", REMOTE_ADDR=sender).status_code == status
    assert as_(petra).get("/beheer/privacy/", REMOTE_ADDR=sender).status_code == status
    assert as_(petra).get("/t/mine/", REMOTE_ADDR=sender).status_code == 200


def test_who_forges_a_forwarded_address_stays_outside(as_, eva, settings):
    settings.OFFICE_NETWORKS = networks("192.0.2.0/24")
    forged = {"REMOTE_ADDR": "198.51.100.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7, 198.51.100.9"}
    assert as_(eva).get("/t/staff/", **forged).status_code == 404
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert as_(eva).get("/t/staff/", **forged).status_code == 404


def test_a_network_that_is_none_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="OFFICE_NETWORKS"):
        networks("192.0.2.1/24")


def test_demo_pages_exist_only_outside_production(client, db, settings):
    assert client.get("/t/demo/").status_code == 200
    settings.PRODUCTION = True
    assert client.get("/t/demo/").status_code == 404


def test_the_gate_refuses_a_model_that_nobody_registered(anna):
    from wijk.mail.models import OutgoingMail

    with pytest.raises(KeyError):
        access.scope(anna).managed(OutgoingMail)


def test_who_lacks_the_second_step_is_told_why_it_is_asked(as_, mo):
    Authenticator.objects.filter(user=mo).delete()
    page = as_(mo).get("/beheer/", follow=True)
    assert page.redirect_chain[0][0] == "/account/2fa/"
    assert "Voor het beheer van een wijk" in page.content.decode()
