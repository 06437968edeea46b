"""The panel of the leak guard as a person meets it, on a phone and on a wide screen."""

import os
from pathlib import Path

import pytest

from tests.browser.test_first_ten_minutes import choose_theme, log_in

TOLD = "Bel mij op 06 - 12 34 56 78 of kom naar Lampstraat 7. Mijn dochter van 7 is er ook. Ik ben ziek geweest."


def picture(page, name):
    """A picture for who asks for one."""
    if os.environ.get("WIJK_PICTURES"):
        page.screenshot(path=Path(os.environ["WIJK_PICTURES"]) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", ["390", "1280"])
def test_a_post_is_asked_about_once_moved_from_and_kept(visit, width):
    watched = visit(width)
    page = watched.page
    log_in(watched, "anna")
    watched.open("/plaatsen/?soort=vraag")
    page.fill("[name=title]", "Wie helpt mij?")
    page.fill("[name=text]", TOLD)
    choose_theme(page)
    page.get_by_role("button", name="Verder").click()
    assert page.locator("#let-op").is_visible() and page.evaluate("document.activeElement.id") == "let-op"
    picture(page, f"leaks-post-{width}")
    watched.check()
    page.get_by_role("button", name="Zet het nummer bij mijn contactgegevens").click()
    assert "06" not in page.input_value("[name=text]")
    page.get_by_role("button", name="Verder").click()
    assert "06 - 12" not in page.locator("#let-op").inner_text()
    page.get_by_role("button", name="Laat het zo").click()
    # Who keeps the page of an organisation is asked in whose name.
    assert "/waar/" in page.url
    page.get_by_role("button", name="Verder").click()
    assert "/contact/" in page.url and page.input_value("[name=contact_phone]") == "+31 6 12345678"
    watched.open(page.url.replace("/contact/", "/bekijken/").replace(watched.town.url, ""))
    picture(page, f"leaks-look-{width}")
    watched.check()


@pytest.mark.parametrize("width", ["390", "1280"])
def test_a_first_message_is_asked_about_once(visit, width):
    watched = visit(width)
    page = watched.page
    watched.open("/wijk/klarendal/vraag-en-aanbod/?soort=vraag")
    page.locator("main a[href^='/bericht/']").first.click()
    page.fill("#contact [name=message]", TOLD)
    page.fill("#contact [name=email]", "vera@example.net")
    page.wait_for_timeout(3200)
    page.locator("#contact button[type=submit]").first.click()
    assert page.locator("#let-op").is_visible()
    picture(page, f"leaks-message-{width}")
    watched.check()
    page.get_by_role("button", name="Verstuur het zo").click()
    assert page.url.endswith("/gesprek/gestuurd/")
