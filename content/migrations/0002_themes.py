"""The curated themes of content/themes/themes.json, and the count of reminders before a post's end."""

import json
from pathlib import Path

from django.db import migrations, models

THEMES = Path(__file__).resolve().parent.parent / "themes" / "themes.json"


def load_themes(apps, schema_editor):
    """Adds the themes that are not there yet; what editors changed stays theirs."""
    theme = apps.get_model("content", "Theme")
    for position, entry in enumerate(json.loads(THEMES.read_text(encoding="utf-8")), start=1):
        values = {"name": entry["name"], "name_en": entry["name_en"], "order": position * 10}
        theme.objects.get_or_create(slug=entry["slug"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("content", "0001_content")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="reminders",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(load_themes, migrations.RunPython.noop),
    ]
