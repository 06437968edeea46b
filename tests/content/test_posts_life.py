"""How a post goes on and ends: by the link of a mail, with an outcome, back again, and as a standing offer."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.audit.models import AuditEvent
from accounts.closure.actions import close
from accounts.requests.stopping import restrict
from content.moderation.actions import decide
from content.moderation.story import story_of
from content.moderation.suggestions import accept, suggest
from content.posts import actions, terms
from content.posts.mailed import link_of
from content.posts.models import Post
from tests import factories
from wijk import clock
from wijk.mail.models import OutgoingMail

GONE = "Deze link werkt niet meer"
GOES_ON = {"verlengen": "", "deels-verder": "partly", "niet-verder": "fell_through"}
ENDS = {
    "gelukt": ("fulfilled", ""),
    "via-wijk": ("fulfilled", "via_wijk"),
    "elders": ("fulfilled", "elsewhere"),
    "deels-klaar": ("fulfilled", "partly"),
    "niet-klaar": ("withdrawn", "fell_through"),
    "intrekken": ("withdrawn", ""),
}


@pytest.fixture
def post(anna, klarendal):
    return factories.post(anna, klarendal, expires_at=clock.now() + timedelta(days=6), confirmed_at=clock.now())


def again(post):
    return Post.objects.get(pk=post.pk)


def links_in(mail):
    return re.findall(r"https?://[^/\s]+(/klopt-nog/[^\s\"\\]+)", json.loads(mail.payload)["text"])


# The link of a mail --------------------------------------------------------------------------------------------------


def test_the_reminder_leads_to_a_page_where_each_button_works_without_logging_in(post, client):
    terms.expire_due()
    renew, done, away = links_in(OutgoingMail.objects.get(kind="post-expiring"))
    for link in (renew, done, away):
        page = client.get(link)
        assert page.status_code == 200
        assert not page.cookies and "csrfmiddlewaretoken" not in page.text
        assert post.title in page.text
    assert "nog acht weken op de site" in client.get(renew).text
    answer = client.post(done, {"hoe": "via-wijk"}, follow=True)
    assert "Fijn dat het gelukt is" in answer.text
    assert (again(post).status, again(post).outcome) == ("fulfilled", "via_wijk")


def test_opening_the_link_changes_nothing(post, client):
    before = Post.objects.values().get()
    for query in ("", "?keuze=weg", "?hoe=intrekken", "?klaar=ja"):
        client.get(link_of(post).partition("?")[0] + query)
        client.head(link_of(post).partition("?")[0] + query)
    assert Post.objects.values().get() == before


@pytest.mark.parametrize("word", GOES_ON)
def test_a_post_goes_on_by_the_link(post, client, word):
    assert client.post(link_of(post), {"hoe": word}).status_code == 302
    assert again(post).expires_at > clock.now() + timedelta(days=55)
    assert (again(post).status, again(post).outcome, again(post).reminders) == ("live", GOES_ON[word], 0)
    assert AuditEvent.objects.get(action="post.renew").detail["via"] == "mail"


@pytest.mark.parametrize("word", ENDS)
def test_a_post_ends_by_the_link(post, client, word):
    client.post(link_of(post), {"hoe": word})
    assert (again(post).status, again(post).outcome) == ENDS[word]
    assert post not in Post.objects.visible()


def test_the_mail_of_the_end_puts_it_back(post, client):
    with clock.frozen(timedelta(days=7)):
        terms.expire_due()
        back, done = links_in(OutgoingMail.objects.get(kind="post-expired"))
        assert "Zet het weer op de site" in client.get(back).text
        client.post(back, {"hoe": "verlengen"})
        assert post in Post.objects.visible()
    assert "keuze=gelukt" in done


def dies_by_closing(post):
    close(user=post.author, by=post.author)


def dies_by_freezing(post):
    restrict(user=post.author, reason="own_wish", by=post.author)


def dies_by_epoch(post):
    post.author.epoch += 1
    post.author.save(update_fields=["epoch"])


def dies_by_another_address(post):
    post.author.email = "anna.nieuw@example.org"
    post.author.save(update_fields=["email"])


def dies_by_erasure(post):
    Post.objects.all().delete()


@pytest.mark.parametrize(
    "dies", [dies_by_epoch, dies_by_another_address, dies_by_erasure, dies_by_closing, dies_by_freezing]
)
def test_the_link_dies(post, client, dies):
    link = link_of(post)
    dies(post)
    before = list(Post.objects.values())
    for answer in (client.get(link), client.post(link, {"hoe": "intrekken"})):
        assert answer.status_code == 410
        assert GONE in answer.text
    assert list(Post.objects.values()) == before


def test_the_link_runs_out(post, client):
    link = link_of(post)
    Post.objects.update(expires_at=clock.now() + timedelta(days=60))
    with clock.frozen(timedelta(days=29)):
        assert client.get(link).status_code == 200
    with clock.frozen(timedelta(days=31)):
        assert client.post(link, {"hoe": "intrekken"}).status_code == 410
    Post.objects.update(expires_at=clock.now())
    with clock.frozen(timedelta(days=15)):
        assert client.post(link, {"hoe": "verlengen"}).status_code == 410


def test_wrong_links_all_get_the_same_answer(post, anna, klarendal, client):
    link = link_of(post)
    other = factories.post(anna, klarendal, title="Een ander")
    wrong = [
        "/klopt-nog/onbekend/",
        link[:-4] + "AAA/",
        link.replace("/klopt-nog/", "/klopt-nog/x"),
        link_of(other).replace(":", ";"),
    ]
    answers = {(client.get(one).status_code, client.get(one).text.replace(one, "")) for one in wrong}
    assert len(answers) == 1 and answers.pop()[0] == 410


def test_a_form_of_another_site_does_nothing(post):
    browser = Client(headers={"Origin": "https://elders.example", "Sec-Fetch-Site": "cross-site"})
    assert browser.post(link_of(post), {"hoe": "intrekken"}).status_code == 403
    assert again(post).is_live


@pytest.mark.parametrize("word", ["", "verkocht", "withdraw", "__class__"])
def test_an_unknown_button_does_nothing(post, client, word):
    assert client.post(link_of(post), {"hoe": word}, follow=True).status_code == 200
    assert again(post).is_live


@pytest.mark.parametrize("status", ["held", "changes", "removed", "refused", "waiting"])
def test_the_link_does_nothing_to_what_a_manager_has_in_hand_but_take_it_back(post, client, status):
    Post.objects.update(status=status)
    page = client.get(link_of(post)).text
    assert post.title in page and 'value="verlengen"' not in page and 'value="via-wijk"' not in page
    for word in ("verlengen", "via-wijk", "deels-verder"):
        answer = client.post(link_of(post), {"hoe": word}, follow=True)
        assert "Dat kan niet meer" in answer.text
    assert again(post).status == status


def test_a_button_pressed_twice_does_its_work_once(post, client):
    for _ in range(2):
        client.post(link_of(post), {"hoe": "via-wijk"})
    assert AuditEvent.objects.filter(action="post.fulfilled").count() == 1


# Coming back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [actions.fulfil, actions.withdraw])
def test_what_ended_comes_back_in_one_act(post, anna, as_, end):
    end(post=post, by=anna, outcome="partly")
    with clock.frozen(timedelta(days=55)):
        assert "Weer op de site" in as_(anna).get(f"/mijn/berichten/{post.pk}/").text
        as_(anna).post(f"/mijn/berichten/{post.pk}/verlengen/")
        assert post in Post.objects.visible()
    assert (again(post).outcome, again(post).reopen_until) == ("", None)
    assert AuditEvent.objects.filter(action="post.reopen").count() == 1


def test_after_eight_weeks_it_does_not_come_back(post, anna):
    actions.withdraw(post=post, by=anna)
    with clock.frozen(timedelta(weeks=8, minutes=1)), pytest.raises(actions.StaleError):
        actions.renew(post=post, by=anna)
    assert again(post).status == "withdrawn"


@pytest.mark.parametrize("status", ["waiting", "held", "changes"])
def test_nobody_gets_past_a_manager_by_taking_back_and_putting_back(post, anna, status):
    Post.objects.update(status=status)
    actions.withdraw(post=post, by=anna)
    with pytest.raises(actions.StaleError):
        actions.renew(post=post, by=anna)
    assert again(post).status == "withdrawn"


def test_what_was_placed_for_somebody_else_stays_away_once_taken_back(post, anna):
    Post.objects.update(with_help=True)
    actions.withdraw(post=post, by=anna)
    with pytest.raises(actions.StaleError):
        actions.renew(post=post, by=anna)


def test_an_activity_has_its_own_day(anna, klarendal):
    activity = factories.activity(anna, klarendal)
    actions.fulfil(post=activity, by=anna)
    with pytest.raises(actions.StaleError):
        actions.renew(post=activity, by=anna)


# Confirmed, and standing offers ---------------------------------------------------------------------------------------


def test_everybody_reads_that_it_was_confirmed_later_than_it_was_placed(anna, klarendal, client):
    placed = clock.now() - timedelta(days=10)
    post = factories.post(anna, klarendal, published_at=placed, confirmed_at=placed)
    board = f"/wijk/{klarendal.slug}/vraag-en-aanbod/"
    assert "evestigd" not in client.get(post.get_absolute_url()).text
    actions.renew(post=post, by=anna)
    assert "Bevestigd vandaag" in client.get(post.get_absolute_url()).text
    assert "bevestigd vandaag" in client.get(board).text


def test_the_last_step_asks_of_an_offer_alone_whether_it_goes_on(anna, klarendal, as_):
    browser, asked = as_(anna), "doorlopend aanbod"
    for kind, asks in (("offer", True), ("request", False)):
        draft = factories.post(anna, klarendal, kind=kind, status="draft", published_at=None, expires_at=None)
        assert (asked in browser.get(f"/plaatsen/{draft.pk}/bekijken/").text) is asks
        browser.post(f"/plaatsen/{draft.pk}/bekijken/", {"standing": "on"})
        assert again(draft).standing is asks and again(draft).status != "draft"


def test_a_standing_offer_is_confirmed_twice_a_year(anna, klarendal, client):
    factories.post(anna, klarendal, title="Waardoor zij bekend is")
    offer = factories.post(
        anna, klarendal, kind="offer", status="draft", published_at=None, expires_at=None, standing=True
    )
    actions.submit(post=offer, by=anna)
    assert again(offer).expires_at == again(offer).confirmed_at + timedelta(weeks=26)
    assert "Doorlopend aanbod" in client.get(offer.get_absolute_url()).text
    with clock.frozen(timedelta(weeks=25, days=1)):
        terms.expire_due()
        link = links_in(OutgoingMail.objects.get(kind="post-expiring", about=f"content.post:{offer.pk}"))[0]
        assert "een half jaar" in client.get(link).text
        client.post(link, {"hoe": "verlengen"})
        assert again(offer).expires_at == clock.now() + timedelta(weeks=26)


def test_a_request_is_never_standing(anna, klarendal):
    post = factories.post(anna, klarendal, standing=True)
    actions.renew(post=post, by=anna)
    assert again(post).expires_at == again(post).confirmed_at + timedelta(weeks=8)


def test_an_offer_becomes_standing_and_stops_being_it_with_a_new_term(anna, klarendal, as_):
    offer = factories.post(anna, klarendal, kind="offer", expires_at=clock.now() + timedelta(days=3), reminders=1)
    typed = {"title": offer.title, "text": offer.text, "theme": offer.theme_id}
    as_(anna).post(f"/mijn/berichten/{offer.pk}/aanpassen/", {**typed, "standing": "on"})
    assert again(offer).expires_at > clock.now() + timedelta(days=180) and again(offer).reminders == 0
    with clock.frozen(timedelta(days=100)):
        as_(anna).post(f"/mijn/berichten/{offer.pk}/aanpassen/", typed)
        assert again(offer).is_live and not again(offer).standing
        assert again(offer).expires_at == clock.now() + timedelta(weeks=8)


# What its author reads ------------------------------------------------------------------------------------------------


def story_in(page):
    return re.sub(r"<[^>]+>|\s+", " ", page[page.index("story") :].partition("</details>")[0])


def test_an_author_reads_what_happened_and_no_name(anna, mo, klarendal, as_, client):
    post = factories.post(
        anna, klarendal, status="draft", published_at=None, expires_at=None, title="Lamp", text="Wie helpt?"
    )
    actions.submit(post=post, by=anna)
    decide(post=post, act="hold", by=mo, reason="unclear", note="Welke lamp?")
    decide(post=post, act="approve", by=mo)
    made = suggest(post=post, title="Lamp ophangen", text="Wie helpt?", remark="", seen=again(post).changed_at, by=mo)
    accept(suggestion=made, by=anna)
    with clock.frozen(timedelta(days=50)):
        terms.expire_due()
        client.post(link_of(post), {"hoe": "verlengen"})
        actions.fulfil(post=post, by=anna, outcome="via_wijk")
    page = as_(anna).get(f"/mijn/berichten/{post.pk}/").text
    story = story_in(page)
    told = (
        "gelukt", "gelukt via Wijk", "bevestigd dat het nog klopt", "jij, met de link in de mail", "7 dagen voor",
        "voorstel overgenomen", "andere tekst voorgesteld", "op de site gezet", "vastgehouden",
        "Het is nog niet duidelijk", "gestuurd",
    )  # fmt: skip
    places = [story.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]
    assert places[1:4] == sorted(places[1:4]) and places[6] < places[8] < places[10]
    assert "de wijkbeheerder" in story and "jij" in story
    assert mo.first_name not in story and mo.last_name not in story
    assert "aangepast" not in story, "words that were taken over are told once"


def test_a_story_takes_few_queries_however_long(anna, klarendal, django_assert_max_num_queries):
    post = factories.post(anna, klarendal)
    for _ in range(12):
        actions.renew(post=post, by=anna)
    with django_assert_max_num_queries(4):
        assert len(story_of(post)) == 12
