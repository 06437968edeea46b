"""The ledger of consents, its page, and the privacy desk (K-40, C-13, C-25, X-10, X-25)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import formats, timezone

from accounts.audit.models import AuditEvent
from accounts.consent import texts
from accounts.consent.actions import Said, agree, agreed, withdraw
from accounts.consent.models import ConsentEvent, ConsentText, Unchangeable, agreeing, fingerprint
from accounts.consent.texts import Row, Section, shown, version_of
from accounts.users.models import User
from neighbourhoods.subscriptions import lists as newsletters
from neighbourhoods.subscriptions.actions import ask, forget_unconfirmed
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from tests.content.test_contact import send
from wijk import clock
from wijk.mail.models import OutgoingMail

DAY = timedelta(days=1)
KEY = "newsletter:WK020204"


def history(user, key=KEY):
    return list(ConsentEvent.objects.of(user).filter(key=key).values_list("given", flat=True))


def test_a_consent_is_called_what_people_call_it(as_, anna, klarendal):
    agree(user=anna, key=KEY)
    page = as_(anna).get("/mijn/gegevens/").content.decode()
    assert "Nieuwsbrief van Klarendal" in page and KEY not in page
    assert texts.label("newsletter:WK999999") == "Nieuwsbrief van WK999999"
    assert texts.label("something-else") == "something-else"


# The ledger ----------------------------------------------------------------------------------------------------------


def test_what_was_said_is_never_changed(anna):
    event = agree(user=anna, key="terms")
    event.given = False
    with pytest.raises(Unchangeable):
        event.save()
    with pytest.raises(Unchangeable):
        ConsentEvent.objects.filter(user=anna).update(given=False)
    with pytest.raises(Unchangeable):
        event.text.save()
    for table, change in (("consentevent", "given = NOT given"), ("consenttext", "words = ''")):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_{table} SET {change}")
    User.objects.get(pk=anna.pk).delete()
    assert not ConsentEvent.objects.exists() and ConsentText.objects.exists()


def test_a_yes_keeps_the_words_that_were_shown(anna, klarendal):
    event = agree(user=anna, key=KEY)
    words = "We gebruiken dit alleen voor de nieuwsbrief van Klarendal. In elke mail staat een link om te stoppen."
    assert event.text.words == words
    assert event.text.sha256 == fingerprint(words)
    assert (event.text.language, event.text_version) == ("nl", newsletters.TEXT_VERSION)


def test_the_same_answer_twice_is_one_row_and_history_stays(anna, klarendal):
    for say in (agree, agree, withdraw, withdraw, agree):
        say(user=anna, key=KEY)
    assert history(anna) == [True, False, True]
    assert agreed(anna, KEY)
    assert AuditEvent.objects.filter(action="consent.give").count() == 2
    assert AuditEvent.objects.filter(action="consent.withdraw").count() == 1


def test_the_last_word_is_by_the_day_it_was_said(anna, klarendal, petra):
    agree(user=anna, key=KEY)
    withdraw(user=anna, key=KEY, by=petra, said=Said(clock.now() - 3 * DAY, "letter"))
    assert agreed(anna, KEY), "the letter is older than the click"
    with clock.frozen(DAY):
        withdraw(user=anna, key=KEY, by=petra, said=Said(clock.now(), "mail"))
    event = ConsentEvent.objects.current(anna, KEY)
    assert not agreed(anna, KEY)
    assert (event.channel, event.by_ref, bool(event.entered_at)) == ("mail", petra.pk, True)


def test_a_changed_purpose_is_off_for_everybody_until_the_next_yes(anna, bram, mo, klarendal, monkeypatch):
    agree(user=anna, key=KEY)
    agree(user=bram, key=KEY)
    assert set(User.objects.filter(agreeing(KEY))) == {anna, bram}
    monkeypatch.setattr(newsletters, "TEXT_VERSION", "2027-01")
    monkeypatch.setitem(newsletters.PURPOSE_OF, "2027-01", 2)
    assert not User.objects.filter(agreeing(KEY)).exists()
    agree(user=anna, key=KEY)
    withdraw(user=bram, key=KEY)
    assert set(User.objects.filter(agreeing(KEY))) == {anna}
    assert [agreed(person, KEY) for person in (anna, bram, mo)] == [True, False, False]
    factories.post(anna, klarendal), factories.post(bram, klarendal)
    assert type(factories.post(anna, klarendal)).objects.filter(agreeing(KEY, "author")).count() == 2


def test_other_words_for_the_same_purpose_ask_nobody_again(anna, klarendal, monkeypatch):
    agree(user=anna, key=KEY)
    monkeypatch.setattr(newsletters, "TEXT_VERSION", "2026-12")
    monkeypatch.setitem(newsletters.PURPOSE_OF, "2026-12", 1)
    assert agreed(anna, KEY) and set(User.objects.filter(agreeing(KEY))) == {anna}


def test_rows_from_before_the_words_were_kept_still_count(anna):
    ConsentEvent.objects.create(user=anna, key="terms", given=True, text_version="0.9")
    assert agreed(anna, "terms") and set(User.objects.filter(agreeing("terms"))) == {anna}
    assert not agreed(anna, "terms", purpose=2)


# The page ------------------------------------------------------------------------------------------------------------


def test_what_i_agreed_to_shows_its_version_and_day(as_, anna):
    with clock.frozen(timedelta(days=-30)) as then:
        agree(user=anna, key="terms", text_version="0.9", by=anna)
    agree(user=anna, key="terms", text_version="0.9", by=anna)
    agree(user=anna, key="terms", by=anna)
    assert ConsentEvent.objects.filter(user=anna).count() == 2
    browser = as_(anna)
    page = browser.get("/mijn/toestemmingen/").content.decode()
    assert (
        f"{formats.date_format(timezone.localtime(then), 'j F Y, H:i')} uur, op de site. Tekst van versie 0.9." in page
    )
    assert f"Tekst van versie {version_of('terms')}" in page
    assert browser.post("/mijn/toestemmingen/", {"key": "terms", "given": "no"}).status_code == 405
    assert browser.post("/mijn/toestemmingen/kiezen/", {"key": "terms", "aan": "0"}).status_code == 404


def test_giving_and_withdrawing_cost_one_click_each_on_the_same_page(as_, anna, klarendal):
    browser = as_(anna)
    before = browser.get("/mijn/toestemmingen/").text
    assert before.count('name="key" value="newsletter:WK020204"') == 1 and 'name="aan" value="1"' in before
    assert shown(KEY).words in before
    browser.post("/mijn/toestemmingen/kiezen/", {"key": KEY, "aan": "1"})
    assert Subscription.objects.confirmed().filter(user=anna).count() == 1
    after = browser.get("/mijn/toestemmingen/").text
    assert after.count('name="key" value="newsletter:WK020204"') == 1 and 'name="aan" value="0"' in after
    browser.post("/mijn/toestemmingen/kiezen/", {"key": KEY, "aan": "0"})
    assert not Subscription.objects.confirmed().exists()
    assert history(anna) == [False, True]
    page = browser.get("/mijn/toestemmingen/").text
    assert page.count("<strong>Ja</strong>") == 1 and page.count("<strong>Nee</strong>") == 1


def test_a_newsletter_of_another_purpose_waits_for_a_new_yes(as_, client, anna, klarendal, monkeypatch):
    factories.subscription("anna@example.org", klarendal, user=anna)
    factories.subscription("fatima@example.org", klarendal)
    assert Subscription.objects.confirmed().count() == 2
    monkeypatch.setattr(newsletters, "TEXT_VERSION", "2027-01")
    monkeypatch.setitem(newsletters.PURPOSE_OF, "2027-01", 2)
    assert not Subscription.objects.confirmed().exists()
    browser = as_(anna)
    assert "veranderde. Daarom staat hij uit" in browser.get("/mijn/toestemmingen/").text
    browser.post("/mijn/toestemmingen/kiezen/", {"key": KEY, "aan": "1"})
    assert [row.email for row in Subscription.objects.confirmed()] == ["anna@example.org"]
    ask(neighbourhood=klarendal, email="fatima@example.org", first_name="", language="nl", by=None)
    assert Subscription.objects.confirmed().count() == 1, "asking is not confirming"
    with clock.frozen(2 * DAY):
        forget_unconfirmed()
    fatima = Subscription.objects.get(user=None)
    client.post(f"/nieuwsbrief/bevestigen/{fatima.confirmation()}/")
    assert Subscription.objects.confirmed().count() == 2
    assert ConsentText.objects.filter(key=KEY, version="2027-01", purpose=2).exists()


def test_another_feature_adds_its_own_switches_to_the_page(as_, anna, monkeypatch):
    def objections(user):
        row = Row(
            "support", "Hulp", "We kijken mee als je iets vraagt.", True, action="/elders/", fields={"doel": "support"}
        )
        return Section("bezwaar", "Bezwaar", "Hier mag je nee tegen zeggen.", [row])

    monkeypatch.setattr(texts, "_sections", [*texts._sections, (50, objections)])
    page = as_(anna).get("/mijn/toestemmingen/").text
    assert 'action="/elders/"' in page and 'name="doel" value="support"' in page
    assert page.index("deel-nieuwsbrieven") < page.index("deel-bezwaar") < page.index("deel-teksten")


def test_the_page_takes_few_queries(as_, anna, klarendal, presikhaaf, django_assert_max_num_queries):
    browser = as_(anna)
    klarendal.neighbours.add(presikhaaf)
    for _round in range(4):
        for key in (KEY, "newsletter:WK020205"):
            agree(user=anna, key=key)
            withdraw(user=anna, key=key)
    browser.get("/mijn/toestemmingen/")
    with django_assert_max_num_queries(15):
        browser.get("/mijn/toestemmingen/")


# Never implied -------------------------------------------------------------------------------------------------------


def test_reading_and_writing_are_no_consent(client, as_, anna, klarendal):
    post = factories.post(anna, klarendal)
    for path in ("/", "/wijken/", "/wijk/klarendal/", "/privacy/", "/voorwaarden/", "/cookies/", "/zoeken/?q=lamp"):
        answer = client.get(path)
        assert answer.status_code == 200 and not answer.cookies, path
    assert send(client, post).status_code == 302
    as_(anna).get("/mijn/toestemmingen/")
    assert not ConsentEvent.objects.exists()
    assert not Subscription.objects.exists()


# The privacy desk ----------------------------------------------------------------------------------------------------


def typed(**changes):
    return {"key": KEY, "on": "0", "channel": "letter", "said_on": clock.today().isoformat(), **changes}


def test_a_letter_is_written_down_carried_out_and_told(as_, anna, petra, klarendal):
    as_(anna).post("/mijn/toestemmingen/kiezen/", {"key": KEY, "aan": "1"})
    desk = as_(petra)
    found = desk.post("/beheer/privacy/toestemmingen/", {"email": " Anna@Example.org "})
    assert found.url == f"/beheer/privacy/toestemmingen/{anna.pk}/"
    assert "Toestemmingen van Anna Jansen" in desk.get(found.url).text
    for _twice in range(2):
        assert desk.post(found.url, typed()).status_code == 302
    event = ConsentEvent.objects.current(anna, KEY)
    assert (event.given, event.channel, event.by_ref) == (False, "letter", petra.pk)
    assert history(anna) == [False, True] and not Subscription.objects.confirmed().exists()
    assert AuditEvent.objects.filter(action="consent.withdraw", actor_ref=petra.pk).exists()
    assert AuditEvent.objects.filter(action="consent.look", actor_ref=petra.pk).exists()
    mail = OutgoingMail.objects.get(kind="consent-recorded")
    assert mail.recipient == anna.email and "Je zei nee: Nieuwsbrief van Klarendal" in mail.payload
    page = as_(anna).get("/mijn/toestemmingen/").text
    assert "per brief" in page and "opgeschreven op" in page
    desk.post(found.url, typed(on="1", said_on=(clock.today() - 5 * DAY).isoformat()))
    assert not Subscription.objects.confirmed().exists(), "a yes from before that no"


def test_the_desk_says_what_is_wrong_and_loses_nothing(as_, anna, petra):
    desk = as_(petra)
    unknown = desk.post("/beheer/privacy/toestemmingen/", {"email": "niemand@example.org"})
    assert unknown.status_code == 422 and "geen account" in unknown.text and "niemand@example.org" in unknown.text
    url = f"/beheer/privacy/toestemmingen/{anna.pk}/"
    for changes in (
        {"said_on": (clock.today() + DAY).isoformat()},
        {"said_on": "ooit"},
        {"key": "terms"},
        {"on": ""},
        {"channel": "postduif"},
    ):
        assert desk.post(url, typed(**changes)).status_code == 422, changes
    assert not ConsentEvent.objects.exists()
    assert desk.get("/beheer/privacy/toestemmingen/999999/").status_code == 404
