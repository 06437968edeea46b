"""`manage.py archive`: keys, rotation, a lost code, and never the contents."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.archive import actions
from accounts.archive.models import KeyWrap, SealedCopy
from accounts.users.models import User
from tests import factories
from wijk.sealing import OfflineKey, Refused, offline_key, read_code

pytestmark = pytest.mark.django_db(databases=["default", "keyring"])


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.SEALED_STORE = tmp_path / "sealed"


@pytest.fixture
def key_file(settings, tmp_path):
    path = tmp_path / "offline.key"
    made = archive("keygen", path)
    settings.SEALED_RECIPIENT = made.removeprefix("SEALED_RECIPIENT=").strip()
    return path


def archive(*words, **options):
    out = StringIO()
    call_command("archive", *map(str, words), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_keygen_writes_a_private_file_once(key_file, settings):
    assert oct(key_file.stat().st_mode)[-3:] == "600"
    assert str(offline_key(key_file.read_bytes()).recipient) == settings.SEALED_RECIPIENT
    with pytest.raises(CommandError, match="never overwritten"):
        archive("keygen", key_file)


def test_a_key_file_may_be_locked_with_a_passphrase(tmp_path, monkeypatch, anna, settings):
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "paard batterij")
    made = archive("keygen", tmp_path / "k", "--passphrase")
    settings.SEALED_RECIPIENT = made.removeprefix("SEALED_RECIPIENT=").strip()
    assert b"AGE-SECRET" not in (tmp_path / "k").read_bytes()
    copy = actions.seal(account=anna)
    assert "accounts.user: 1" in archive("open", copy.pk, "--key", tmp_path / "k", "--dry-run")
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "iets anders")
    with pytest.raises(CommandError, match="passphrase is wrong"):
        archive("open", copy.pk, "--key", tmp_path / "k", "--dry-run")


def test_rotation_renews_the_wraps_and_leaves_the_archives(anna, bram, key_file, tmp_path, settings):
    """A copy that was sealed two keys ago opens with the newest one, and with none of the older ones."""
    code = actions.new_code()
    copy = actions.seal(account=anna, code_key=code.public_key)
    before = actions.path_of(copy).read_bytes()
    files = [key_file]
    for number in (1, 2):
        files.append(tmp_path / f"key{number}")
        public = archive("keygen", files[-1]).removeprefix("SEALED_RECIPIENT=").strip()
        assert "would be" in archive("rewrap", "--key", files[-2], "--to", public, "--dry-run")
        assert archive("rewrap", "--key", files[-2], "--to", public).startswith("1 copies are locked")
        settings.SEALED_RECIPIENT = public
    copy.refresh_from_db()
    assert actions.path_of(copy).read_bytes() == before and not actions.trouble(copy)
    newest = offline_key(files[2].read_bytes())
    assert copy.key_id == newest.id and KeyWrap.objects.count() == 2
    assert actions.opened(copy=copy, pair=newest.pair, holder="operator")
    assert actions.opened(copy=copy, pair=code.pair, holder="code")
    for old in files[:2]:
        with pytest.raises(Refused):
            actions.opened(copy=copy, pair=offline_key(old.read_bytes()).pair, holder="operator")


def test_rotation_that_was_cut_off_can_be_run_again(anna, bram, key_file, tmp_path, monkeypatch):
    copies = [actions.seal(account=person) for person in (anna, bram)]
    public = archive("keygen", tmp_path / "new").removeprefix("SEALED_RECIPIENT=").strip()
    real, calls = actions.forget_wraps, []

    def cut(*args, **options):
        calls.append(args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("accounts.archive.keys.forget_wraps", cut)
        with pytest.raises(KeyboardInterrupt):
            archive("rewrap", "--key", key_file, "--to", public)
    assert calls and real is actions.forget_wraps
    assert archive("rewrap", "--key", key_file, "--to", public).startswith("1 copies are locked")
    newest = offline_key((tmp_path / "new").read_bytes())
    for copy in copies:
        copy.refresh_from_db()
        assert actions.opened(copy=copy, pair=newest.pair, holder="operator")


def test_who_lost_the_code_gets_a_new_one_and_the_desk_sees_numbers_only(anna, klarendal, key_file):
    factories.post(anna, klarendal, title="Geheime titel")
    lost = actions.new_code()
    copy = actions.seal(account=anna, code_key=lost.public_key)
    said = archive("open", copy.pk, "--key", key_file)
    assert "content.post: 1" in said and "Geheime" not in said and "Anna" not in said
    fresh = read_code(said.rsplit("mail: ", 1)[1])
    copy.refresh_from_db()
    assert actions.opened(copy=copy, pair=fresh.pair, holder="code")
    with pytest.raises(Refused):
        actions.opened(copy=copy, pair=lost.pair, holder="code")


def test_a_copy_can_be_brought_back_for_somebody(anna, key_file):
    copy = actions.seal(account=anna)
    with pytest.raises(CommandError, match="already"):
        archive("restore", copy.pk, "--key", key_file)
    User.objects.filter(pk=anna.pk).delete()
    assert "opens" in archive("restore", copy.pk, "--key", key_file, "--dry-run")
    archive("restore", copy.pk, "--key", key_file)
    assert not User.objects.get(email="anna@example.org").has_usable_password()


def test_another_key_is_refused_in_words(anna, key_file, tmp_path):
    copy = actions.seal(account=anna)
    (tmp_path / "other").write_bytes(OfflineKey.fresh().text())
    (tmp_path / "nothing").write_text("dit is geen sleutel")
    for name in ("other", "nothing", "absent"):
        with pytest.raises(CommandError):
            archive("open", copy.pk, "--key", tmp_path / name)
    with pytest.raises(CommandError, match="not whole"):
        archive("rewrap", "--key", key_file, "--to", "age1onzin")


def test_list_check_expire_and_destroy(anna, key_file):
    copy = actions.seal(account=anna)
    assert f"copy {copy.pk}" in archive("list") and copy.name not in archive("list")
    assert "whole" in archive("check")
    assert archive("expire").startswith("0")
    archive("destroy", copy.pk, "--dry-run")
    assert SealedCopy.objects.live().exists()
    actions.path_of(copy).unlink()
    with pytest.raises(CommandError, match="not whole"):
        archive("check")
    archive("destroy", copy.pk)
    assert not SealedCopy.objects.live().exists()
    with pytest.raises(CommandError, match="no copy"):
        archive("destroy", copy.pk)


def test_long_work_tells_how_far_it_is(anna, bram, key_file, tmp_path, monkeypatch):
    monkeypatch.setattr("accounts.management.commands.archive.EVERY", 1)
    for person in (anna, bram):
        actions.seal(account=person)
    public = archive("keygen", tmp_path / "new").removeprefix("SEALED_RECIPIENT=").strip()
    for words in (["check"], ["rewrap", "--key", key_file, "--to", public]):
        for verbosity, told in ((0, ""), (1, "1 copies\n2 copies\n")):
            err = StringIO()
            call_command("archive", *map(str, words), stdout=StringIO(), stderr=err, verbosity=verbosity)
            assert err.getvalue() in (told, "")
    assert archive("check").startswith("Every")


def test_a_key_cannot_be_made_where_nothing_can_be_written(tmp_path):
    with pytest.raises(CommandError, match="was not made"):
        archive("keygen", tmp_path / "nowhere" / "key")
