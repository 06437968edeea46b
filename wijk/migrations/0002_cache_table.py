"""The cache that all workers share when there is no Redis; also holds allauth's limits."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", "wijk_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("wijk", "0001_floor")]
    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
