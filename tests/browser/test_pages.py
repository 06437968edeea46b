"""Every page as its reader meets it: accessible, inside the content policy, from our own host, and never sideways."""

import pytest

from tests.browser.test_first_ten_minutes import log_in

PUBLIC = [
    "/",
    "/wijken/",
    "/wijken/arnhem/",
    "/wijken/zoeken/?q=68",
    "/wijk/klarendal/",
    "/wijk/klarendal/vraag-en-aanbod/",
    "/wijk/klarendal/vraag-en-aanbod/?soort=vraag",
    "/wijk/klarendal/agenda/",
    "/wijk/klarendal/agenda/print/",
    "/wijk/klarendal/organisaties/",
    "/wijk/klarendal/nieuws/",
    "/zoeken/?q=lamp",
    "/zoeken/?q=xyzzy",
    "/hulp/",
    "/privacy/",
    "/privacy/versies/",
    "/voorwaarden/",
    "/cookies/",
    "/toegankelijkheid/",
    "/lek-melden/",
    "/lek-melden/bedankt/?nummer=L-ABC-DEF",
    "/privacy/verwerkers/",
    "/nieuwsbrief/klarendal/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/demo/post/",
    "/stijl/",
    "/bestaat-niet/",
]
MEMBER = [
    "/mijn/",
    "/mijn/berichten/",
    "/mijn/gesprekken/",
    "/mijn/organisaties/",
    "/mijn/organisaties/nieuw/",
    "/mijn/nieuwsbrieven/",
    "/mijn/gegevens/",
    "/mijn/toestemmingen/",
    "/mijn/beveiliging/",
    "/mijn/beveiliging/apparaten/",
    "/account/2fa/",
    "/account/email/",
    "/account/password/change/",
    "/mijn/wijk/",
    "/mijn/opzeggen/",
    "/plaatsen/",
    "/plaatsen/?soort=aanbod",
    "/plaatsen/?soort=activiteit",
]
DESK = [
    "/beheer/",
    "/beheer/klarendal/",
    "/beheer/klarendal/berichten/",
    "/beheer/klarendal/meldingen/",
    "/beheer/klarendal/mensen/",
    "/beheer/klarendal/nieuws/",
    "/beheer/klarendal/nieuws/nieuw/",
    "/beheer/klarendal/nieuwsbrieven/",
]


def walk(watched, paths):
    """Opens each page and gathers what is wrong, so that one run tells everything."""
    wrong = []
    for path in paths:
        try:
            watched.open(path)
            watched.check()
        except AssertionError as problem:
            wrong.append(f"{path}: {problem}")
            watched.wrongs.clear()
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("width", ["390", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(visit, width, scheme):
    watched = visit(width, color_scheme=scheme)
    walk(watched, PUBLIC)


def test_public_pages_set_no_cookie(visit):
    watched = visit("390")
    for path in PUBLIC:
        if not path.startswith("/account/"):
            watched.open(path)
    assert watched.page.context.cookies() == []


@pytest.mark.parametrize("width", ["390", "1280"])
def test_member_pages(visit, width):
    watched = visit(width)
    log_in(watched, "anna")
    walk(watched, MEMBER)
    watched.open("/mijn/")
    assert watched.page.locator("a[href='/mijn/gegevens/']").count(), "my data is one click away"
    assert watched.page.locator("a[href='/mijn/opzeggen/']").count(), "closing is one click away"


@pytest.mark.parametrize("width", ["390", "1280"])
def test_desk_pages(visit, width):
    watched = visit(width)
    log_in(watched, "mo")
    walk(watched, DESK)


def test_the_editors_admin_stays_inside_its_policy(visit):
    watched = visit("1280")
    log_in(watched, "eva")
    wrong = []
    for path in ("/cms/", "/cms/pages/", "/cms/images/"):
        watched.open(path)
        watched.page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {problem}" for problem in watched.wrongs]
        watched.wrongs.clear()
    assert wrong == []


def test_reading_placing_and_writing_need_no_javascript(visit):
    watched = visit("390", java_script_enabled=False)
    log_in(watched, "bram")
    watched.open("/plaatsen/?soort=aanbod")
    watched.page.fill("[name=title]", "Een boor te leen")
    watched.page.get_by_role("button", name="Verder").click()
    assert "Een boor te leen" in watched.page.content(), "nothing typed is lost"
    watched.open("/wijk/presikhaaf-west/")
    assert watched.page.locator("main a").count() > 5
