"""A stranger's first ten minutes with the demo, by hand and eye."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

TITLE = "Wie helpt mij een gordijnrail ophangen?"
VISITOR = "carla@voorbeeld.nl"


def log_in(watched, name):
    """With the password and the second factor where there is one; once per person, because a code works once."""
    page, town = watched.page, watched.town
    if name in town.sessions:
        page.context.add_cookies(town.sessions[name])
        return
    watched.open("/account/login/")
    page.fill("[name=login]", f"{name}@demo.wijk")
    page.fill("[name=password]", town.password)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    if "/2fa/" in page.url:
        page.fill("[name=code]", code(town.secrets[name]))
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
    assert "/account/" not in page.url, page.locator("main").inner_text()
    town.sessions[name] = page.context.cookies()


def code(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def mail_to(watched, address, subject):
    """The newest mail to an address in the demo's outbox, once the worker brought it."""
    for _ in range(60):
        watched.open(f"/demo/post/?aan={address}")
        found = watched.page.locator(".outbox h2 a", has_text=re.compile(subject, re.I)).first
        if found.count():
            found.click()
            watched.page.wait_for_load_state()
            return watched.page
        time.sleep(0.5)
    raise AssertionError(f"no mail about {subject!r} to {address}: {watched.page.locator('main').inner_text()[:1500]}")


def follow(watched, pattern):
    """Opens the link of a mail that leads to such an address."""
    text = watched.page.locator("main").inner_text()
    found = re.search(r"https?://[^\s]+?(/" + pattern + r"[^\s]*)", text)
    assert found, text
    watched.open(found.group(1))


def submit(watched, label):
    watched.page.get_by_role("button", name=label).first.click()
    watched.page.wait_for_load_state()


def test_a_strangers_first_ten_minutes(visit):
    stranger = visit("1280")
    for path in ("/", "/wijk/klarendal/"):
        for width in ("1280", "390"):
            looking = visit(width)
            looking.open(path)
            looking.check()

    # Anna places a request; her details stay hidden.
    anna = visit("390")
    log_in(anna, "anna")
    anna.open("/plaatsen/?soort=vraag")
    anna.check()
    anna.page.fill("[name=title]", TITLE)
    anna.page.fill("[name=text]", "Ik heb de rail en de schroeven al. Wie heeft een boor en een uurtje?")
    choose_theme(anna.page)
    submit(anna, "Verder")
    for _ in range(4):
        if "/bekijken/" in anna.page.url:
            break
        anna.check()
        if "/contact/" in anna.page.url:
            while (closed := anna.page.locator("main details:not([open]) > summary")).count():
                closed.first.click()
            anna.page.fill("[name=contact_phone]", "06 12345678")
        submit(anna, "Verder")
    anna.check()
    assert "0612345678" not in anna.page.content().replace(" ", "").split('class="panel quiet"')[0]
    submit(anna, "Plaatsen")
    anna.check()
    assert "/klaar/" in anna.page.url

    # Nobody sees it before Mo has read it.
    stranger.open("/wijk/klarendal/vraag-en-aanbod/?soort=vraag")
    assert TITLE not in stranger.page.content()

    mo = visit("1280")
    log_in(mo, "mo")
    mo.open("/beheer/klarendal/")
    mo.check()
    mo.open("/beheer/klarendal/berichten/?stand=wacht")
    mo.page.get_by_role("link", name=TITLE).first.click()
    mo.page.wait_for_load_state()
    mo.check()
    assert "06 12345678" not in mo.page.content() and "+31612345678" not in mo.page.content()
    submit(mo, re.compile("Plaats|Zet op de site|Goed", re.I))

    # Now everybody reads it, and a visitor without an account writes.
    mail_to(stranger, "anna@demo.wijk", "staat op de site|gordijnrail")
    stranger.open("/wijk/klarendal/vraag-en-aanbod/?soort=vraag&vers=1")
    stranger.page.get_by_role("link", name=TITLE).first.click()
    stranger.page.wait_for_load_state()
    stranger.check()
    assert stranger.page.context.cookies() == [], "reading sets no cookie"
    form = stranger.page.locator("form#contact")
    form.locator("[name=message]").fill("Ik heb een boor, en zaterdag tijd. Zal ik langskomen?")
    form.locator("[name=email]").fill(VISITOR)
    time.sleep(3.1)  # a form sent within three seconds is a robot's
    form.get_by_role("button").first.click()
    stranger.page.wait_for_load_state()
    stranger.check()
    mail_to(stranger, VISITOR, "bevestig|verstuur|bericht")
    follow(stranger, "gesprek/")
    stranger.check()
    submit(stranger, "Ja, verstuur")

    # Anna finds the mail, without the visitor's address, and answers on the site.
    page = mail_to(stranger, "anna@demo.wijk", "reageert op .*gordijnrail")
    assert VISITOR not in page.content()
    anna.open("/mijn/gesprekken/")
    anna.check()
    anna.page.locator(".talk-row", has_text="gordijnrail").get_by_role("link").first.click()
    anna.page.wait_for_load_state()
    anna.check()
    assert VISITOR not in anna.page.content()
    anna.page.fill("[name=body]", "Graag. Zaterdag om elf uur is fijn.")
    submit(anna, "Verstuur je antwoord")

    page = mail_to(stranger, VISITOR, "Antwoord over .*gordijnrail")
    assert "anna@demo.wijk" not in page.content() and "Jansen" not in page.content()
    follow(stranger, "gesprek/")
    stranger.check()
    assert "Zaterdag om elf uur" in stranger.page.content()


def choose_theme(page):
    control = page.locator("select[name=theme]")
    if control.count():
        control.select_option(index=1)
    else:
        page.locator("input[name=theme]").first.check(force=True)
