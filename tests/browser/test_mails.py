"""Every mail as its reader opens it on a phone, by day and by night: accessible, and never sideways."""

import pytest
from django.conf import settings

from content.newsletters.letter import Card, Section
from tests.browser.conftest import AXE, WIDTHS
from wijk.mail.compose import render_layout
from wijk.mail.samples import mail_templates, sample_mail

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DAY = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
# By night the same page has other colours, and nothing else.
NIGHT = "axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']}).then(found => found.violations)"
LONG = "Ziektekostenverzekeringsmaatschappijenoverleg bij Klarendalsewegbewoners"


@pytest.fixture
def letterbox(chromium):
    """One phone for all mails; it fetches nothing."""
    context = chromium.new_context(viewport=WIDTHS["390"], offline=True)
    yield context.new_page()
    context.close()


def wrong_in(page, html):
    """What is wrong with a mail, one line each."""
    page.set_content(html)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme, run in (("light", DAY), ("dark", NIGHT)):
        page.emulate_media(color_scheme=scheme)
        for rule in page.evaluate(run):
            yield from (f"{scheme}: {rule['id']} {node['target']}" for node in rule["nodes"])
    if (wide := page.evaluate(SIDEWAYS)) > 0:
        yield f"sideways by {wide}"


def test_every_mail_is_accessible_and_fits_a_phone(letterbox):
    found = {template: list(wrong_in(letterbox, sample_mail(template, "nl").html)) for template in mail_templates()}
    assert {template: wrong for template, wrong in found.items() if wrong} == {}


def test_every_mail_fits_a_phone_in_english(letterbox):
    wrong = []
    for template in mail_templates():
        letterbox.set_content(sample_mail(template, "en").html)
        wrong += [template] if letterbox.evaluate(SIDEWAYS) > 0 else []
    assert wrong == []


@pytest.mark.parametrize("template", ["newsletter", "digest"])
def test_letters_are_accessible_and_fit_a_phone(letterbox, template):
    url = settings.BASE_URL + "/voorbeeld/"
    cards = [Card(kind, kind, LONG, url, LONG, LONG, LONG, "1", "ma", "jan") for kind in ("request", "offer", "news")]
    cards.append(
        Card("activity", "Activiteit", LONG, url, when="Maandag 1 januari", day="1", weekday="ma", month="jan")
    )
    words = {
        "sections": [Section("posts", LONG, cards=cards), Section("agenda", "Agenda", cards=cards)],
        "subject": LONG,
        "greeting": "Hallo buur,",
        "neighbourhood": {"name": LONG, "code": "WK020204"},
        "neighbourhood_url": url,
        "on_site": url,
        "stop": url,
        "choice": url,
        "choices": [{"name": LONG, "gap": url}],
        "language": "nl",
    }
    assert list(wrong_in(letterbox, render_layout(f"content/emails/{template}.html", words))) == []


def test_what_is_wrong_with_a_mail_is_seen(letterbox):
    letterbox.set_content(sample_mail(mail_templates()[0], "nl").html)
    pale = "<style>p{color:#eee}@media(prefers-color-scheme:dark){body{background:#111}}</style>"
    wrong = " ".join(wrong_in(letterbox, f"{pale}<p>{'x' * 200}</p>"))
    assert "light: color-contrast" in wrong and "dark: color-contrast" not in wrong and "sideways" in wrong
