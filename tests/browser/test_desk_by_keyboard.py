"""A manager's evening on a phone-wide screen without a mouse: from logging in with a passkey to a newsletter sent."""

import re

from tests.browser.test_first_ten_minutes import code, mail_to
from tests.browser.test_signing_in import AUTHENTICATOR, log_out, submit, town, type_password

__all__ = ["town"]  # by a name: to a browser a bare number is no place a passkey can belong to
SUBJECT = "Nieuws van zaterdag, met de toetsen"
MOST_TABS = 400
# What has the focus: its name as a screen reader says it, and whether a person can see that it has it.
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const label = here.labels && here.labels[0] ? here.labels[0].innerText : "";
  const style = getComputedStyle(here);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const box = here.getBoundingClientRect();
  return {
    name: (here.getAttribute("aria-label") || label || here.innerText || here.value || here.title || "").trim(),
    seen: ring && box.width > 0 && box.height > 0,
    frame: here.tagName === "IFRAME",
  };
}"""


class Keys:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, watched):
        self.watched, self.page = watched, watched.page

    def reach(self, words, *, back=False):
        """Goes on with the Tab key until what has these words has the focus, visibly."""
        wanted = re.compile(words)
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            focus = self.page.evaluate(FOCUSED)
            if focus and wanted.search(focus["name"]):
                assert focus["seen"], f"nobody sees that {focus['name']!r} has the focus at {self.page.url}"
                return
        raise AssertionError(f"no key leads to {words!r} at {self.page.url}")

    def choose(self, words, to=""):
        """Presses Enter on it, and waits for the page it leads to."""
        self.reach(words)
        self.page.keyboard.press("Enter")
        if to:
            self.page.wait_for_url(re.compile(to))
        self.page.wait_for_load_state()

    def type(self, words, text):
        """Replaces what stands in a field."""
        self.reach(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


def with_passkey(watched, name):
    """Puts a passkey beside the app somebody has, and logs out: the way there is another test's."""
    page = watched.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    type_password(watched, name)
    page.fill("[name=code]", code(watched.town.secrets[name]))
    submit(watched, "^Inloggen$")
    watched.open("/account/2fa/")
    page.get_by_role("link", name="Voeg toe").click()
    page.fill("[name=name]", "Mijn telefoon")
    page.get_by_label(re.compile("zonder wachtwoord")).check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("recovery-codes|2fa/webauthn/$"))
    log_out(watched)


def test_a_manager_sends_a_newsletter_with_nothing_but_keys(visit):
    watched = visit("390")
    with_passkey(watched, "els")
    keys, page = Keys(watched), watched.page
    watched.open("/account/login/")
    keys.choose("Inloggen met een toegangssleutel", to="/mijn/$")
    watched.check()
    keys.choose("beheer van de wijk", to="/beheer/presikhaaf-west/$")
    watched.check()
    keys.choose("^Menu")
    keys.choose("^Nieuwsbrieven", to="/nieuwsbrieven/$")
    watched.check()
    keys.choose("Nieuwe nieuwsbrief", to=r"/nieuwsbrieven/\d+/$")
    watched.check()
    keys.type("Onderwerp", SUBJECT)
    keys.choose("Bewaar en bekijk", to="/voorbeeld/")
    watched.check()
    keys.choose("Verder naar versturen", to="/versturen/$")
    watched.check()
    keys.choose(r"Verstuur aan \d+ lezer", to="/nieuwsbrieven/$")
    assert "De nieuwsbrief gaat nu naar" in page.locator("main").inner_text()
    assert SUBJECT in page.locator("main").inner_text()
    watched.check()
    assert SUBJECT in mail_to(watched, "", SUBJECT).locator("main").inner_text()
