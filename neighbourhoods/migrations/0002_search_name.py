from django.db import migrations, models

from neighbourhoods.places.models import folded


def fold_names(apps, schema_editor):
    Neighbourhood = apps.get_model("neighbourhoods", "Neighbourhood")
    for area in Neighbourhood.objects.select_related("municipality").iterator():
        area.search_name = folded(f"{area.name} {area.municipality.name}")[:200]
        area.save(update_fields=["search_name"])


class Migration(migrations.Migration):
    dependencies = [("neighbourhoods", "0001_neighbourhoods")]

    operations = [
        migrations.AddField(
            model_name="neighbourhood",
            name="search_name",
            field=models.CharField(default="", editable=False, max_length=200),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop, elidable=True),
    ]
