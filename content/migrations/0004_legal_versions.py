"""Versions of legal texts that stay as they were published.

The rows of texts that are there already are made after the migration, from their published revisions
(content.legal.actions.plant_legal_texts). The trigger refuses every UPDATE, and on PostgreSQL every DELETE; on SQLite
`flush` empties tables by DELETE, so there only the model refuses it.

A later migration that alters this table on SQLite makes it anew and loses the trigger: make it again there.
"""

import wagtail.fields
from django.db import migrations, models

import wijk.clock

TABLES = ("content_legalversion",)


def up(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {table}_stays() RETURNS trigger AS $$ BEGIN"
                f" RAISE EXCEPTION '{table} is never changed'; END $$ LANGUAGE plpgsql",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {table}_stays()",
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
        ("content", "0003_search_index"),
        ("accounts", "0004_consent_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="legalpage",
            name="body_en",
            field=wagtail.fields.StreamField(
                [("heading", 0), ("text", 1)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "Kop"}),
                    1: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["h3", "bold", "italic", "ol", "ul", "link"], "label": "Tekst"},
                    ),
                },
                verbose_name="Engelse leesversie",
            ),
        ),
        migrations.AddField(
            model_name="legalpage",
            name="changes_controller",
            field=models.BooleanField(default=False, verbose_name="een ander beslist over de gegevens"),
        ),
        migrations.AddField(
            model_name="legalpage",
            name="changes_other",
            field=models.BooleanField(default=False, verbose_name="iets anders dat ertoe doet"),
        ),
        migrations.AddField(
            model_name="legalpage",
            name="changes_purpose",
            field=models.BooleanField(default=False, verbose_name="er komt een doel bij, of een doel verandert"),
        ),
        migrations.AddField(
            model_name="legalpage",
            name="changes_rights",
            field=models.BooleanField(default=False, verbose_name="de rechten van mensen veranderen"),
        ),
        migrations.AddField(
            model_name="legalpage",
            name="summary",
            field=models.TextField(
                blank=True,
                help_text="In gewone woorden, voor wie de hele tekst niet leest. Staat bij de versies en in de mail.",
                max_length=2000,
                verbose_name="wat er verandert",
            ),
        ),
        migrations.AlterField(
            model_name="legalpage",
            name="body",
            field=wagtail.fields.StreamField(
                [("heading", 0), ("text", 1)],
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "Kop"}),
                    1: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["h3", "bold", "italic", "ol", "ul", "link"], "label": "Tekst"},
                    ),
                },
            ),
        ),
        migrations.AlterField(
            model_name="legalpage",
            name="version",
            field=models.CharField(
                help_text="Bijvoorbeeld 2026-11. Andere woorden zijn een andere versie.",
                max_length=40,
                verbose_name="versie",
            ),
        ),
        migrations.CreateModel(
            name="LegalVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=255)),
                ("summary", models.TextField(blank=True)),
                ("kinds", models.JSONField(blank=True, default=list)),
                ("purpose", models.PositiveSmallIntegerField(default=1)),
                ("effective_on", models.DateField()),
                ("published_at", models.DateTimeField(default=wijk.clock.now)),
                ("body", models.JSONField()),
                ("body_en", models.JSONField(blank=True, default=list)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("slug", "version"), name="legal_version_once")],
            },
        ),
        migrations.RunPython(up, down),
    ]
