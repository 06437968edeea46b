"""Coming back with a sealed copy: by link and code, as drafts, with everything off (W-80)."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.archive import actions, comeback
from accounts.archive.contents import COMEBACKS, archived_fields, gather
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.audit.models import AuditEvent
from accounts.consent.models import ConsentEvent
from accounts.users.models import User
from content.posts.models import Post
from neighbourhoods.residents.models import Residence
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.forms import signed_time
from wijk.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])
ASK = "/account/terugkomen/"
PASSWORD = "vier-paarden-op-een-dijk"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.SEALED_STORE = tmp_path / "sealed"


@pytest.fixture
def code():
    return actions.new_code()


@pytest.fixture
def gone(anna, klarendal, code):
    """Anna as her copy knows her, after her account was erased."""
    factories.post(anna, klarendal, title="Lamp ophangen", contact_phone="0612345678", show_phone=True, show_name=True)
    factories.activity(anna, klarendal, title="Samen eten", venue="Buurthuis")
    factories.post(anna, klarendal, title="Ingetrokken", status=Post.Status.WITHDRAWN)
    factories.subscription(anna.email, klarendal, user=anna)
    copy = actions.seal(account=anna, code_key=code.public_key)
    before = gather(anna)
    Subscription.objects.filter(user=anna).delete()
    User.objects.filter(pk=anna.pk).delete()
    return copy, before, anna.pk


def asked(browser, email):
    return browser.post(ASK, {"email": email, "sent_at": signed_time(timedelta(seconds=9))})


def typed(code_text, password=PASSWORD, **changes):
    sent_at = signed_time(timedelta(seconds=9))
    return {"code": code_text, "password": password, "terms": "on", "sent_at": sent_at, **changes}


def link():
    mail = OutgoingMail.objects.filter(kind="copy-link").order_by("-pk").first()
    return re.search(r"/account/terugkomen/[^\s\"]+/", mail.payload)[0]


def test_the_whole_way_back(gone, code, client, klarendal, django_capture_on_commit_callbacks):
    copy, before, old_number = gone
    assert "Kijk in je mail" in asked(client, "Anna@Example.org").text
    path = link()
    assert "terugkomcode" in client.get(path).text
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(path, typed(code.text.lower().replace("-", " ")))
    assert response.status_code == 302, response.text
    user = User.objects.get(email="anna@example.org")
    assert user.pk != old_number and user.check_password(PASSWORD) and user.first_name == "Anna"
    assert EmailAddress.objects.get(user=user).verified
    assert Residence.objects.get(user=user).neighbourhood == klarendal
    assert {post.status for post in user.posts.all()} == {Post.Status.DRAFT}
    assert not any(getattr(post, f"show_{name}") for post in user.posts.all() for name in Post.CONTACT_FIELDS)
    assert not Subscription.objects.filter(user=user).exists()
    assert set(ConsentEvent.objects.of(user).values_list("key", flat=True)) == {"terms", "privacy"}
    copy.refresh_from_db()
    assert copy.why == "returned" and copy.destroyed_at and not KeyWrap.objects.exists()
    assert not actions.path_of(copy).exists()
    assert AuditEvent.objects.filter(action="copy.return").count() == 1
    assert client.get(path).status_code == client.post(path, typed(code.text)).status_code == 410


def test_what_comes_back_is_what_went_in(gone, code):
    copy, before, _old = gone
    contents = actions.opened(copy=copy, pair=code.pair, holder="code")
    user = comeback.come_back(copy=copy, contents=contents, password=PASSWORD)
    after = gather(user)
    for row in before["content.post"]:
        row["status"] = "draft"
    assert after["content.post"] == before["content.post"]
    assert after["neighbourhoods.residence"] == before["neighbourhoods.residence"]
    same = ("email", "first_name", "last_name", "language")
    assert [after["accounts.user"][0][name] for name in same] == [before["accounts.user"][0][name] for name in same]


def test_a_person_with_nothing_comes_back_with_nothing(db, code):
    nel = factories.member("Nel", "Niks")
    copy = actions.seal(account=nel, code_key=code.public_key)
    nel.delete()
    contents = actions.opened(copy=copy, pair=code.pair, holder="code")
    assert comeback.come_back(copy=copy, contents=contents, password=PASSWORD).email == "nel@example.org"


def test_every_archived_model_comes_back_or_is_known_not_to():
    stays_behind = {
        "accounts.user",  # makes the account itself
        "accounts.consentevent",  # every consent is off; the texts are agreed to anew
        "content.organisationeditor",  # the organisation may be in other hands; its editors ask somebody back
    }
    labels = {declaration.model._meta.label_lower for declaration, _names in archived_fields()}
    assert labels == stays_behind | set(COMEBACKS)


def test_the_form_answers_the_same_for_known_and_unknown_addresses(gone, client):
    known, unknown = asked(client, "anna@example.org"), asked(client, "niemand@example.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text and dict(known.headers) == dict(unknown.headers)
    assert known.cookies == unknown.cookies
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == ["anna@example.org"]


def test_known_and_unknown_addresses_cost_the_same_queries(gone, client, django_assert_num_queries):
    asked(client, "iemand@example.org")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for address in ("anna@example.org", "niemand@example.org"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            asked(client, address)
        counts.append(sum(not query["sql"].startswith(("RELEASE", "ROLLBACK", "SAVEPOINT")) for query in queries))
    assert counts[0] == counts[1]


def test_asking_has_a_limit_and_a_trap(gone):
    browser = Client()
    trapped = browser.post(ASK, {"email": "anna@example.org", "website": "x"})
    assert "Kijk in je mail" in trapped.text and not OutgoingMail.objects.exists()
    answers = [asked(browser, f"mens{number}@example.org").status_code for number in range(21)]
    assert answers[-1] == 429 and set(answers[:-1]) == {200}
    assert "geldig" in Client(REMOTE_ADDR="192.0.2.1").post(ASK, {"email": "geen adres"}).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "ABCD-EFGH"}, "tikfout"),
        ({"code": ""}, "Vul je terugkomcode in"),
        ({"password": "kort"}, "wachtwoord"),
        ({"password": "AnnaJansen1"}, "wachtwoord"),
        ({"terms": ""}, "akkoord"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(gone, code, client, change, words):
    asked(client, "anna@example.org")
    text = client.post(link(), typed(code.text) | change).text
    assert words in text and "Er klopt nog iets niet" in text
    assert not User.objects.filter(email="anna@example.org").exists()
    if "code" not in change:
        assert code.text in text


def test_another_code_opens_nothing_and_trying_has_a_limit(gone, client):
    asked(client, "anna@example.org")
    path = link()
    for _try in range(10):
        assert "hoort niet bij deze kopie" in client.post(path, typed(actions.new_code().text)).text
    assert client.post(path, typed(actions.new_code().text)).status_code == 429


def test_a_typing_error_in_any_place_is_told_from_a_wrong_code(code):
    from wijk.sealing import Mistyped, read_code

    text = code.text
    for place, sign in enumerate(text):
        if sign != "-":
            other = text[:place] + ("7" if sign != "7" else "8") + text[place + 1 :]
            with pytest.raises(Mistyped):
                read_code(other)


def test_the_link_works_a_day(gone, client):
    asked(client, "anna@example.org")
    path = link()
    with clock.frozen(timedelta(hours=25)):
        assert client.get(path).status_code == 410
    assert client.get("/account/terugkomen/verzonnen/").status_code == 410


def test_an_expired_copy_brings_nobody_back(gone, client):
    with clock.frozen(timedelta(days=6 * 365)):
        asked(client, "anna@example.org")
        assert not OutgoingMail.objects.exists()


def test_who_signed_up_anew_keeps_that_account_and_may_destroy_the_copy(gone, code, client):
    copy, _before, _old = gone
    fresh = factories.member("Anna", "Anders")
    asked(client, "anna@example.org")
    page = client.post(link(), typed(code.text)).text
    assert "Je hebt al een account" in page and "/kopie/wissen/" in page
    assert User.objects.get(email="anna@example.org") == fresh
    assert SealedCopy.objects.live().get() == copy


def test_a_return_that_fails_halfway_leaves_the_copy_whole(gone, code, monkeypatch):
    copy, _before, _old = gone
    contents = actions.opened(copy=copy, pair=code.pair, holder="code")

    def fail(*_args):
        raise RuntimeError

    monkeypatch.setitem(COMEBACKS, "content.post", fail)
    with pytest.raises(RuntimeError):
        comeback.come_back(copy=copy, contents=contents, password=PASSWORD)
    copy.refresh_from_db()
    assert copy.is_live and not actions.trouble(copy)
    assert not User.objects.filter(email="anna@example.org").exists()
