"""Gone means gone: a word planted in every personal field is in no table, and not in the file, after erasing."""

import os
import re
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, models
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision, WorkflowState

from accounts.closure import actions
from accounts.closure.models import AccountClosure
from accounts.holds.models import LegalHold
from accounts.users.models import User
from content.contact import actions as contact
from content.contact.blocking import Block
from content.contact.models import Conversation, Message
from content.mailchimp.models import Listing
from content.moderation.models import Report
from content.posts.tombstones import Tombstone
from neighbourhoods.subscriptions.models import Subscription
from tests import factories
from wijk import clock
from wijk.encryption import decrypt
from wijk.mail.compose import compose_text
from wijk.mail.models import OutgoingMail
from wijk.mail.outbox import mail_kind, queue_composed
from wijk.personal_data import REGISTER, Erase, Kind

# What stays on purpose: the proof, what a case needs, and whom Mailchimp still has to erase (tests/content).
STAYS = {AccountClosure, LegalHold, Listing}
OWNED = [
    found
    for found in REGISTER.values()
    if found.subjects and found.subjects[0].path != "self" and found.model not in STAYS
]
# What Wagtail asks for before it takes a row.
ASKED = {
    PageLogEntry: {"action": "wagtail.edit"},
    ModelLogEntry: {"action": "wagtail.edit", "object_id": "1"},
    WorkflowState: {"object_id": "1"},
    Revision: {"object_id": "1", "content": {}},
    # Of two things a row may be about, it has one.
    Block: {"organisation": None},
    Report: {"of_talk": True},
}
SILENT = {Kind.NONE, Kind.TECHNICAL}


def canary():
    return "kn" + secrets.token_hex(5)


class Planter:
    """Makes one row of any declared model that is about one person, with a canary in every text it holds about them."""

    def __init__(self, user, neighbourhood):
        self.user, self.made, self.planted = user, {}, {}
        shared = [neighbourhood, factories.theme(), factories.organisation(f"De Kamer {user.pk}", neighbourhood)]
        shared += [Page.objects.first(), ContentType.objects.get_for_model(Page)]
        self.shared = {type(thing): thing for thing in shared}

    def row(self, model, subject=""):
        if model not in self.made:
            head, _dots, rest = subject.partition("__")
            only = next((found.only for found in REGISTER[model].subjects if found.path == subject), {})
            values = {field.name: self.value(model, field, head, rest) for field in model._meta.concrete_fields}
            values = {name: value for name, value in values.items() if value is not models.NOT_PROVIDED} | only
            values |= ASKED.get(model, {})
            key = {field.name: values.pop(field.name) for field in model._meta.concrete_fields if field.one_to_one}
            # What our own code makes beside a row is there already.
            made_before = model._base_manager.filter(**key).first() if key else None
            row = made_before or model(**key)
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
            self.made[model] = row
        return self.made[model]

    def value(self, model, field, head, rest):
        if field.is_relation:
            return self.related(field, head, rest)
        declared = REGISTER[model].fields[field.name]
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.BooleanField | models.FloatField):
            return False
        if isinstance(field, models.DateTimeField):
            return clock.now()
        if isinstance(field, models.DateField):
            return clock.today()
        if isinstance(field, models.GenericIPAddressField):
            return "192.0.2.7"
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and declared.kind not in SILENT:
            return self.plant(model, field)
        return models.NOT_PROVIDED

    def plant(self, model, field):
        word = canary()[: field.max_length]
        self.planted[f"{model._meta.label}.{field.name}"] = word
        if isinstance(field, models.JSONField):
            return {"word": word}
        return f"{word}@example.org" if isinstance(field, models.EmailField) else word

    def related(self, field, head, rest):
        target = field.related_model
        if target is User:
            return self.user if field.name == head else models.NOT_PROVIDED
        if field.name == head:
            return self.row(target, rest)
        if target in self.shared:
            return self.shared[target]
        if field.null:
            return None
        declaration = REGISTER[target]
        return self.row(target, declaration.subjects[0].path if declaration.subjects else "")


def everything_stored():
    """All cells of all tables as one text, with what is encrypted made readable."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells.extend(str(cell) for row in cursor.fetchall() for cell in row)
    text = "\n".join(cells)
    return text + "\n".join(decrypt(token) for token in re.findall(r"gAAAA[\w=-]{60,}", text))


def plant_everything(user, neighbourhood):
    planter = Planter(user, neighbourhood)
    for declaration in sorted(OWNED, key=lambda found: found.subjects[0].path.count("__")):
        planter.row(declaration.model, declaration.subjects[0].path)
    words = planter.planted
    words["user.first_name"], words["user.last_name"] = user.first_name, user.last_name
    words["user.email"] = user.email
    words.update(plant_in_libraries(user))
    return words


def plant_in_libraries(user):
    words = {name: canary() for name in ("typed", "mail", "label")}
    typed = SessionStore()
    typed["form"] = {"email": user.email, "word": words["typed"]}
    typed.save()
    log(user, "wagtail.edit", user=user, title=words["label"])
    Page.objects.first().save()
    Page.objects.update(owner=user)
    queue_composed(
        mail_kind("test-erasure", "x"), to=user.email, composed=compose_text("Post", words["mail"], "nl"), account=user
    )
    del words["typed"]  # inside a session it is packed; looked for by its row below
    return words


@pytest.fixture
def leaver(klarendal):
    return factories.member(canary(), canary(), lives_in=None, email=f"{canary()}@example.org")


def test_a_word_in_every_personal_field_is_nowhere_after_erasing(leaver, klarendal):
    words = plant_everything(leaver, klarendal)
    assert len(words) > 30
    before = everything_stored()
    assert [name for name, word in words.items() if word not in before] == [], "every canary must be seen alive first"

    actions.close(user=leaver, by=leaver)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    OutgoingMail.objects.filter(kind="closing-erased").update(recipient="", payload="")  # as sending does

    after = everything_stored()
    assert [name for name, word in words.items() if word in after] == []
    for model in connection.introspection.get_migratable_models():
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                assert not model._base_manager.filter(**{field.attname: leaver.pk}).exists(), field


def test_every_field_of_a_kept_row_says_what_becomes_of_it():
    for declaration in OWNED:
        if declaration.erase not in {Erase.DELETE_ROW, Erase.KEEP}:
            personal = [name for name, entry in declaration.fields.items() if entry.kind not in SILENT]
            assert all(declaration.fields[name].erase in {Erase.NULL, Erase.REPLACE} for name in personal)


def test_what_others_made_stays(anna, bram, klarendal, presikhaaf):
    hers, his = factories.post(anna, klarendal), factories.post(bram, presikhaaf, title="Wie leent mij een boor?")
    talk = Conversation.objects.create(
        post=his, member=anna, visitor_name="Anna", visitor_email=anna.email, visitor_hash="h"
    )
    Message.objects.create(conversation=talk, side="visitor", body="Ik heb een boor")
    log(hers, "wagtail.edit", user=bram, title="Wie helpt mij")
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        actions.advance_all()
    his.refresh_from_db()
    talk.refresh_from_db()
    assert (talk.member, talk.visitor_name, talk.visitor_email, talk.visitor_hash) == (None, "", "", "")
    assert Tombstone.objects.filter(post_ref=hers.pk).exists()
    assert ModelLogEntry.objects.get().label == ""


@pytest.fixture
def talk(anna, bram, presikhaaf):
    """Anna wrote Bram about his post, and he answered."""
    his = factories.post(bram, presikhaaf, title="Wie leent mij een boor?")
    talk = contact.start(
        post=his,
        typed={"name": "Anna", "phone": "", "message": "Ik heb een boor in de schuur"},
        form_key="f",
        language="nl",
        by=anna,
    )
    contact.answer(conversation=talk, side="poster", body="Zaterdag kom ik langs", form_key="g", by=bram)
    return talk


def test_who_wrote_as_a_visitor_takes_only_the_own_words_along(as_, anna, bram, talk):
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    assert list(talk.messages.values_list("side", "body")) == [("visitor", ""), ("poster", "Zaterdag kom ik langs")]
    page = as_(bram).get(f"/mijn/gesprekken/{talk.pk}/").content.decode()
    assert "Zaterdag kom ik langs" in page
    assert "Dit bericht is gewist" in page
    assert "Een buur" in page
    assert "De ander doet niet meer mee" in page
    assert "Anna" not in page
    waiting = OutgoingMail.objects.filter(kind="contact-message")
    assert list(waiting.values_list("state", "payload")) == [("cancelled", "")]


def test_with_a_poster_go_the_post_and_what_was_said_about_it(anna, bram, talk):
    actions.close(user=bram, by=bram)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()
    assert User.objects.filter(pk=anna.pk).exists()
    assert "Zaterdag" not in everything_stored()


def test_words_written_before_there_was_an_account_go_by_the_address(anna, talk):
    Conversation.objects.update(member=None)
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    assert list(talk.messages.values_list("side", "body")) == [("visitor", ""), ("poster", "Zaterdag kom ik langs")]


def test_the_address_goes_from_what_others_made_and_from_rows_without_an_account(anna, bram, klarendal):
    card = {"contact_name": "Anna J.", "contact_email": "ANNA@example.org", "show_email": True}
    organisation = factories.organisation("Buurthuis", klarendal, **card)
    post = factories.post(bram, klarendal, **card)
    own = factories.subscription("anna@Example.org", klarendal)
    other = factories.subscription("bram@example.org", klarendal)
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    for row in (organisation, post):
        row.refresh_from_db()
        assert (row.contact_name, row.contact_email, row.shown_contact()) == ("", "", {})
    assert list(Subscription.objects.values_list("pk", flat=True)) == [other.pk]
    assert own.pk != other.pk


def test_the_words_of_a_report_go_with_whoever_left_an_address(anna, bram, klarendal):
    post = factories.post(bram, klarendal)
    made = {"post": post, "why": "unsafe", "text": "Hij woont naast mij"}
    hers, other = (
        Report.objects.create(reporter_email=email, form_key=email, **made) for email in (anna.email, "ina@example.org")
    )
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        assert actions.advance_all() == 1
    hers.refresh_from_db()
    other.refresh_from_db()
    assert (hers.why, hers.text, hers.reporter_email) == ("unsafe", "", "")
    assert (other.text, other.reporter_email) == ("Hij woont naast mij", "ina@example.org")


def test_mail_about_a_thing_that_goes_is_not_sent_to_others(anna, bram, klarendal):
    post = factories.post(anna, klarendal)
    kind = mail_kind("test-about", "x")
    queue_composed(kind, to=bram.email, composed=compose_text("Nieuw", "Anna vraagt iets", "nl"), about=post)
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        actions.advance_all()
    mail = OutgoingMail.objects.get(kind="test-about")
    assert (mail.state, mail.payload) == ("cancelled", "")


def test_a_pending_session_with_the_address_in_it_goes_too(anna):
    pending = SessionStore()
    pending["account_user_code_request"] = {"email": anna.email}
    pending.save()
    other = SessionStore()
    other["account_user_code_request"] = {"email": "iemand@example.org"}
    other.save()
    actions.close(user=anna, by=anna)
    with clock.frozen(timedelta(hours=25)):
        actions.advance_all()
    assert not SessionStore().exists(pending.session_key)
    assert SessionStore().exists(other.session_key)


REHEARSAL = """
import django
from datetime import timedelta
django.setup()
from pathlib import Path
from django.db import connection
from accounts.closure import actions
from tests import factories
from tests.accounts.test_erasure import plant_everything
from wijk import clock
from django.conf import settings

def file_bytes():
    path = Path(connection.settings_dict["NAME"])
    return b"".join(found.read_bytes() for found in sorted(path.parent.glob(path.name + "*")))

area = factories.neighbourhood("Klarendal", code="WK020204")
user = factories.member("knVoornaamA1", "knAchternaamB2", email="knadresC3@example.org")
words = plant_everything(user, area)
plain = {name: word for name, word in words.items() if word.encode() in file_bytes()}
assert len(plain) > 20, plain
actions.close(user=user, by=user)
with clock.frozen(timedelta(hours=25)):
    assert actions.advance_all() == 1
left = file_bytes()
print("LEFT", [name for name, word in words.items() if word.encode() in left])
"""


@pytest.mark.skipif(not settings.SQLITE, reason="looks at the bytes of a SQLite file")
def test_the_database_file_itself_holds_none_of_it(db, tmp_path):
    copy = tmp_path / "wijk.sqlite3"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as kept, closing(sqlite3.connect(copy)) as target:
        kept.backup(target)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{copy}", "WIJK_ENV": "test", "WIJK_VAR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "wijk.settings"
    run = subprocess.run(
        [sys.executable, "-c", REHEARSAL], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert "LEFT []" in run.stdout
