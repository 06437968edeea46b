"""What every mail is, of whatever kind: two forms of the same words, nothing loaded from elsewhere, nothing counted."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.wijk.test_mail import HOSTILE
from wijk.mail.compose import compose, compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import declared_kinds, mail_kind, queue, queue_composed
from wijk.mail.worker import message
from wijk.templatetags.mail import mail_button

ROOT = Path(settings.BASE_DIR)
CODE = [
    path for app in ("content", "neighbourhoods", "accounts", "wijk") for path in sorted((ROOT / app).rglob("*.py"))
]
MAIL_TEMPLATES = sorted(path for path in ROOT.glob("*/templates/**/email*/*") if path.is_file())
KINDS = sorted(name for name in declared_kinds() if not name.startswith("trial"))
PROOF = mail_kind("trial-kinds", "Proef")
FORGED = [
    "goed\r\nBcc: slachtoffer@example.org",
    "goed\nX-Kwaad: ja\n\nwoorden",
    "a\x00b",
    "a\u202eb\u2066c",
    "a\ud800b",
]
EVERY = [*HOSTILE, *FORGED, "\r", "\n\n", "\u2028X-Kwaad: ja", "\x0bX-Kwaad: ja", "\x85X-Kwaad: ja"]


def made(kind, **options):
    body = "Dag\n\n" + mail_button("/mijn/", "Kijk") + "\n\n> van een ander"
    return queue_composed(kind, to="vera@example.net", composed=compose_text("Dag", body, "nl"), **options)


def urls(html):
    """What a mail program would load or open."""
    return re.findall(r"""(?:src|href|background|action|srcset)\s*=\s*["']?([^"'\s>]+)|url\(([^)]+)\)""", html)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_leaves_as_text_and_html_and_loads_nothing(db, kind):
    built = message(made(declared_kinds()[kind])).message()
    assert built.get_content_type() == "multipart/alternative"
    text, html = built.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Kijk" in text.get_content() and "Kijk" in html.get_content()
    assert "<img" not in html.get_content() and "<script" not in html.get_content()
    assert all(
        url.startswith((settings.BASE_URL, "mailto:")) for pair in urls(html.get_content()) for url in pair if url
    )
    assert not [name for name in built if name.lower().startswith("list-")]


def test_all_kinds_are_known():
    assert {"newsletter", "account", "contact-confirm", "closing", "breach-notice", "address-test"} <= set(KINDS)


def test_only_mail_of_a_list_says_how_to_unsubscribe():
    # What reads the mail of others knows the word as well.
    writing = [path for path in CODE if "incoming" not in path.parts]
    saying = [path for path in writing if "list-unsubscribe" in path.read_text(encoding="utf-8").lower()]
    assert [path.relative_to(ROOT).as_posix() for path in saying] == ["content/newsletters/emails.py"]
    calls = [
        call
        for path in writing
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and any("list_headers" in ast.unparse(one) for one in call.keywords)
    ]
    assert [ast.unparse(call.args[0]) for call in calls] == ["NEWSLETTER", "DIGEST"]


@pytest.mark.parametrize("path", MAIL_TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_mail_template_loads_or_counts_anything(path):
    words = path.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href|background)=["'](?:https?:)?//|url\(|utm_|<img[^>]+(?:1px|width="1")""", words)


def test_the_templates_are_really_found():
    assert len(MAIL_TEMPLATES) > 60


# A street of its own -------------------------------------------------------------------------------------------------


def houses(html):
    return re.findall(r'bgcolor="(#\w{6})" height="(\d+)"', html)


def test_a_mail_about_one_neighbourhood_shows_its_street_and_any_other_the_street_of_the_site():
    def mail(**facts):
        return compose("content/emails/conversation_confirm.txt", {"url": "/x/", **facts}, "nl").html

    here, there = SimpleNamespace(code="WK020204"), SimpleNamespace(code="WK020205")
    post = SimpleNamespace(title="Lamp", neighbourhood=here)
    assert houses(mail(post=post)) == houses(mail(neighbourhood=here)) != houses(mail(neighbourhood=there))
    assert houses(mail(post=post, neighbourhood="Klarendal")) == houses(mail(post=post))
    assert houses(mail(neighbourhood="Klarendal")) == houses(mail()) != houses(mail(post=post))
    assert len(mail(post=post)) - len(compose_text("", "", "nl").html) < 3000 and len(houses(mail())) == 13


# What somebody typed never makes a header ----------------------------------------------------------------------------


def headers_of(mail):
    """The mail as its bytes are read at the other end."""
    try:
        built = message(mail)
        raw = built.message().as_bytes()
    except (ValueError, LookupError):
        # Given up: nothing leaves.
        return None
    head = raw.partition(b"\n\n")[0].decode("ascii")
    return built, head


def harmless(mail, names=()):
    answer = headers_of(mail)
    if answer is None:
        return
    built, head = answer
    found = re.findall(r"^([^\s:]+):", head, re.M)
    usual = {"Subject", "From", "To", "Message-ID", "Date", "Content-Language", "Auto-Submitted", "MIME-Version"}
    assert set(found) <= usual | {"X-Auto-Response-Suppress", "Content-Type", *names} and len(set(found)) == len(found)
    assert len(built.recipients()) == 1 and not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", head)
    for header in built.message().values():
        assert not re.search("[\r\n\x00\u202a-\u202e\u2066-\u2069\ud800-\udfff]", str(header))


@pytest.mark.parametrize("words", EVERY)
@pytest.mark.parametrize("option", ["from_name", "from_address"])
def test_the_sender_is_one_address_whatever_its_words(db, option, words):
    harmless(made(PROOF, **{option: words}))


@pytest.mark.parametrize("words", EVERY)
def test_a_header_is_one_line_whatever_its_words(db, words):
    harmless(made(PROOF, headers={"X-Proef": words}), names={"X-Proef"})


@pytest.mark.parametrize("name", ["X\r\nBcc", "X: y", "", " X", "X\x00", "\u202eX", "Xé", "X\ud800", "bcc", "BCC "])
def test_a_header_has_a_name_of_its_own_or_none(db, name):
    with pytest.raises(ValueError, match="header"):
        made(PROOF, headers={name: "x"})
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("words", EVERY)
def test_a_reader_is_one_mailbox_or_none(db, words):
    for to in (words, f"{words}@example.net", f"vera@{words}", f"vera@example.net{words}"):
        harmless(queue_composed(PROOF, to=to, composed=compose_text("Dag", "Tekst", "nl"), version=ascii(to)))


@pytest.mark.parametrize("words", EVERY)
def test_a_title_in_a_subject_stays_a_subject(db, words):
    post = SimpleNamespace(title=words)
    template = "content/emails/conversation_confirm.txt"
    harmless(queue(PROOF, to="vera@example.net", template=template, context={"post": post, "url": "/x/"}))
    made = compose(template, {"post": post, "url": "/x/"}, "nl")
    assert "\n" not in made.subject and "\r" not in made.subject
    assert made.html.encode() and made.text.encode()
