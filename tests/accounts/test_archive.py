"""The sealed copy: made, proven, opened by who may, destroyed for good (W-79, W-80, W-81, X-2)."""

import json
from datetime import timedelta

import pytest
from django.conf import settings

from accounts.archive import actions, keeping, ledger
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.consent.actions import agree
from tests import factories
from wijk import clock
from wijk.sealing import KeyPair, OfflineKey, Refused

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])
CODE, OPERATOR = "code", "operator"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.SEALED_STORE = tmp_path / "sealed"
    settings.ERASURE_LEDGER = tmp_path / "erasures.log"
    return settings.SEALED_STORE


@pytest.fixture
def offline(settings):
    key = OfflineKey.fresh()
    settings.SEALED_RECIPIENT = str(key.recipient)
    return key


@pytest.fixture
def code():
    return actions.new_code()


def test_a_copy_holds_ones_own_things_and_nothing_else(anna, bram, klarendal, code):
    factories.post(anna, klarendal, title="Lamp ophangen", contact_phone="0612345678", show_phone=True)
    factories.post(bram, klarendal, title="Van Bram")
    agree(user=anna, key="terms")
    copy = actions.seal(account=anna, code_key=code.public_key)
    contents = actions.opened(copy=copy, pair=code.pair, holder=CODE)
    words = json.dumps(contents)
    assert "Lamp ophangen" in words and "0612345678" in words and "WK020204" in words
    assert "Van Bram" not in words and anna.password not in words
    assert set(contents) == {"accounts.user", "accounts.consentevent", "content.post", "neighbourhoods.residence"}


def test_a_person_with_nothing_but_an_account_gets_a_copy_as_well(db, code):
    nobody = factories.member("Nel", "Niks")
    copy = actions.seal(account=nobody, code_key=code.public_key)
    assert list(actions.opened(copy=copy, pair=code.pair, holder=CODE)) == ["accounts.user"]


def test_the_offline_key_opens_what_was_sealed_for_it(anna, offline):
    copy = actions.seal(account=anna)
    assert copy.code_id == ""
    assert actions.opened(copy=copy, pair=offline.pair, holder=OPERATOR)["accounts.user"][0]["first_name"] == "Anna"
    with pytest.raises(Refused):
        actions.opened(copy=copy, pair=OfflineKey.fresh().pair, holder=OPERATOR)


def test_sealing_twice_is_sealing_once_and_a_broken_copy_is_made_anew(anna, code):
    first = actions.seal(account=anna, code_key=code.public_key)
    assert actions.seal(account=anna, code_key=code.public_key) == first
    actions.path_of(first).write_bytes(b"x")
    second = actions.seal(account=anna, code_key=code.public_key)
    assert second != first and not actions.trouble(second)
    assert SealedCopy.objects.live().count() == 1


def test_without_anybody_who_could_open_it_there_is_no_copy(anna, settings, code):
    with pytest.raises(actions.NotSealed):
        actions.seal(account=anna)
    settings.SEALED_COPIES = "never"
    with pytest.raises(actions.NotSealed):
        actions.seal(account=anna, code_key=code.public_key)
    assert not actions.available()


def test_a_disk_that_refuses_leaves_no_half_copy(anna, code, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.SEALED_STORE = tmp_path / "file" / "sealed"
    with pytest.raises(actions.NotSealed):
        actions.seal(account=anna, code_key=code.public_key)
    assert not KeyWrap.objects.exists() and not SealedCopy.objects.exists()


def test_a_destroyed_copy_is_gone_from_file_keyring_and_lookup(anna, code, offline):
    copy = actions.seal(account=anna, code_key=code.public_key)
    path = actions.path_of(copy)
    assert path.exists() and KeyWrap.objects.filter(copy=copy.name).count() == 2
    actions.destroy(copy=copy, why="refused")
    actions.destroy(copy=copy, why="refused")
    copy.refresh_from_db()
    assert not path.exists() and not KeyWrap.objects.exists()
    assert copy.lookup == "" and copy.destroyed_at and copy.why == "refused"
    assert actions.copy_of_account(anna.pk) is None
    for pair, holder in ((code.pair, CODE), (offline.pair, OPERATOR)):
        with pytest.raises(Refused):
            actions.opened(copy=copy, pair=pair, holder=holder)


@pytest.mark.parametrize("step", ["note_copy", "forget_wraps", "shred"])
def test_a_destruction_that_was_cut_off_is_finished_by_the_clock(anna, code, monkeypatch, step):
    copy = actions.seal(account=anna, code_key=code.public_key)

    def cut(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ledger if step == "note_copy" else actions, step, cut)
        with pytest.raises(KeyboardInterrupt):
            actions.destroy(copy=copy, why="refused")
    copy.refresh_from_db()
    with pytest.raises(Refused, match="ended"):
        actions.opened(copy=copy, pair=code.pair, holder=CODE)
    keeping.tidy()
    copy.refresh_from_db()
    assert copy.destroyed_at and not actions.path_of(copy).exists() and not KeyWrap.objects.exists()


def test_a_copy_ends_by_itself_after_its_years(anna, code, settings):
    settings.SEALED_YEARS = 2
    copy = actions.seal(account=anna, code_key=code.public_key)
    with clock.frozen(timedelta(days=729)):
        keeping.tidy()
        assert actions.copy_of_account(anna.pk) == copy
    with clock.frozen(timedelta(days=731)):
        assert keeping.tidy() == 1
    assert actions.copy_of_account(anna.pk) is None and not actions.path_of(copy).exists()


def test_what_belongs_to_no_copy_is_swept_up(anna, code, store):
    with clock.frozen(timedelta(hours=20)):
        copy = actions.seal(account=anna, code_key=code.public_key)
        SealedCopy.objects.all().delete()
        assert keeping.tidy() == 0, "it may be in the making"
    with clock.frozen(timedelta(hours=22)):
        assert keeping.tidy() == 1
    assert not actions.path_of(copy).exists() and not KeyWrap.objects.exists() and not list(store.iterdir())


@pytest.mark.parametrize("harm", ["file", "wrap", "bytes"])
def test_the_monthly_look_sees_a_copy_that_is_not_whole(anna, code, harm, as_, petra):
    copy = actions.seal(account=anna, code_key=code.public_key)
    assert keeping.check_all() == 0
    if harm == "file":
        actions.path_of(copy).unlink()
    elif harm == "wrap":
        KeyWrap.objects.all().delete()
    else:
        data = bytearray(actions.path_of(copy).read_bytes())
        data[-1] ^= 1
        actions.path_of(copy).write_bytes(data)
    assert keeping.check_all() == 1
    assert "niet meer heel" in as_(petra).get("/beheer/privacy/").text


def test_the_link_shows_first_and_destroys_only_on_the_button(anna, code, client):
    copy = actions.seal(account=anna, code_key=code.public_key)
    path = actions.refusal_path(copy)
    assert "Wis alles nu" in client.get(path).text
    assert actions.copy_of_account(anna.pk) == copy
    assert "gewist" in client.post(path).text
    assert actions.copy_of_account(anna.pk) is None
    assert client.get(path).status_code == client.post(path).status_code == 410
    assert client.get("/kopie/wissen/verzonnen/").status_code == 410


def test_the_desk_sees_numbers_and_dates_and_can_destroy(anna, code, as_, petra):
    copy = actions.seal(account=anna, code_key=code.public_key)
    page = as_(petra).get("/beheer/privacy/kopieen/").text
    assert f"Kopie {copy.pk}" in page
    assert "Anna" not in page and anna.email not in page and copy.name not in page and copy.lookup not in page
    as_(petra).post(f"/beheer/privacy/kopieen/{copy.pk}/")
    assert actions.copy_of_account(anna.pk) is None
    assert as_(anna).get("/beheer/privacy/kopieen/").status_code == 404


def test_a_copy_is_found_by_its_address_also_under_an_older_key(anna, code, settings):
    copy = actions.seal(account=anna, code_key=code.public_key)
    assert SealedCopy.objects.of_address("ANNA@example.org").get() == copy
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 50
    assert SealedCopy.objects.of_address("anna@example.org").get() == copy
    assert not SealedCopy.objects.of_address("bram@example.org").exists()


def test_the_file_holds_none_of_the_words(anna, klarendal, code):
    factories.post(anna, klarendal, title="Kanarie-in-de-titel", contact_phone="0612345678")
    copy = actions.seal(account=anna, code_key=code.public_key)
    raw = actions.path_of(copy).read_bytes()
    for canary in (b"Kanarie", b"0612345678", b"Anna", b"example.org", b"WK020204", b"manifest"):
        assert canary not in raw


def test_no_part_of_a_copy_is_a_file_or_a_secret():
    assert KeyPair.fresh().public != KeyPair.fresh().public
    from django.db.models import FileField

    from accounts.archive.contents import archived_fields
    from wijk.personal_data import Kind

    for declaration, names in archived_fields():
        for name in names:
            assert not isinstance(declaration.model._meta.get_field(name), FileField)
            assert declaration.fields[name].kind != Kind.SECRET
    assert settings.SEALED_COPIES == "ask"
