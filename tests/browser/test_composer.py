"""The composer of newsletters with its script: blocks move under the finger, and nothing typed is lost."""

import pytest

from tests.browser.test_first_ten_minutes import log_in


def labels(page):
    return [" ".join(legend.split()) for legend in page.locator("[data-block] > legend").all_inner_texts()]


def focused(page):
    return page.evaluate("document.activeElement.dataset.move || document.activeElement.name")


def new_draft(watched):
    log_in(watched, "mo")
    watched.open("/beheer/klarendal/nieuwsbrieven/")
    watched.page.locator("form[action$='/nieuw/'] button").click()
    watched.page.locator("[data-block] > legend").first.wait_for()
    return watched.page


@pytest.mark.parametrize("width", ["390", "1280"])
def test_blocks_move_come_and_go_without_a_round_to_the_server(visit, width):
    watched = visit(width)
    page = new_draft(watched)
    address = page.url
    assert labels(page) == ["1. Tekst", "2. Berichten", "3. Agenda", "4. Nieuws"]
    page.fill("[name=blok0-text]", "Dit typte ik zelf.")
    page.locator("[data-block='0'] [data-move='1']").focus()
    page.keyboard.press("Enter")
    assert labels(page)[:2] == ["1. Berichten", "2. Tekst"] and focused(page) == "1"
    assert "Tekst staat nu op plaats 2 van 4" in page.locator("[data-told]").inner_text()
    page.locator("[data-block='2'] [data-remove]").click()
    assert labels(page) == ["1. Berichten", "2. Tekst", "3. Nieuws"]
    page.get_by_role("button", name="Zet terug").click()
    assert labels(page)[2] == "3. Agenda"
    page.locator("[data-add] button[value='erbij:text']").click()
    assert labels(page)[4] == "5. Tekst" and focused(page) == "blok4-title"
    page.keyboard.type("Tot slot")
    assert page.locator("[data-unsaved-note]").is_visible() and page.url == address
    watched.check()
    page.locator(".composer-end button[value=bewaar]").click()
    assert labels(page) == ["1. Berichten", "2. Tekst", "3. Agenda", "4. Nieuws", "5. Tekst"]
    assert page.input_value("[name=blok1-text]") == "Dit typte ik zelf."
    assert page.input_value("[name=blok4-title]") == "Tot slot"
    watched.open(page.url.split("#")[0].replace(watched.town.url, "") + "voorbeeld/?als=telefoon")
    watched.check()


def test_leaving_with_unsaved_words_is_asked_about(visit):
    watched = visit("1280")
    page = new_draft(watched)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.fill("[name=subject]", "Nog niet bewaard")
    page.locator("main a", has_text="Gooi dit concept weg").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and page.input_value("[name=subject]") == "Nog niet bewaard"


def test_without_a_script_every_button_sends_the_form(visit):
    watched = visit("1280", java_script_enabled=False)
    page = new_draft(watched)
    before = page.locator("[data-block] > legend").count()
    page.locator("[data-add] button[value='erbij:agenda']").click()
    assert page.locator("[data-block] > legend").count() == before + 1
    page.locator("[data-move='-1']").last.click()
    assert page.locator("[data-block] > legend").nth(before - 1).inner_text().strip().endswith("Agenda")
