"""The site as an app: who only visits keeps nothing; who installed it has a page for when there is no connection."""

KEPT = "caches.keys()"
WORKERS = "navigator.serviceWorker.getRegistrations().then(found => found.length)"


def test_a_visitor_keeps_nothing_and_the_browser_can_install_it(visit):
    watched = visit("390")
    watched.open("/")
    watched.page.wait_for_load_state("networkidle")
    assert watched.page.evaluate(KEPT) == [] and watched.page.evaluate(WORKERS) == 0
    session = watched.page.context.new_cdp_session(watched.page)
    assert session.send("Page.getAppManifest")["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}


def test_an_app_without_a_connection_says_so_and_can_be_emptied(visit):
    watched = visit("390", color_scheme="dark")
    page = watched.page
    page.context.add_init_script("Object.defineProperty(navigator, 'standalone', {value: true})")
    watched.open("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto(watched.town.url + "/wijk/klarendal/")
    assert page.inner_text("h1") == "Je hebt geen internet"
    watched.wrongs.clear()  # a browser without a connection says that to its console
    watched.check()
    page.context.set_offline(False)
    page.get_by_role("link", name="Probeer het opnieuw").click()
    assert page.inner_text("h1") == "Klarendal helpt elkaar"
    kept = page.evaluate("caches.open('offline-page').then(room => room.keys()).then(all => all.map(one => one.url))")
    assert not [url for url in kept if "/wijk/" in url]
    watched.open("/cookies/")
    watched.check()
    page.get_by_role("button", name="Haal de bewaarde pagina weg").click()
    page.get_by_text("Er staat niets meer van ons").wait_for()
    assert page.evaluate(KEPT) == [] and page.evaluate(WORKERS) == 0
