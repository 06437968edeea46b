"""The words of organisations and news items, with a full-text index: FTS5 with triggers on SQLite, GIN on PostgreSQL.

A later migration that changes GuideEntry on SQLite makes the table anew and loses these triggers: make them again there.
"""

import sqlite3

import django.db.models.deletion
from django.db import migrations, models

SQLITE_UP = (
    "CREATE VIRTUAL TABLE content_search_index_guide USING fts5(words, content='content_guideentry',"
    " content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER content_search_guide_added AFTER INSERT ON content_guideentry BEGIN"
    " INSERT INTO content_search_index_guide(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER content_search_guide_gone AFTER DELETE ON content_guideentry BEGIN"
    " INSERT INTO content_search_index_guide(content_search_index_guide, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER content_search_guide_changed AFTER UPDATE ON content_guideentry BEGIN"
    " INSERT INTO content_search_index_guide(content_search_index_guide, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO content_search_index_guide(rowid, words) VALUES (new.id, new.words); END",
)
SQLITE_SECURE = (
    "INSERT INTO content_search_index_guide(content_search_index_guide, rank) VALUES ('secure-delete', 1)"
)
SQLITE_DOWN = (
    "DROP TRIGGER content_search_guide_added",
    "DROP TRIGGER content_search_guide_gone",
    "DROP TRIGGER content_search_guide_changed",
    "DROP TABLE content_search_index_guide",
)
POSTGRESQL_UP = (
    "CREATE INDEX content_search_guide_words ON content_guideentry USING gin (to_tsvector('simple', words))",
)
POSTGRESQL_DOWN = ("DROP INDEX content_search_guide_words",)


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
    dependencies = [("content", "0018_photos")]
    operations = [
        migrations.CreateModel(
            name="GuideEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                (
                    "news",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="content.newspage",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entry",
                        to="content.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("news__isnull", False), ("organisation", None)),
                            models.Q(("news", None), ("organisation__isnull", False)),
                            _connector="OR",
                        ),
                        name="guide_entry_of_one",
                    )
                ],
            },
        ),
        migrations.RunPython(up, down),
    ]
