"""The demo's mailbox: readable, filtered by address, and absent in production."""

import pytest

from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.mail.worker import deliver

SHOWN = mail_kind("shown", "Proef")


def mail(to, subject="Dag"):
    body = "Kijk op http://127.0.0.1:8000/mijn/ en lees.\n\n> <script>alert(1)</script>"
    return queue_composed(SHOWN, to=to, composed=compose_text(subject, body, "nl"))


def test_the_list_shows_everybodys_mail_and_one_mailbox_on_request(client, db):
    mail("vera@example.net", "Voor Vera")
    mail("anna@example.org", "Voor Anna")
    page = client.get("/demo/post/").content.decode()
    assert "Voor Vera" in page and "Voor Anna" in page and 'href="?aan=vera%40example.net"' in page
    page = client.get("/demo/post/?aan=VERA@example.net").content.decode()
    assert "Voor Vera" in page and "Voor Anna" not in page
    assert "Hier ligt nog niets" in client.get("/demo/post/?aan=niemand").content.decode()


def test_a_mail_shows_its_text_with_links_and_its_html_in_a_frame_without_rights(client, db):
    made = mail("vera@example.net", "<b>Dag</b>")
    response = client.get(f"/demo/post/{made.pk}/")
    page = response.content.decode()
    assert '<a href="http://127.0.0.1:8000/mijn/"' in page and "&lt;b&gt;Dag" in page and "<script>alert" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "frame-src 'self'" in response["Content-Security-Policy"]
    frame = client.get(f"/demo/post/{made.pk}/html/")
    assert frame["X-Frame-Options"] == "SAMEORIGIN" and "script-src" not in frame["Content-Security-Policy"]
    assert "default-src 'none'" in frame["Content-Security-Policy"] and "&lt;script&gt;" in frame.content.decode()


def test_a_wiped_mail_is_still_a_page(client, db, settings):
    settings.SHOW_OUTBOX = False
    made = mail("vera@example.net")
    deliver()
    for path in ("/demo/post/", f"/demo/post/{made.pk}/", f"/demo/post/{made.pk}/html/"):
        page = client.get(path)
        assert page.status_code == 200 and "vera" not in page.content.decode()


@pytest.mark.parametrize("address", ["\x00", "\u202e", "a" * 5000, "<script>", "é@é", "@"])
def test_any_address_may_be_asked_for(client, db, address):
    mail("vera@example.net")
    page = client.get("/demo/post/", {"aan": address, "pagina": "x"})
    assert page.status_code == 200 and "<script>" not in page.content.decode().partition("<main")[2]


def test_production_has_no_such_page(client, db, settings):
    made = mail("vera@example.net")
    settings.PRODUCTION = True
    for path in ("/demo/post/", f"/demo/post/{made.pk}/", f"/demo/post/{made.pk}/html/"):
        assert client.get(path).status_code == 404
    assert OutgoingMail.objects.count() == 1
