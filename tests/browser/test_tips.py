"""Tips while somebody places a post: they come by while typing, and without a script before the last button."""

import pytest

from tests.browser.test_first_ten_minutes import choose_theme, log_in, submit

ASKED = "Wie heeft een ladder te leen?"
GIVEN = "Ladder te leen, vier meter"


@pytest.mark.parametrize("width", ["390", "1280"])
def test_a_tip_comes_while_somebody_types_and_moves_nothing(visit, width):
    watched = visit(width)
    page = watched.page
    log_in(watched, "anna")
    asked = []
    page.on("request", lambda request: asked.append(request) if "/tips/" in request.url else None)
    watched.open("/plaatsen/?soort=vraag")
    field, tips = page.locator("[name=title]"), page.locator("[data-tips]")
    place = page.locator("[name=theme]").first.bounding_box()
    field.press_sequentially("Ladder")
    page.wait_for_timeout(1000)
    assert not asked and not tips.inner_text().strip(), "a few letters are not asked about"
    field.fill("")
    field.press_sequentially(ASKED, delay=20)
    tips.get_by_text(GIVEN).wait_for()
    assert len(asked) == 1 and asked[0].method == "POST" and "?" not in asked[0].url
    assert "Allebei over" in tips.inner_text() and "bericht" in page.locator("#tips-gezegd").inner_text()
    assert page.locator("[name=theme]").first.bounding_box() == place
    assert page.evaluate("document.activeElement.name") == "title" and field.input_value() == ASKED
    assert tips.locator("a").first.get_attribute("target") == "_blank"
    watched.check()
    field.fill("")
    page.wait_for_timeout(1000)
    assert not tips.inner_text().strip() and not page.locator("#tips-gezegd").inner_text().strip()


def test_no_answer_is_no_trouble(visit):
    watched = visit("390")
    page = watched.page
    log_in(watched, "anna")
    watched.open("/plaatsen/?soort=vraag")
    page.route("**/plaatsen/tips/", lambda route: route.abort())
    page.locator("[name=title]").press_sequentially(ASKED)
    page.wait_for_timeout(1000)
    watched.check()
    assert not page.locator("[data-tips]").inner_text().strip()


def test_without_a_script_tips_stand_on_the_last_step(visit):
    watched = visit("390", java_script_enabled=False)
    page = watched.page
    log_in(watched, "anna")
    watched.open("/plaatsen/?soort=vraag")
    page.fill("[name=title]", ASKED)
    page.fill("[name=text]", "Voor de dakgoot, een middag is genoeg.")
    choose_theme(page)
    for _ in range(4):
        if "/bekijken/" in page.url:
            break
        submit(watched, "Verder")
    assert "Dit is er al" in page.content() and GIVEN in page.content()
