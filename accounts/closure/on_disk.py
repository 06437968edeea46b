"""What a database's files still hold of deleted rows, and how they let go of it.

SQLite overwrites what it deletes; its search index and its write-ahead log must be told to. PostgreSQL lets go only
when a table is written anew: after VACUUM the words still stand in the free room of a page, and after REINDEX too; and
the planner keeps samples of columns in its statistics. Writing anew shuts a table for a while, so it waits for night.
"""

import logging
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.closure.models import LIMIT, AccountClosure
from wijk import clock
from wijk.faults import fault
from wijk.personal_data import REGISTER, Kind
from wijk.schedule import ScheduledJob

log = logging.getLogger("wijk.closure")
# When PostgreSQL's tables were last written anew.
REWRITTEN = "closures-rewritten"
NIGHT = range(2, 5)
# Not waiting for a night any more: this long before the 48 hours are over.
SPARE = timedelta(hours=8)
STATISTICS = "pg_catalog.pg_statistic"


class NotOnDisk(Exception):
    """The files still hold old pages because another process is using them."""


def flush_to_disk() -> None:
    """Makes SQLite overwrite in its file what was deleted: rebuilds search indexes, empties the write-ahead log."""
    fault("closure:flush:before")
    if connection.vendor == "sqlite":
        _flush_sqlite()
    fault("closure:flush:after")


def _flush_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%USING fts5%%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')  # noqa: S608  the schema's own names
        if connection.in_atomic_block:
            return
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_pages = cursor.fetchone()
    if busy:
        raise NotOnDisk


# PostgreSQL ----------------------------------------------------------------------------------------------------------


def rewrite_in_time() -> int:
    """Writes the tables anew in the night after an erasure, and before its 48 hours are over; runs by the clock."""
    last = ScheduledJob.objects.filter(name=REWRITTEN).values_list("finished_at", flat=True).first()
    since = AccountClosure.objects.filter(state=AccountClosure.State.DONE)
    since = since.filter(done_at__gt=last) if last else since
    pressing = since.filter(received_at__lt=clock.now() - (LIMIT - SPARE))
    at_night = timezone.localtime(clock.now()).hour in NIGHT
    return rewrite() if (at_night and since.exists()) or pressing.exists() else 0


def rewrite() -> int:
    """Writes each table anew that may have held something of a person, and the planner's samples; returns how many."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return 0
    began = clock.now()
    # The samples last: what the tables hold now is sampled again before.
    tables = [*_tables(), STATISTICS]
    busy = [table for table in tables if not _written_anew(table)]
    if busy:
        raise NotOnDisk(", ".join(busy))
    ScheduledJob.objects.update_or_create(name=REWRITTEN, defaults={"next_run_at": began, "finished_at": began})
    return len(tables)


def _tables() -> list[str]:
    """All tables but those without a word anybody wrote: a page for everybody may have been one person's."""
    with connection.cursor() as cursor:
        found = {table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"}
    no_words = {
        declaration.model._meta.db_table
        for declaration in REGISTER.values()
        if not declaration.subjects and {entry.kind for entry in declaration.fields.values()} <= {Kind.TECHNICAL}
    }
    return [connection.ops.quote_name(name) for name in sorted(found - no_words)]


def _written_anew(table: str) -> bool:
    with connection.cursor() as cursor:
        # Whoever waits for a lock makes all others wait behind it; rather an hour later.
        cursor.execute("SET lock_timeout = '5s'")
        try:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {table}" if table != STATISTICS else f"VACUUM FULL {table}")
        except DatabaseError as problem:
            log.warning("%s was not written anew: %s", table, type(problem).__name__)
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    return True
