"""The chained trail, and the triggers that keep it append-only whatever the application does.

A later migration that remakes one of these tables on SQLite loses its triggers: end it with
`RunPython(put_guard, take_guard)`, as here.
"""

import secrets

from django.db import migrations, models

from accounts.audit.chain import commitment

EVENT, HEAD, CHAIN = "accounts_auditevent", "accounts_audithead", "accounts_auditchain"
# What no update may touch; {same} compares two values of which either may be NULL.
FIXED = ("id", "at", "actor_ref", "action", "about", "neighbourhood_ref", "outcome", "detail_commit")
WORDS = ("salt", "network", "device", "detail")
HEAD_FIXED = ("id", "day", "first_seq", "last_seq", "hash", "count", "signature", "key_id")


def rules(same, json_text):
    """For each trigger: its table, its moment, and when it refuses."""
    unchanged = lambda names: " AND ".join(f'OLD."{name}" {same} NEW."{name}"' for name in names)
    placed = f"OLD.seq IS NULL AND OLD.hash = '' AND NEW.seq IS NOT NULL AND length(NEW.hash) = 64 AND {unchanged(WORDS)}"
    emptied = (
        f"NEW.salt = '' AND NEW.network = '' AND NEW.device = '' AND NEW.detail{json_text} = '{{}}' "
        f"AND {unchanged(('seq', 'hash'))}"
    )
    dropped = f"SELECT 1 FROM {HEAD} h WHERE h.dropped_at IS NOT NULL AND OLD.seq BETWEEN h.first_seq AND h.last_seq"
    known = f"SELECT 1 FROM {EVENT} e WHERE e.id = NEW.id"
    return {
        # An INSERT OR REPLACE would be a deletion that no trigger sees.
        "audit_event_insert": (EVENT, "INSERT", f"NEW.seq IS NOT NULL OR NEW.hash <> '' OR EXISTS ({known})"),
        "audit_event_update": (EVENT, "UPDATE", f"NOT ({unchanged(FIXED)} AND (({placed}) OR ({emptied})))"),
        "audit_event_delete": (EVENT, "DELETE", f"OLD.seq IS NULL OR NOT EXISTS ({dropped})"),
        "audit_head_update": (
            HEAD,
            "UPDATE",
            f"NOT (OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL AND {unchanged(HEAD_FIXED)})",
        ),
        "audit_head_delete": (HEAD, "DELETE", "1 = 1"),
        "audit_chain_update": (CHAIN, "UPDATE", "NEW.id <> OLD.id OR NEW.seq <= OLD.seq"),
        "audit_chain_delete": (CHAIN, "DELETE", "1 = 1"),
    }


REFUSE = """
CREATE OR REPLACE FUNCTION wijk_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""
# A trigger's WHEN may hold no query on PostgreSQL, so the question is asked in a function of its own.
ASK = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$
"""


def put_guard(apps, schema_editor):
    for sql in guard(schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


def take_guard(apps, schema_editor):
    for sql in no_guard(schema_editor.connection.vendor):
        schema_editor.execute(sql, params=None)


def guard(vendor):
    if vendor == "sqlite":
        for name, (table, act, condition) in rules("IS", "").items():
            yield (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW WHEN {condition} "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
        return
    yield REFUSE
    for name, (table, act, condition) in rules("IS NOT DISTINCT FROM", "::text").items():
        yield ASK.format(name=name, condition=condition)
        yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    for table in (EVENT, HEAD, CHAIN):
        yield f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION wijk_audit_refuse()"


def no_guard(vendor):
    for name, (table, _act, _condition) in rules("IS", "").items():
        if vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {name}"
        else:
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield f"DROP FUNCTION IF EXISTS {name}()"
    if vendor != "sqlite":
        for table in (EVENT, HEAD, CHAIN):
            yield f"DROP TRIGGER IF EXISTS {table}_truncate ON {table}"
        yield "DROP FUNCTION IF EXISTS wijk_audit_refuse()"


def commit_details(apps, schema_editor):
    """Rows from before the chain get their salt and commitment; the site links them afterwards."""
    for event in apps.get_model("accounts", "AuditEvent").objects.filter(detail_commit="").iterator():
        event.salt = secrets.token_hex(16)
        event.detail_commit = commitment(event.salt, "", "", event.detail)
        event.save(update_fields=["salt", "detail_commit"])
    apps.get_model("accounts", "AuditChain").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_privacy_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default="0" * 64, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField(unique=True)),
                ("hash", models.CharField(max_length=64)),
                ("count", models.BigIntegerField()),
                ("signature", models.CharField(max_length=128)),
                ("key_id", models.CharField(max_length=16)),
                ("dropped_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField("auditevent", "detail_commit", models.CharField(blank=True, max_length=64)),
        migrations.AddField("auditevent", "device", models.CharField(blank=True, max_length=60)),
        migrations.AddField("auditevent", "hash", models.CharField(blank=True, max_length=64)),
        migrations.AddField("auditevent", "network", models.CharField(blank=True, max_length=50)),
        migrations.AddField(
            "auditevent",
            "outcome",
            models.CharField(choices=[("ok", "gelukt"), ("refused", "geweigerd")], default="ok", max_length=10),
        ),
        migrations.AddField("auditevent", "salt", models.CharField(blank=True, max_length=32)),
        migrations.AddField("auditevent", "seq", models.BigIntegerField(blank=True, null=True, unique=True)),
        migrations.AddIndex(
            "auditevent",
            models.Index(
                condition=models.Q(("network", ""), _negated=True), fields=["network", "at"], name="audit_network"
            ),
        ),
        migrations.AddIndex(
            "auditevent",
            models.Index(condition=models.Q(("seq", None)), fields=["at", "id"], name="audit_unlinked"),
        ),
        migrations.AddConstraint(
            "auditchain",
            models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_one_chain"),
        ),
        migrations.RunPython(commit_details, migrations.RunPython.noop),
        migrations.RunPython(put_guard, take_guard),
    ]
