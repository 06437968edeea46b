"""Production starts completely configured or not at all."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from wijk.checks import MAY_BE_EMPTY, operator_is_known

COMPLETE = {
    "WIJK_ENV": "production",
    "WIJK_SECRET_KEY": "x" * 50,
    "BASE_URL": "https://wijk.example.org",
    "DATABASE_URL": "sqlite:///:memory:",
    "MAIL_URL": "smtp://mail.example.org:587",
    "OPERATOR_NAME": "Stichting Voorbeeld",
    "OPERATOR_PLACE": "Arnhem",
    "OPERATOR_EMAIL": "hulp@example.org",
}


def start(tmp_path, **changes):
    wanted = {name: value for name, value in {**COMPLETE, **changes}.items() if value is not None}
    kept = {"PATH": os.environ["PATH"], "WIJK_VAR": str(tmp_path)}
    cookies = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME"
    code = f"from wijk import settings; print({cookies}, settings.MAILERS, settings.MEDIA_ROOT, settings.MAIL_FROM)"
    run = [sys.executable, "-c", code]
    return subprocess.run(run, env={**kept, **wanted}, cwd=settings.BASE_DIR, capture_output=True, text=True)


def test_a_complete_production_starts_with_locked_cookies_and_encrypted_mail(tmp_path):
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("__Host-session __Host-csrf __Host-taal ")
    assert "'use_tls': True" in done.stdout


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"WIJK_SECRET_KEY": None}, "WIJK_SECRET_KEY"),
        ({"WIJK_SECRET_KEY": "short"}, "WIJK_SECRET_KEY"),
        ({"BASE_URL": None}, "BASE_URL"),
        ({"BASE_URL": "http://wijk.example.org"}, "https"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"MAIL_URL": None}, "MAIL_URL"),
        ({"MAIL_URL": "outbox:"}, "outbox"),
        ({"MAIL_URL": "carrier-pigeon://x"}, "MAIL_URL"),
        ({"OPERATOR_NAME": None}, "OPERATOR_NAME"),
        ({"OPERATOR_COUNTRY": "fr"}, "OPERATOR_COUNTRY"),
        ({"WIJK_CLOCK_OFFSET": "+49h"}, "WIJK_CLOCK_OFFSET"),
        ({"WIJK_CLOCK_OFFSET": "later"}, "WIJK_CLOCK_OFFSET"),
        ({"WIJK_ENV": "live"}, "WIJK_ENV"),
    ],
)
def test_a_half_configured_production_refuses_to_start(tmp_path, changes, complaint):
    done = start(tmp_path, **changes)
    assert done.returncode != 0
    assert complaint in done.stderr.strip().splitlines()[-1]


def test_a_setting_that_is_left_empty_is_as_good_as_none(tmp_path):
    lines = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")} - set(COMPLETE)
    assert len(names) > 20
    done = start(tmp_path, **dict.fromkeys(names - {"WIJK_VAR"}, ""))
    assert done.returncode == 0, done.stderr
    assert done.stdout == start(tmp_path).stdout


def test_a_rehearsal_shifts_the_one_clock(tmp_path):
    code = (
        "import django; django.setup(); from wijk import clock; from django.utils import timezone; "
        "print(round((clock.now() - timezone.now()).total_seconds() / 3600))"
    )
    environment = {"PATH": os.environ["PATH"], "WIJK_VAR": str(tmp_path), "WIJK_CLOCK_OFFSET": "+49h"}
    environment["DJANGO_SETTINGS_MODULE"] = "wijk.settings"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.stdout.strip() == "49", done.stderr


def test_each_fact_of_the_operator_that_is_missing_is_told(settings):
    settings.OPERATOR = dict.fromkeys(settings.OPERATOR, "")
    told = {warning.msg.removeprefix("OPERATOR_").split()[0].lower() for warning in operator_is_known(None)}
    assert told == set(settings.OPERATOR) - MAY_BE_EMPTY
    assert {"name", "place", "address", "register_number", "vat_number", "email", "phone"} <= told
