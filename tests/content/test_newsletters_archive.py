"""Sent issues on the site, the figures of an issue, and how a draft is looked at."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from content.newsletters import actions, sending
from content.newsletters.figures import figures_of
from content.newsletters.models import Newsletter
from content.posts.models import Post
from neighbourhoods.subscriptions.actions import stop
from tests import factories
from wijk import clock
from wijk.mail.bounces import came_back
from wijk.mail.models import OutgoingMail
from wijk.mail.worker import deliver


@pytest.fixture
def issue(mo, anna, klarendal):
    factories.post(anna, klarendal, title="Een lamp ophangen")
    for number in range(8):
        factories.subscription(f"lezer{number}@example.org", klarendal, first_name="Fatima")
    return actions.create(neighbourhood=klarendal, by=mo)


@pytest.fixture
def sent(issue, mo):
    sending.start(newsletter=issue, by=mo)
    sending.send_due()
    issue.refresh_from_db()
    return issue


def site(issue):
    return reverse("newsletters:issue", args=[issue.neighbourhood.slug, issue.pk])


def archive(issue):
    return reverse("newsletters:archive", args=[issue.neighbourhood.slug])


def desk(name, issue):
    return reverse(f"newsletters:{name}", args=[issue.neighbourhood.slug, issue.pk])


def test_a_sent_issue_is_on_the_site_without_anything_of_a_reader(client, sent):
    page = client.get(site(sent))
    words = page.content.decode()
    assert "public" in page["Cache-Control"] and not page.cookies
    assert "Een lamp ophangen" in words and "Fatima" not in words and "Hallo buur" not in words
    assert not re.search(r"/nieuwsbrief/(stoppen|keuze)/\w", words)
    assert sent.subject in client.get(archive(sent)).content.decode()
    assert archive(sent) in client.get("/wijk/klarendal/").content.decode()
    mail = OutgoingMail.objects.filter(kind="newsletter").first()
    assert f"http://127.0.0.1:8000{site(sent)}" in mail.payload


@pytest.mark.parametrize(
    "change",
    [{"state": "draft"}, {"state": "scheduled"}, {"state": "paused"}, {"on_site": False}, {"list": "professional"}],
)
def test_what_did_not_go_out_or_is_not_for_everybody_is_not_there(client, sent, change):
    Newsletter.objects.update(**change)
    assert client.get(site(sent)).status_code == 404
    assert sent.subject not in client.get(archive(sent)).content.decode()


def test_an_issue_is_of_its_own_neighbourhood(client, sent, presikhaaf):
    assert client.get(reverse("newsletters:issue", args=[presikhaaf.slug, sent.pk])).status_code == 404


def test_what_is_withdrawn_or_whose_author_left_is_gone_from_it(client, anna, sent):
    Post.objects.update(status=Post.Status.WITHDRAWN)
    assert "Een lamp ophangen" not in client.get(site(sent)).content.decode()
    Post.objects.update(status=Post.Status.LIVE)
    type(anna).objects.filter(pk=anna.pk).update(is_active=False)
    assert "Een lamp ophangen" not in client.get(site(sent)).content.decode()


def test_a_manager_takes_an_issue_off_the_site_and_back(as_, client, mo, sent):
    as_(mo).post(desk("on_site", sent), {"tonen": "0"})
    assert client.get(site(sent)).status_code == 404
    as_(mo).post(desk("on_site", sent), {"tonen": "1"})
    assert client.get(site(sent)).status_code == 200


def test_pages_of_the_archive_take_few_queries(client, sent, django_assert_max_num_queries):
    for number in range(25):
        Newsletter.objects.create(
            neighbourhood=sent.neighbourhood, subject=f"Nummer {number}", state="sent", sending_at=clock.now()
        )
    for path in (site(sent), archive(sent), archive(sent) + "?pagina=2"):
        client.get(path)
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200
    assert client.get(archive(sent) + "?pagina=zoveel").status_code == 200


# Figures -------------------------------------------------------------------------------------------------------------


def test_figures_count_mail_and_never_readers(as_, mo, klarendal, sent):
    assert figures_of(sent).waiting == 8
    stop(subscription=klarendal.subscriptions.first(), by=None)
    assert deliver() == 7
    came_back(OutgoingMail.objects.filter(kind="newsletter", state="sent").first(), "hard")
    figures = figures_of(sent)
    assert (figures.meant_for, figures.sent, figures.not_arrived, figures.not_sent) == (8, 7, 1, 1)
    assert figures.stopped is None
    page = as_(mo).get(desk("preview", sent)).content.decode()
    assert "minder dan 5" in page
    for subscription in list(klarendal.subscriptions.filter(stopped_at=None))[:5]:
        stop(subscription=subscription, by=None)
    assert figures_of(sent).stopped == 6


def test_figures_of_a_year_ago_still_say_for_how_many_it_was(sent):
    sent.deliveries.all().delete()
    figures = figures_of(sent)
    assert (figures.meant_for, figures.sent, figures.not_sent) == (8, 0, 0)


# Looking -------------------------------------------------------------------------------------------------------------


def test_each_way_to_look_is_a_link(as_, mo, issue):
    browser = as_(mo)
    for view, shows in (
        ("mail", "newsletter-frame"),
        ("telefoon", "is-phone"),
        ("donker", "?donker=1"),
        ("tekst", "newsletter-text"),
        ("<script>", "newsletter-frame"),
    ):
        page = browser.get(desk("preview", issue), {"als": view}).content.decode()
        assert shows in page and "<script>alert" not in page
    light = browser.get(desk("preview_html", issue)).content.decode()
    dark = browser.get(desk("preview_html", issue), {"donker": "1"}).content.decode()
    assert "prefers-color-scheme: dark" not in light + dark
    assert "@media all" in dark and "@media all" not in light


def test_a_manager_sees_how_the_mail_begins_for_every_kind_of_name(as_, mo, klarendal, issue):
    factories.subscription("zonder@example.org", klarendal)
    page = as_(mo).get(desk("preview", issue)).content.decode()
    assert "Hallo Fatima," in page and page.count("Hallo buur,") >= 2
    assert "heeft 1 lezer geen naam" in page


def test_old_issues_without_a_note_of_their_mail_count_as_sent(sent):
    sent.deliveries.update(mail=None, queued_at=clock.now() - timedelta(days=3))
    assert figures_of(sent).sent == 8
