"""A conversation by mail and on the site, in a real browser: neither side learns what the other did not give."""

import re
import time

from tests.browser.test_first_ten_minutes import follow, log_in, mail_to, submit

TITLE, VISITOR = "Elke week een pan soep over", "dora@voorbeeld.nl"
SIGNATURE = "-- \nAnna Jansen\n{address}\n06-12345678\n"
REPLY = """Authentication-Results: mx.wijk.example; dmarc=pass header.from={domain}
From: {name} <{author}>
Subject: Re: {title}
Message-ID: <{number}@{domain}>
Content-Type: text/plain; charset=utf-8

{words}

{signature}
Op za 28 nov. 2026 om 10:14 schreef De ander <{address}>:
> Van {author}: wat er eerder stond
"""


def answer(watched, author, number, words, signature=""):
    """Answers the mail that is open in the demo's outbox, as a mail program does."""
    address = re.search(r"[a-z2-7]{26}@wijk\.example", watched.page.locator("main").inner_text()).group()
    name, domain = author.split("@")
    mail = {"domain": domain, "name": name, "author": author, "title": TITLE, "number": number}
    raw = REPLY.format(**mail, words=words, signature=signature, address=address)
    watched.town.mail_in(address, raw.encode())


def test_two_neighbours_talk_by_mail_share_and_part(visit):
    visitor, anna = visit("390"), visit("1280")
    visitor.open("/wijk/klarendal/vraag-en-aanbod/?soort=aanbod&q=soep")
    visitor.page.get_by_role("link", name=TITLE).first.click()
    visitor.page.wait_for_load_state()
    visitor.check()
    form = visitor.page.locator("form#contact")
    form.locator("[name=message]").fill("Mag ik deze week een pannetje komen halen?")
    form.locator("[name=email]").fill(VISITOR)
    time.sleep(3.1)  # a form sent within three seconds is a robot's
    form.get_by_role("button").first.click()
    visitor.page.wait_for_load_state()
    mail_to(visitor, VISITOR, "verstuur je bericht")
    follow(visitor, "gesprek/")
    submit(visitor, "Ja, verstuur")
    visitor.check()

    page = mail_to(anna, "", "reageert op .*pan soep")
    # The address of her contact card, which nobody sees.
    hers = re.search(r"[\w.]+@demo\.wijk", page.locator("main").inner_text()).group()
    assert VISITOR not in page.content()
    answer(anna, hers, 1, "Ja hoor, kom donderdag langs.", SIGNATURE.format(address=hers))
    page = mail_to(visitor, VISITOR, "Antwoord over .*pan soep")
    told = page.content()
    assert "kom donderdag langs" in told
    assert not any(secret in told for secret in (hers, "12345678", "wat er eerder stond"))

    answer(visitor, VISITOR, 2, "Fijn, tot donderdag!")
    log_in(anna, "anna")
    thread = open_talk(anna, "tot donderdag")
    anna.check()
    assert VISITOR not in anna.page.content() and "per mail" in anna.page.content()

    # Anna gives her number, and nothing else.
    anna.page.locator("summary", has_text="Deel je gegevens").click()
    anna.page.get_by_label("Deel mijn telefoonnummer").check()
    anna.page.locator("[name=phone]").fill("06 87654321")
    anna.check()
    submit(anna, "Deel wat ik aankruiste")
    anna.check()
    mail_to(visitor, VISITOR, "deelt gegevens met je")
    assert "06 87654321" in visitor.page.content() and hers not in visitor.page.content()
    follow(visitor, "gesprek/")
    visitor.check()
    assert "06 87654321" in visitor.page.content() and hers not in visitor.page.content()
    theirs = visitor.page.url

    # And then wants no more of it.
    anna.open(thread)
    anna.page.locator("summary", has_text="Stoppen, blokkeren of hulp").click()
    anna.page.get_by_role("link", name="Blokkeren").click()
    anna.page.wait_for_load_state()
    anna.check()
    submit(anna, "Blokkeer de ander")
    anna.check()
    assert "geblokkeerd" in anna.page.content() and VISITOR not in anna.page.content()
    visitor.page.goto(theirs)
    visitor.check()
    assert "gesloten" in visitor.page.content() and "06 87654321" not in visitor.page.content()


def open_talk(watched, words):
    """The thread in which these words stand, once the worker brought them."""
    for _time in range(60):
        watched.open("/mijn/gesprekken/")
        row = watched.page.locator(".talk-row", has_text=words)
        if row.count():
            row.get_by_role("link").first.click()
            watched.page.wait_for_load_state()
            return watched.page.url.removeprefix(watched.town.url)
        time.sleep(0.5)
    raise AssertionError(f"{words!r} did not come")
