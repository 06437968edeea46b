"""What a database file still holds of deleted rows, and how it lets go of it."""

from django.db import connection


class NotOnDisk(Exception):
    """The file still holds old pages because another process is reading them."""


def flush_to_disk() -> None:
    """Makes SQLite overwrite in its file what was deleted: rebuilds search indexes, empties the write-ahead log."""
    if connection.vendor != "sqlite":
        return
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
