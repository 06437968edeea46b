"""`manage.py benchmark`: figures of this machine, in a database that is thrown away."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.own_site import own_site

FIGURES = {
    "accounts erased per second",
    "rows erased per second",
    "one closing alone, seconds",
    "bare DELETE of the same rows, seconds",
    "times the bare limit",
}


MAILS = {
    "bare mails per second",
    "mails out per second",
    "mails in per second, kept",
    "answers passed on per second",
    "out, times the bare limit",
    "in, times the bare limit",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup):
    with own_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.mark.proof  # making its tables takes a while
@pytest.mark.django_db
def test_the_figures_are_printed_and_written_and_nothing_is_left_behind(site):
    count = "from accounts.users.models import User; print(User.objects.count())"
    before, files = site.code(count), set(site.folder.iterdir())
    written = site.folder / "figures.json"
    printed = site.run("manage.py", "benchmark", "closures", "--closures", 2, "--json", written).stdout
    figures = json.loads(written.read_text())["closures"]
    assert figures["accounts"] == 2 and figures["rows"] == 2 * 23
    assert figures.keys() >= FIGURES and all(figures[name] > 0 for name in FIGURES)
    assert all(name in printed for name in FIGURES)
    assert site.code(count) == before and set(site.folder.iterdir()) == files | {written}


@pytest.mark.proof
@pytest.mark.django_db
def test_mails_out_and_in_are_measured_beside_a_bare_server(site):
    written = site.folder / "mails.json"
    site.run("manage.py", "benchmark", "mails", "--mails", 20, "--json", written)
    figures = json.loads(written.read_text())["mails"]
    assert figures["mails"] == 20 and figures.keys() >= MAILS and all(figures[name] > 0 for name in MAILS)


@pytest.mark.parametrize("words", [["letters"], ["closures", "--closures", "0"]])
def test_what_cannot_be_measured_is_said(words):
    with pytest.raises(CommandError, match="Name sections"):
        call_command("benchmark", *words)
