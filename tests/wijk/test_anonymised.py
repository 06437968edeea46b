"""The copy for developers holds nobody who is real, and is a whole site (C-23)."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models

from accounts.audit.models import AuditEvent, record
from content.contact.models import Conversation, Message
from content.posts.models import Post
from content.themes.models import Theme
from neighbourhoods.subscriptions.models import Subscription
from tests import factories, rows
from wijk.anonymised import BY_NAME, CODES, DERIVED, OPEN, PURPOSES, Dump, columns, is_name, plan
from wijk.encryption import keyed_hash
from wijk.made_up import Inventor, words_of
from wijk.personal_data import REGISTER, Kind, Personal

CANARY = "Kanariepiet"


def dumped(tmp_path, name="dump.jsonl", *options):
    """The rows of a dump, and the file."""
    path = tmp_path / name
    call_command("anonymised_dump", path, *options, stdout=StringIO(), stderr=StringIO())
    return [json.loads(line) for line in path.read_text().splitlines()], path


def of(found, label):
    return [line for line in found if line["model"] == label]


@pytest.fixture
def town(anna, bram, mo, klarendal, presikhaaf):
    """A little of everything that goes along."""
    card = {"contact_name": "Anna Jansen", "contact_email": "anna@example.org", "contact_phone": "+31612345678"}
    post = factories.post(anna, klarendal, show_phone=True, **card)
    factories.activity(bram, presikhaaf, venue="Bij Bram thuis")
    factories.organisation("Stichting Anna", klarendal, editor=anna, text="Vraag naar Anna")
    factories.subscription("anna@example.org", klarendal, user=anna, first_name="Anna")
    talk = Conversation.objects.create(
        post=post,
        member=bram,
        visitor_name="Bram de Vries",
        visitor_email="bram@example.org",
        visitor_hash=keyed_hash("visitor", "bram@example.org"),
    )
    Message.objects.create(conversation=talk, side="visitor", body="Hallo Anna, bel me.\n\nGroet van Bram")
    return post


# Trees and the guarded trail are no place to plant by hand; the trail gets its word by record().
UNPLANTED = re.compile(
    r"accounts\.Audit|Page$|IndexEntry$|SearchEntry|GuideEntry|Analysis$|Collection$|Locale$|Site$|Task$|UploadedFile|Tombstone"
    r"|LedgerMark"
)


def test_no_planted_word_comes_along(db, tmp_path):
    """One row of every table of the database, ours and of libraries, with the same word in every column of words."""
    planted = 0
    for model in apps.get_models():
        if not UNPLANTED.search(model._meta.label) and model._meta.managed and purpose_of(model) != OPEN:
            made = rows.row(model, text=CANARY)
            planted += sum(CANARY.lower() in str(getattr(made, f.attname)).lower() for f in model._meta.local_fields)
    record(CANARY, by=None, about=CANARY, note=CANARY)
    assert planted > 120, "the word is in the database first"
    found, path = dumped(tmp_path)
    assert CANARY.lower() not in path.read_text().lower()
    carried = {model._meta.label_lower for model in plan() if REGISTER[model].purpose != OPEN}
    assert carried <= {line["model"] for line in found}


def purpose_of(model):
    return REGISTER[model].purpose if model in REGISTER else ""


def test_every_column_of_words_is_made_up_or_known_to_name_nobody(db):
    """Asked of each column by itself, so that a new one is looked at on the day it is added."""
    dump = Dump()
    passed = []
    for model in dump.models:
        for column in columns(model):
            if column.is_relation or isinstance(column, models.DateField):
                continue
            words = isinstance(column, models.CharField | models.TextField | models.JSONField | models.FileField)
            if words and dump.treatment(column)(CANARY) == CANARY:
                passed.append(column)
    for column in passed:
        entry = REGISTER[column.model].fields[column.name]
        is_open = REGISTER[column.model].purpose == OPEN
        assert is_open or column.choices or column.name in CODES, f"{column} goes along as it is"
        assert entry.kind not in {Kind.CONTACT, Kind.IDENTIFIER, Kind.FREE_TEXT, Kind.SECRET}, column


def test_names_and_addresses_are_other_ones(town, tmp_path):
    dump = Dump()
    real, made = set(), set()
    found, _path = dumped(tmp_path)
    for model in dump.models:
        for column in columns(model):
            if is_name(column, REGISTER[model].fields[column.name]):
                real |= words_of(filter(None, model.objects.values_list(column.name, flat=True)))
                made |= words_of(
                    line["fields"][column.name]
                    for line in of(found, model._meta.label_lower)
                    if line["fields"][column.name]
                )
    assert {"anna", "jansen", "anna@example.org", "+31612345678"} <= real
    assert real & made <= {"example", "org"}


def test_numbers_of_people_and_posts_are_new_and_links_stay(town, anna, bram, tmp_path):
    for _number in range(30):
        factories.post(bram, town.neighbourhood)
    found, _path = dumped(tmp_path)
    people, posts = of(found, "accounts.user"), of(found, "content.post")
    assert len(posts) == Post.objects.count() and {line["pk"] for line in posts} == set(range(1, len(posts) + 1))
    authors = [line["fields"]["author"] for line in posts]
    assert sorted(authors.count(line["pk"]) for line in people) == [0, 1, 31]
    mine = next(line for line in posts if line["fields"]["show_phone"])
    talk = of(found, "content.conversation")[0]["fields"]
    assert talk["post"] == mine["pk"] and talk["member"] in authors
    # The same mailbox has the same made-up address everywhere.
    author = next(line for line in people if line["pk"] == mine["fields"]["author"])["fields"]
    assert (
        author["email"]
        == mine["fields"]["contact_email"]
        == of(found, "neighbourhoods.subscription")[0]["fields"]["email"]
    )
    assert mine["fields"]["theme"] == Theme.objects.get(slug="klussen").pk


def test_moments_move_by_one_span(town, anna, tmp_path):
    found, _path = dumped(tmp_path)
    post = next(line for line in of(found, "content.post") if line["fields"]["show_phone"])["fields"]
    moments = {
        name: models.DateTimeField().to_python(post[name]) for name in ("created_at", "expires_at", "published_at")
    }
    shifts = {(getattr(town, name) - moment).total_seconds() for name, moment in moments.items()}
    assert max(shifts) - min(shifts) < 0.01 and 0 < max(shifts) <= 28 * 86400


def test_texts_keep_their_shape_and_nothing_else(town, tmp_path):
    found, path = dumped(tmp_path)
    body = of(found, "content.message")[0]["fields"]["body"]
    assert body.count("\n") == 2 and 20 < len(body) < 40
    assert not re.search(r"Anna|Bram|Jansen|lamp ophangen|plafond|Groet", path.read_text())
    assert of(found, "content.organisation")[0]["fields"]["summary"] == "", "what is empty stays empty"


def test_secrets_stay_and_nobody_can_log_in(town, anna, tmp_path):
    found, path = dumped(tmp_path)
    text = path.read_text()
    assert all(line["fields"]["password"].startswith("!") for line in of(found, "accounts.user"))
    for secret in (anna.password, *Subscription.objects.values_list("token", "email_hash")[0]):
        assert secret not in text
    assert not {line["model"].split(".")[0] for line in found} & {"sessions", "usersessions", "mfa"}
    kept_out = {"audit", "mail", "security", "copy", "closing", "compliance", "consent", "operation"}
    assert not kept_out & PURPOSES


def test_two_dumps_have_nothing_in_common(town, tmp_path):
    first, second = dumped(tmp_path, "a.jsonl")[0], dumped(tmp_path, "b.jsonl")[0]
    for label, name in (("accounts.user", "email"), ("content.post", "text"), ("content.post", "created_at")):
        one, other = ({line["fields"][name] for line in of(found, label)} for found in (first, second))
        assert not one & other


def test_a_row_that_is_a_secret_is_left_out_whole(town, monkeypatch):
    fields = {**REGISTER[Message].fields, "form_key": Personal(kind=Kind.SECRET, not_exported="secret")}
    monkeypatch.setitem(REGISTER, Message, replace(REGISTER[Message], fields=fields))
    assert Message not in plan() and Conversation in plan()


def test_what_nobody_decided_about_stays_behind(town, monkeypatch, tmp_path):
    """Fails closed: a column without a declaration is not copied, and a model without one is not looked at."""
    fields = {name: entry for name, entry in REGISTER[Post].fields.items() if name != "venue"}
    monkeypatch.setitem(REGISTER, Post, replace(REGISTER[Post], fields=fields))
    assert all("venue" not in line["fields"] for line in of(dumped(tmp_path)[0], "content.post"))
    monkeypatch.delitem(REGISTER, Post)
    models_left = {model._meta.label for model in plan()}
    assert "content.Post" not in models_left and "content.Conversation" not in models_left, "nor what hangs on it"
    assert not (DERIVED | BY_NAME) & models_left


def test_a_row_whose_post_is_deleted_meanwhile_is_not_missed(town, tmp_path):
    dump = Dump()
    Conversation.objects.all().delete()
    lines = {model._meta.label: list(dump.lines(model)) for model in dump.models}
    assert lines["content.Conversation"] == lines["content.Message"] == [] and lines["content.Post"]


def test_the_file_is_private_whole_and_written_once(town, tmp_path, monkeypatch):
    _found, path = dumped(tmp_path)
    assert oct(path.stat().st_mode)[-3:] == "600"
    with pytest.raises(CommandError, match="exists"):
        call_command("anonymised_dump", path)
    with pytest.raises(CommandError, match="must end in"):
        call_command("anonymised_dump", tmp_path / "dump.sql")
    with pytest.raises(CommandError, match="not written"):
        call_command("anonymised_dump", tmp_path / "nowhere" / "dump.jsonl")
    monkeypatch.setattr(Dump, "lines", lambda self, model: iter([1 / 0]))
    with pytest.raises(ZeroDivisionError):
        call_command("anonymised_dump", tmp_path / "half.jsonl")
    assert [found.name for found in tmp_path.iterdir()] == ["dump.jsonl"]
    assert AuditEvent.objects.filter(action="dump.made").count() == 1


def test_a_dry_run_counts_and_writes_nothing(town, tmp_path, capsys):
    call_command("anonymised_dump", tmp_path / "dump.jsonl", "--dry-run")
    said = capsys.readouterr().out
    assert re.search(r"^ +2  content.Post$", said, re.M) and "Anna" not in said
    assert not list(tmp_path.iterdir()) and not AuditEvent.objects.filter(action="dump.made").exists()


def test_long_work_tells_how_far_it_is(town, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("accounts.management.commands.anonymised_dump.EVERY", 1)
    call_command("anonymised_dump", tmp_path / "loud.jsonl")
    assert "content.Post: 2" in capsys.readouterr().err
    call_command("anonymised_dump", tmp_path / "quiet.jsonl", verbosity=0)
    assert capsys.readouterr().err == ""


def test_made_up_names_avoid_real_ones_even_when_few_are_left(monkeypatch):
    monkeypatch.setattr("wijk.made_up.STARTS", ("b",))
    monkeypatch.setattr("wijk.made_up.VOWELS", ("o", "a"))
    invent = Inventor({"bobon", "babon", "boom"})
    made = {invent.name().casefold() for _ in range(300)}
    assert made and not made & invent.taken and "boom" not in invent.words
    with pytest.raises(RuntimeError):
        Inventor(made | invent.taken | all_of("bo", "ba")).name()


def all_of(*syllables):
    pairs = [a + b for a in syllables for b in syllables]
    whole = [*pairs, *(pair + third for pair in pairs for third in syllables)]
    return {word + end for word in whole for end in "nrst"}


@pytest.mark.proof  # making all tables anew takes a while
def test_it_loads_into_an_empty_site(town, tmp_path):
    """In a database of its own, with the commands of the README."""
    factories.post(town.author, town.neighbourhood, title="Nog een vraag")
    found, path = dumped(tmp_path)
    environ = {"WIJK_ENV": "test", "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3", "WIJK_VAR": str(tmp_path)}
    for words in (["migrate", "-v0"], ["loaddata", str(path)], ["index_posts"]):
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "new.sqlite3")) as new:
        for label in {line["model"] for line in found}:
            table = label.replace(".", "_")
            assert new.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == len(of(found, label)), label
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []
        assert new.execute("SELECT count(*) FROM content_searchentry").fetchone()[0] == 3
        assert not new.execute("SELECT 1 FROM content_post WHERE contact_email LIKE '%@%'").fetchone(), (
            "encrypted again"
        )
