"""The words people agreed to, and changes everybody hears of; what was said is added to and never changed.

The triggers refuse every UPDATE. DELETE stays possible: the rows go with their account, by erasure or because a sign-up
was never confirmed, and the database cannot tell those from any other deletion.

A later migration that alters these tables on SQLite makes them anew and loses the triggers: make them again there.
"""

import django.db.models.deletion
from django.db import migrations, models

import wijk.clock

TABLES = ("accounts_consentevent", "accounts_consenttext")


def up(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {table}_stays() RETURNS trigger AS $$ BEGIN"
                f" RAISE EXCEPTION '{table} is never changed'; END $$ LANGUAGE plpgsql",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stays()",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END",
                params=None,
            )


def down(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_stays ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {table}_stays()", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_stays", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_audit_chain"),
    ]

    operations = [
        migrations.AddField(
            model_name="consentevent",
            name="by_ref",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="consentevent",
            name="entered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="consentevent",
            name="channel",
            field=models.CharField(
                choices=[
                    ("site", "op de site"),
                    ("mail", "per mail"),
                    ("letter", "per brief"),
                    ("staff", "door een medewerker"),
                ],
                default="site",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=8)),
                ("words", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("purpose", models.PositiveSmallIntegerField(default=1)),
                ("made_at", models.DateTimeField(default=wijk.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "version", "language", "sha256"), name="consent_text_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("summary", models.TextField()),
                ("new_purpose", models.BooleanField(default=False)),
                ("effective_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(default=wijk.clock.now)),
                ("told_up_to", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "text",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcement",
                        to="accounts.consenttext",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="consentevent",
            name="text",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="accounts.consenttext",
            ),
        ),
        migrations.RunPython(up, down),
    ]
