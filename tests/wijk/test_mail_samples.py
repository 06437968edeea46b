"""Every mail the site can send can be looked at, and each is plain: one button or none, nothing from elsewhere."""

import re

import pytest
from django.conf import settings

from wijk.mail.samples import mail_templates, sample_mail


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("template", mail_templates())
def test_each_mail_is_whole_in_each_language(template, language):
    mail = sample_mail(template, language)
    assert 5 < len(mail.subject) < 200 and "\n" not in mail.subject
    assert len(mail.text) > 100 and f'lang="{language}"' in mail.html
    assert not re.search(r"\{[%{]|[%}]\}|\bNone\b", mail.subject + mail.text)


@pytest.mark.parametrize("template", mail_templates())
def test_no_mail_loads_anything_or_counts_its_readers(template):
    html = sample_mail(template, "nl").html
    assert not re.search(r"<(img|script|iframe|link|video|form)\b|url\(|@import", html)
    assert all(link.startswith((settings.BASE_URL, "mailto:")) for link in re.findall(r'href="([^"]+)"', html))
    assert "prefers-color-scheme: dark" in html


@pytest.mark.django_db
def test_the_demo_shows_them_all(client, settings):
    settings.PRODUCTION = False
    page = client.get("/demo/mails/").content.decode()
    for template in mail_templates():
        assert f"/demo/mails/{template}/" in page
    one = client.get("/demo/mails/content/emails/post_live.txt/")
    assert one.status_code == 200 and one["Content-Security-Policy"].startswith("default-src 'none'")
    assert client.get("/demo/mails/x.txt/").status_code == 404
    settings.PRODUCTION = True
    assert client.get("/demo/mails/").status_code == 404
