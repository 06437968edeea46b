from pathlib import Path

import wijk.clock
from django.conf import settings
from django.db import migrations, models


def mark_the_ledger(apps, schema_editor):
    """A site without accounts begins at the end of the ledger that is there; one with accounts must read all of it."""
    path = Path(settings.ERASURE_LEDGER)
    rows = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    if apps.get_model("accounts", "User").objects.exists():
        rows = []
    head = rows[-1].split(" ")[-1] if rows else ""
    apps.get_model("accounts", "LedgerMark").objects.get_or_create(pk=1, defaults={"lines": len(rows), "head": head})


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_closing"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyWrap",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("copy", models.CharField(db_index=True, max_length=32)),
                ("holder", models.CharField(choices=[("operator", "Operator"), ("code", "Code")], max_length=10)),
                ("key_id", models.CharField(max_length=16)),
                ("wrap", models.BinaryField()),
                ("created_at", models.DateTimeField(default=wijk.clock.now)),
            ],
            options={
                "db_table": "keyring_wrap",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LedgerMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lines", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(blank=True, max_length=64)),
                ("mail_held_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SealedCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32, unique=True)),
                ("lookup", models.CharField(blank=True, db_index=True, max_length=64)),
                ("account_ref", models.BigIntegerField(db_index=True)),
                ("epoch", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=wijk.clock.now)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("format", models.PositiveSmallIntegerField()),
                ("key_id", models.CharField(blank=True, max_length=16)),
                ("code_id", models.CharField(blank=True, max_length=16)),
                ("doomed_at", models.DateTimeField(blank=True, null=True)),
                ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("doomed_at", None)),
                        fields=("account_ref", "epoch"),
                        name="sealed_copy_once_per_closing",
                    )
                ],
            },
        ),
        migrations.RunPython(mark_the_ledger, migrations.RunPython.noop),
    ]
