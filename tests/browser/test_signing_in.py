"""Passkeys and codes from an app, with a real browser and its virtual authenticator, inside the content policy."""

import re
import time
from dataclasses import replace

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def town(town):
    """By a name: to a browser a bare number is no place a passkey can belong to."""
    return replace(town, url=town.url.replace("127.0.0.1", "localhost"))


def submit(watched, label):
    watched.page.get_by_role("button", name=re.compile(label)).first.click()
    watched.page.wait_for_load_state()


def type_password(watched, name):
    watched.open("/account/login/")
    watched.page.fill("[name=login]", f"{name}@demo.wijk")
    watched.page.fill("[name=password]", watched.town.password)
    submit(watched, "^Inloggen$")


def log_out(watched):
    watched.open("/account/logout/")
    watched.page.locator("main").get_by_role("button", name="Uitloggen").click()
    watched.page.wait_for_url(watched.town.url + "/")
    assert "session" not in {cookie["name"] for cookie in watched.page.context.cookies()}


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_somebody_adds_a_passkey_and_logs_in_with_it_and_nothing_else(visit):
    watched = visit("390")
    page = watched.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    type_password(watched, "corrie")
    watched.open("/account/2fa/")
    watched.check()
    page.get_by_role("link", name="Voeg toe").click()
    page.fill("[name=name]", "Mijn telefoon")
    page.get_by_label(re.compile("zonder wachtwoord")).check()
    watched.check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("recovery-codes|2fa/webauthn/$"))
    watched.check()
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    log_out(watched)

    watched.open("/account/login/?next=/mijn/beveiliging/")
    watched.check()
    page.get_by_role("button", name="Inloggen met een toegangssleutel").click()
    page.wait_for_url(watched.town.url + "/mijn/beveiliging/")
    assert "Staat aan" in page.locator("main").inner_text()
    log_out(watched)

    # The password alone no longer does, and the key is also the second step.
    type_password(watched, "corrie")
    assert "/account/2fa/authenticate/" in page.url
    watched.check()
    page.get_by_role("button", name="Gebruik je toegangssleutel").click()
    page.wait_for_url(watched.town.url + "/mijn/")

    # A device that refuses gets words, not silence.
    log_out(watched)
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, "isUserVerified": False}})
    watched.open("/account/login/")
    page.get_by_role("button", name="Inloggen met een toegangssleutel").click()
    page.get_by_text("Dat lukte niet").first.wait_for()


def test_somebody_sets_up_an_app_and_each_code_on_paper_works_once(visit):
    watched = visit("390")
    page = watched.page
    type_password(watched, "thijs")
    watched.open("/account/2fa/totp/activate/")
    watched.check()
    secret = page.locator(".secret code").inner_text()
    page.fill("[name=code]", code_of(secret))
    used = code_of(secret)
    submit(watched, "Zet aan")
    page.wait_for_url(re.compile("recovery-codes"))
    watched.check()
    paper = page.locator(".codes code").all_inner_texts()
    assert len(paper) == 10
    log_out(watched)

    for typed, lets_in in ((paper[0], True), (paper[0], False), (paper[1], True)):
        if "/account/2fa/" not in page.url:
            type_password(watched, "thijs")
        assert "/account/2fa/authenticate/" in page.url
        page.fill("[name=code]", typed)
        submit(watched, "^Inloggen$")
        assert ("/mijn/" in page.url) == lets_in, page.locator("main").inner_text()
        if lets_in:
            log_out(watched)

    type_password(watched, "thijs")
    while code_of(secret) == used:
        time.sleep(1)
    page.fill("[name=code]", code_of(secret))
    submit(watched, "^Inloggen$")
    assert "/mijn/" in page.url
    watched.open("/account/2fa/recovery-codes/")
    assert "Nog 8 codes over" in page.locator("main").inner_text()
