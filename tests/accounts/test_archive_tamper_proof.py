"""The long proof of the sealed copy: whatever byte of it changes, whatever is swapped or put back, it opens nothing."""

import pytest
from django.core.management import call_command

from accounts.archive import actions
from accounts.archive.keys import new_code_for, rewrap
from accounts.archive.models import KeyWrap, SealedCopy
from tests import factories
from wijk.sealing import OfflineKey, Refused, unlock

pytestmark = [pytest.mark.proof, pytest.mark.django_db(databases=["default", "keyring"])]
CODE, OPERATOR = "code", "operator"
MUTATIONS = 10_000


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.SEALED_STORE = tmp_path / "sealed"
    settings.ERASURE_LEDGER = tmp_path / "erasures.log"


@pytest.fixture
def offline(settings):
    key = OfflineKey.fresh()
    settings.SEALED_RECIPIENT = str(key.recipient)
    return key


@pytest.fixture
def sealed(anna, klarendal, offline):
    """Anna's copy, and who can open it."""
    factories.post(anna, klarendal, title="Lamp ophangen")
    code = actions.new_code()
    copy = actions.seal(account=anna, code_key=code.public_key)
    return copy, {OPERATOR: offline.pair, CODE: code.pair}


def opens(copy, holders):
    """Which holders open a copy as it is now."""
    found = []
    for holder, pair in holders.items():
        try:
            actions.opened(copy=copy, pair=pair, holder=holder)
            found.append(holder)
        except Refused:
            pass
    return found


def flipped(data):
    """The same bytes with one bit of one byte changed, at every position."""
    for place in range(len(data)):
        yield data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :]


def refused(open_it, variants):
    """How many variants were refused; none may open."""
    count = 0
    for variant in variants:
        with pytest.raises(Refused):
            open_it(variant)
        count += 1
    return count


def wrap_of(copy, holder):
    return KeyWrap.objects.get(copy=copy.name, holder=holder)


def test_every_flipped_byte_of_archive_and_wraps_is_refused(sealed):
    copy, holders = sealed
    assert opens(copy, holders) == [OPERATOR, CODE]
    identity = actions.identity_of(copy, holders[CODE], CODE)
    whole = actions.path_of(copy).read_bytes()
    # Past the hash in the row, which refuses them all before: what age itself says of each.
    tried = refused(lambda data: unlock(data, identity), flipped(whole))
    for holder, pair in holders.items():
        row = wrap_of(copy, holder)
        context = actions.context(copy, holder, row.key_id)
        tried += refused(lambda data, pair=pair, context=context: pair.unwrap(data, context), flipped(bytes(row.wrap)))
        tried += refused(lambda other, pair=pair, row=row: pair.unwrap(bytes(row.wrap), other), flipped(context))
    assert tried >= MUTATIONS and tried > len(whole)


def test_a_changed_file_is_refused_by_whoever_opens_it(sealed):
    copy, holders = sealed
    path = actions.path_of(copy)
    whole = path.read_bytes()
    for place in range(0, len(whole), len(whole) // 50):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert opens(copy, holders) == [] and actions.trouble(copy) == "file"
    path.write_bytes(whole)
    assert opens(copy, holders) == [OPERATOR, CODE]


def test_every_shorter_or_longer_archive_and_wrap_is_refused(sealed):
    copy, holders = sealed
    identity = actions.identity_of(copy, holders[CODE], CODE)
    whole, row = actions.path_of(copy).read_bytes(), wrap_of(copy, CODE)
    context, wrap = actions.context(copy, CODE, row.key_id), bytes(row.wrap)
    lengths = {*range(400), *range(0, len(whole), 64), *range(len(whole) - 100, len(whole))}
    assert refused(lambda data: unlock(data, identity), (whole[:length] for length in lengths)) > 600
    assert refused(lambda data: unlock(data, identity), (whole + more for more in (b"\0", b"x" * 16, whole))) == 3
    assert refused(lambda data: holders[CODE].unwrap(data, context), (wrap[:length] for length in range(len(wrap))))
    assert refused(lambda data: holders[CODE].unwrap(data, context), (wrap + b"\0", wrap + wrap)) == 2


def test_what_belongs_to_somebody_else_opens_nothing(sealed, bram, klarendal):
    copy, holders = sealed
    his_code = actions.new_code()
    his = actions.seal(account=bram, code_key=his_code.public_key)
    files = {each: actions.path_of(each).read_bytes() for each in (copy, his)}
    actions.path_of(copy).write_bytes(files[his])
    assert opens(copy, holders) == []
    # Even if the hash in the row is made to fit.
    SealedCopy.objects.filter(pk=copy.pk).update(digest=his.digest)
    copy.refresh_from_db()
    assert opens(copy, holders) == []
    # And even with the key of his archive, locked for the operator in his name.
    KeyWrap.objects.filter(copy=copy.name, holder=OPERATOR).update(wrap=wrap_of(his, OPERATOR).wrap)
    assert opens(copy, holders) == []
    assert opens(his, {OPERATOR: holders[OPERATOR], CODE: his_code.pair}) == [OPERATOR, CODE]


def test_a_wrap_of_before_that_is_put_back_opens_nothing(sealed, offline, settings):
    copy, holders = sealed
    old = {holder: wrap_of(copy, holder) for holder in holders}
    fresh_code = new_code_for(copy=copy, offline=offline.pair)
    fresh = OfflineKey.fresh()
    rewrap(copy=copy, old=offline.pair, public=fresh.recipient.public)
    for row in old.values():
        row.save(force_insert=True)
    assert opens(copy, holders) == []
    # Nor under the name of the present one.
    for holder, row in old.items():
        KeyWrap.objects.filter(copy=copy.name, holder=holder).exclude(pk=row.pk).update(wrap=row.wrap)
    assert opens(copy, {OPERATOR: fresh.pair, CODE: fresh_code.pair}) == []
    assert opens(copy, holders) == []


def test_after_destruction_putting_all_of_it_back_opens_nothing(sealed):
    copy, holders = sealed
    kept, rows = actions.path_of(copy).read_bytes(), list(KeyWrap.objects.values())
    actions.destroy(copy=copy, why="refused")
    # All of before put back by hand, the row as well.
    actions.path_of(copy).write_bytes(kept)
    KeyWrap.objects.bulk_create([KeyWrap(**row) for row in rows])
    copy.refresh_from_db()
    assert opens(copy, holders) == []
    SealedCopy.objects.filter(pk=copy.pk).update(doomed_at=None, destroyed_at=None)
    call_command("restore", "--replay")
    copy.refresh_from_db()
    assert opens(copy, holders) == [] and not KeyWrap.objects.exists() and not actions.path_of(copy).exists()
