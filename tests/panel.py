"""What a person does with the panel that shows what a text gives away."""

import re

_PANEL = re.compile(r'id="let-op".*?</section>', re.DOTALL)
_BUTTON = re.compile(r'<button[^>]* name="seen" value="([0-9a-f ]+)"')
_CARRIED = re.compile(r'<input type="hidden" name="seen" value="([0-9a-f ]+)"')


def panel(answer):
    """The panel of a page, empty when there is none."""
    found = _PANEL.search(answer.content.decode())
    return found.group() if found else ""


def seen(answer):
    """What the button that lets a text stay sends along."""
    page = answer.content.decode()
    return [*_CARRIED.findall(page), _BUTTON.search(page).group(1)]


def carried(answer):
    """What every other button sends along."""
    return _CARRIED.findall(answer.content.decode())


def post_and_keep(browser, url, typed, **more):
    """Sends a form, and sends it again with the button that lets the text stay when the panel comes up."""
    answer = browser.post(url, typed, **more)
    return browser.post(url, {**typed, "seen": seen(answer)}, **more) if panel(answer) else answer
