"""The full-text index over the stemmed words: FTS5 with triggers on SQLite, GIN on PostgreSQL.

A later migration that changes SearchEntry on SQLite makes the table anew and loses these triggers: make them again there.
"""

import sqlite3

from django.db import migrations

SQLITE_UP = (
    "CREATE VIRTUAL TABLE content_search_index USING fts5(words, content='content_searchentry', content_rowid='post_id',"
    " tokenize='unicode61 remove_diacritics 0', prefix='3')",
    "CREATE TRIGGER content_search_added AFTER INSERT ON content_searchentry BEGIN"
    " INSERT INTO content_search_index(rowid, words) VALUES (new.post_id, new.words); END",
    "CREATE TRIGGER content_search_gone AFTER DELETE ON content_searchentry BEGIN"
    " INSERT INTO content_search_index(content_search_index, rowid, words)"
    " VALUES ('delete', old.post_id, old.words); END",
    "CREATE TRIGGER content_search_changed AFTER UPDATE ON content_searchentry BEGIN"
    " INSERT INTO content_search_index(content_search_index, rowid, words)"
    " VALUES ('delete', old.post_id, old.words);"
    " INSERT INTO content_search_index(rowid, words) VALUES (new.post_id, new.words); END",
    "INSERT INTO content_search_index(content_search_index) VALUES ('rebuild')",
)
# Deleted words leave the index's own pages too, where SQLite can do that by itself.
SQLITE_SECURE = "INSERT INTO content_search_index(content_search_index, rank) VALUES ('secure-delete', 1)"
SQLITE_DOWN = (
    "DROP TRIGGER content_search_added",
    "DROP TRIGGER content_search_gone",
    "DROP TRIGGER content_search_changed",
    "DROP TABLE content_search_index",
)
POSTGRESQL_UP = (
    "CREATE INDEX content_search_words ON content_searchentry USING gin (to_tsvector('simple', words))",
)
POSTGRESQL_DOWN = ("DROP INDEX content_search_words",)


def up(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        run(schema_editor, POSTGRESQL_UP)
    else:
        run(schema_editor, SQLITE_UP)
        if sqlite3.sqlite_version_info >= (3, 42):
            run(schema_editor, (SQLITE_SECURE,))


def down(apps, schema_editor):
    run(schema_editor, POSTGRESQL_DOWN if schema_editor.connection.vendor == "postgresql" else SQLITE_DOWN)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("content", "0002_themes")]
    operations = [migrations.RunPython(up, down)]
