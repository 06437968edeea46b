"""The trail: nothing in it can be changed; what the database's owner changes all the same, shows (W-5, C-41)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.audit.actions import details_left, forget_details, make_heads, readiness
from accounts.audit.chain import commitment, key_id, linked, public_key, sign, signed_well
from accounts.audit.models import AuditChain, AuditEvent, AuditHead, record
from accounts.audit.verify import Wrong, verify
from accounts.retention.actions import purge
from tests.accounts.trail import forget_trail, without_guard
from wijk import clock
from wijk.devices import device_of

DAY = timedelta(days=1)


@pytest.fixture
def trail(db, settings, tmp_path):
    """Five days of ten acts each, closed and written down; today's ten are linked only."""
    settings.AUDIT_HEADS = tmp_path / "away" / "heads.jsonl"
    forget_trail()
    for days in range(5, -1, -1):
        with clock.frozen(clock.now() - days * DAY):
            for number in range(10):
                record("test.act", by=None, about=f"test.thing:{number}", number=number)
    AuditEvent.objects.link()
    make_heads()
    assert verify().findings == []
    return settings.AUDIT_HEADS


def first():
    found = verify().findings
    return (found[0].kind, found[0].seq) if found else None


# Writing -------------------------------------------------------------------------------------------------------------


def test_rows_are_linked_after_the_act_in_the_order_they_happened(trail):
    report = verify()
    assert (report.rows, report.first_seq, report.last_seq) == (60, 1, 60)
    moments = list(AuditEvent.objects.order_by("seq").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert AuditEvent.objects.link() == 0


def test_an_act_that_fails_leaves_no_row_and_no_gap(trail):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("test.act", by=None)
        1 / 0  # noqa: B018
    record("test.act", by=None)
    assert AuditEvent.objects.link() == 1
    assert verify().findings == [] and verify().rows == 61


def test_a_row_is_linked_by_the_request_that_wrote_it(trail, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        event = record("test.act", by=None)
    event.refresh_from_db()
    assert event.seq == 61 and len(event.hash) == 64


def test_what_waits_too_long_for_its_link_turns_the_site_red(trail):
    record("test.act", by=None)
    assert readiness() == ""
    with clock.frozen(timedelta(minutes=11)):
        assert "Het logboek loopt" in readiness()
        AuditEvent.objects.link()
        assert readiness() == ""


def test_the_hash_tells_every_two_rows_apart():
    assert linked("0" * 64, (1, "ab", "c")) != linked("0" * 64, (1, "a", "bc"))
    assert linked("0" * 64, (1, None)) != linked("0" * 64, (1, ""))
    assert commitment("s", "", "", {"a": 1, "b": 2}) == commitment("s", "", "", {"b": 2, "a": 1})
    assert commitment("s", "", "", {}) != commitment("t", "", "", {})


# The guard of the database -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"action": "x"},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"actor_ref": 7},
        {"about": "x"},
        {"outcome": "refused"},
        {"neighbourhood_ref": 3},
        {"seq": 900},
        {"seq": None},
        {"hash": "f" * 64},
        {"detail": {"a": 1}},
        {"salt": "x"},
        {"salt": ""},
        {"detail_commit": "x"},
        {"network": "192.0.2.0/24"},
        {"device": "x"},
        {"id": 10**9},
    ],
    ids=str,
)
def test_the_database_refuses_every_change(trail, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(seq=30).update(**change)


def test_the_database_refuses_every_deletion_and_every_forged_row(trail):
    table = AuditEvent._meta.db_table
    statements = [
        f"DELETE FROM {table} WHERE seq = 60",
        f"DELETE FROM {table} WHERE seq = 1",
        f"DELETE FROM {AuditHead._meta.db_table}",
        f"DELETE FROM {AuditChain._meta.db_table}",
        f"UPDATE {AuditChain._meta.db_table} SET seq = 3",
        f"UPDATE {AuditHead._meta.db_table} SET count = 3",
    ]
    if connection.vendor == "sqlite":
        statements.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE seq = 60")
    else:
        statements.append(f"TRUNCATE {table}")
    for sql in statements:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEvent.objects.create(action="x", seq=61, hash="f" * 64)
    assert AuditEvent.objects.all().delete()[0] == 0
    assert verify().findings == []


# What the owner of the database could still do -----------------------------------------------------------------------

FORGED = {
    "id": 10**9,
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "actor_ref": 7,
    "action": "x",
    "about": "x",
    "neighbourhood_ref": 3,
    "outcome": "refused",
    "network": "192.0.2.0/24",
    "device": "x",
    "detail": {"number": 99},
    "salt": "0" * 32,
    "detail_commit": "0" * 64,
    "hash": "0" * 64,
}


def test_every_column_is_tried():
    assert set(FORGED) | {"seq"} == {field.name for field in AuditEvent._meta.concrete_fields}


@pytest.mark.parametrize("column", FORGED)
@pytest.mark.parametrize("seq", [1, 25, 50, 60])
def test_a_change_of_any_column_of_any_row_is_found(trail, column, seq):
    with without_guard():
        AuditEvent.objects.filter(seq=seq).update(**{column: FORGED[column]})
    assert first() == (Wrong.CHANGED, seq)


def test_a_number_that_is_changed_leaves_a_gap(trail):
    with without_guard():
        AuditEvent.objects.filter(seq=25).update(seq=900)
    assert first() == (Wrong.MISSING, 25)


def test_a_removed_row_is_found_also_when_the_others_move_up(trail):
    with without_guard():
        AuditEvent.objects.filter(seq=25)._raw_delete("default")
        assert first() == (Wrong.MISSING, 25)
        for seq in range(26, 61):
            AuditEvent.objects.filter(seq=seq).update(seq=seq - 1)
        assert first() == (Wrong.MISSING, 25)


def test_an_inserted_row_is_found(trail):
    with without_guard():
        for seq in range(60, 24, -1):
            AuditEvent.objects.filter(seq=seq).update(seq=seq + 1)
        AuditEvent.objects.create(action="forged", seq=25, hash="a" * 64, detail_commit="b" * 64)
    assert first() == (Wrong.INSERTED, 25)


def test_a_row_put_behind_the_end_is_found(trail):
    with without_guard():
        AuditEvent.objects.create(action="forged", seq=61, hash="a" * 64, detail_commit="b" * 64)
    assert first() == (Wrong.INSERTED, 61)


@pytest.mark.parametrize(("one", "other"), [(25, 26), (25, 40), (1, 60)])
def test_rows_that_changed_places_are_found(trail, one, other):
    with without_guard():
        AuditEvent.objects.filter(seq=one).update(seq=900)
        AuditEvent.objects.filter(seq=other).update(seq=one)
        AuditEvent.objects.filter(seq=900).update(seq=other)
    assert first() == (Wrong.REORDERED, one)


def cut(after):
    """Takes the tail off and makes the end of the chain agree."""
    AuditEvent.objects.filter(seq__gt=after)._raw_delete("default")
    end = AuditEvent.objects.get(seq=after)
    AuditChain.objects.update(seq=after, hash=end.hash)


def test_a_cut_tail_is_found(trail):
    with without_guard():
        AuditEvent.objects.filter(seq__gt=55)._raw_delete("default")
        assert first() == (Wrong.TAIL_CUT, 56)
        # Of today there is no head yet; the file of the last hour knows better.
        cut(55)
    assert first() == (Wrong.TAIL_CUT, 56)


def test_an_older_table_put_back_with_its_heads_is_found(trail):
    with without_guard():
        cut(30)
        AuditHead.objects.filter(last_seq__gt=30)._raw_delete("default")
    assert first() == (Wrong.TAIL_CUT, 31)


def rewrite(start):
    """Makes the whole chain fit again after a change, as somebody would who knows how it works."""
    before = AuditEvent.objects.get(seq=start - 1).hash
    for event in AuditEvent.objects.filter(seq__gte=start).order_by("seq"):
        event.detail_commit = commitment(event.salt, event.network, event.device, event.detail)
        event.hash = before = linked(
            before,
            (
                event.seq,
                event.pk,
                event.at,
                event.actor_ref,
                event.action,
                event.about,
                event.neighbourhood_ref,
                event.outcome,
                event.detail_commit,
            ),
        )
        event.save()
    AuditChain.objects.update(hash=before)


def test_a_rewritten_chain_breaks_on_the_signed_heads(trail):
    with without_guard():
        AuditEvent.objects.filter(seq=25).update(action="forged")
        rewrite(25)
    assert first() == (Wrong.CHANGED, 21)


def test_a_rewritten_day_without_a_head_breaks_on_the_file(trail):
    with without_guard():
        AuditEvent.objects.filter(seq=55).update(action="forged")
        rewrite(55)
    assert first() == (Wrong.CHANGED, 60)


def test_a_head_that_is_forged_or_gone_is_found(trail):
    head = AuditHead.objects.get(last_seq=30)
    with without_guard():
        AuditHead.objects.filter(pk=head.pk).update(signature="0" * 128)
        assert (Wrong.BAD_SIGNATURE, 30) in [(one.kind, one.seq) for one in verify().findings]
        AuditHead.objects.filter(pk=head.pk)._raw_delete("default")
        assert first() == (Wrong.HEAD_MISSING, 21)


def test_heads_and_rows_that_go_together_are_missed_in_the_file(trail):
    with without_guard():
        AuditHead.objects.filter(last_seq=50)._raw_delete("default")
    assert Wrong.HEAD_MISSING in [one.kind for one in verify().findings]


def test_a_forged_or_lost_file_is_found(trail):
    lines = [json.loads(line) for line in trail.read_text().splitlines()]
    assert [line.get("day") is None for line in lines] == [False] * 5 + [True]
    lines[-1]["hash"] = "0" * 64
    trail.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert first() == (Wrong.BAD_SIGNATURE, 60)
    trail.unlink()
    assert first()[0] == Wrong.HEAD_MISSING


def test_a_day_that_was_said_to_be_too_old_before_it_was_is_found(trail):
    AuditHead.objects.filter(last_seq=10).update(dropped_at=clock.now())
    with transaction.atomic():
        AuditEvent.objects.filter(seq__lte=10)._raw_delete("default")
    assert first() == (Wrong.DROPPED_EARLY, 1)


# Heads ---------------------------------------------------------------------------------------------------------------


def test_each_closed_day_has_a_head_and_the_file_gets_each_once(trail):
    today = clock.today()
    assert list(AuditHead.objects.values_list("day", "last_seq")) == [
        (today - (5 - number) * DAY, 10 * number + 10) for number in range(5)
    ]
    before = trail.read_text()
    make_heads()
    assert trail.read_text() == before
    record("test.act", by=None)
    make_heads()
    assert len(trail.read_text().splitlines()) == len(before.splitlines()) + 1


def test_a_line_cut_short_is_written_again(trail):
    whole = trail.read_text()
    trail.write_text(whole[:-200])
    make_heads()
    assert verify().findings == []
    assert len([line for line in trail.read_text().splitlines() if line.endswith("}")]) == 6


def test_somebody_else_can_check_a_head_with_the_public_key_alone(trail, settings):
    head = AuditHead.objects.first()
    key = public_key()
    settings.SECRET_KEY = "another" * 8
    assert not signed_well(head.words, head.signature, head.key_id)
    assert signed_well(head.words, head.signature, head.key_id, (key,))
    assert verify().findings[0].kind == Wrong.BAD_SIGNATURE
    assert verify(retired_keys=(key,)).findings == []
    signature, name = sign(b"x")
    assert signed_well(b"x", signature, name) and not signed_well(b"y", signature, name)
    assert key_id and public_key() != key


# Going: by age, and by erasure ---------------------------------------------------------------------------------------


def test_a_row_of_364_days_stays_and_one_of_366_is_gone_and_the_rest_still_verifies(trail):
    oldest = AuditEvent.objects.get(seq=1).at
    with clock.frozen(oldest + 364 * DAY):
        purge()
        assert AuditEvent.objects.filter(seq=1).exists()
    with clock.frozen(oldest + 366 * DAY):
        assert purge()["accounts.AuditEvent"] == 10
        assert not AuditEvent.objects.filter(seq__lte=10).exists()
        assert AuditEvent.objects.filter(seq=11).exists()
        make_heads()
        report = verify()
        assert report.findings == []
        assert (report.dropped_days, report.first_seq) == (1, 11)
        assert purge().get("accounts.AuditEvent") is None


def test_details_of_an_erased_account_go_and_the_chain_still_verifies(trail, anna, bram):
    record("test.act", by=anna, code="geheim")
    record("test.act", by=None, about=anna, code="geheim")
    other = record("test.act", by=bram, code="blijft")
    AuditEvent.objects.link()
    assert details_left(anna.pk) == 2
    assert forget_details(anna.pk) == 2
    assert (details_left(anna.pk), forget_details(anna.pk)) == (0, 0)
    assert not AuditEvent.objects.filter(detail__code="geheim").exists()
    other.refresh_from_db()
    assert other.detail == {"code": "blijft"}
    report = verify()
    assert (report.findings, report.erased) == ([], 2)


def test_a_row_can_be_emptied_before_it_is_linked(trail, anna):
    record("test.act", by=anna, code="geheim")
    forget_details(anna.pk)
    AuditEvent.objects.link()
    assert verify().findings == []


def test_reading_may_begin_at_a_day(trail):
    report = verify(since=clock.today() - 2 * DAY)
    assert (report.rows, report.first_seq, report.findings) == (30, 31, [])


def test_a_days_end_is_where_the_site_lives(trail):
    head = AuditHead.objects.order_by("last_seq").first()
    assert timezone.localdate(AuditEvent.objects.get(seq=head.last_seq).at) == head.day


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", "Firefox, Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome, Linux"),
        ("curl/8.1", ""),
        ("", ""),
    ],
)
def test_a_device_is_two_words(agent, device):
    assert device_of(agent) == device
