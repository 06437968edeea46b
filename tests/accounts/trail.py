"""A trail of its own for a test, and the hands of somebody who owns the database."""

from contextlib import contextmanager
from importlib import import_module

from django.db import connection

from accounts.audit.models import AuditChain, AuditEvent, AuditHead

migration = import_module("accounts.migrations.0003_audit_chain")


@contextmanager
def without_guard():
    """What the owner of the database can do: drop the triggers, change what is wanted, put them back."""
    _run(migration.no_guard(connection.vendor))
    try:
        yield
    finally:
        _run(migration.guard(connection.vendor))


def forget_trail():
    """An empty trail."""
    with without_guard():
        for model in (AuditEvent, AuditHead, AuditChain):
            model._base_manager.all()._raw_delete("default")
        AuditChain.objects.create(pk=1)


def _run(statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
