from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from wijk import clock

TO_SCREEN = timedelta(days=30)


def give_time_to_screen(apps, schema_editor):
    """Who manages already was never screened by the book: they keep their rights while it is done."""
    Appointment = apps.get_model("neighbourhoods", "Appointment")
    running = Appointment.objects.filter(ends_on__gte=clock.today(), confidentiality_signed_at__isnull=False)
    running.update(screened_until=clock.today() + TO_SCREEN)


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0002_search_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="role",
            field=models.CharField(
                choices=[("manager", "wijkbeheerder"), ("reserve", "reserve"), ("deputy", "vervanger")],
                default="manager",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="stands_in_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deputies",
                to="neighbourhoods.appointment",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="function",
            field=models.CharField(blank=True, max_length=60, verbose_name="functie"),
        ),
        migrations.AddField(
            model_name="appointment", name="sign_again_by", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="appointment", name="screened_on", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="appointment", name="screened_until", field=models.DateField(blank=True, null=True)
        ),
        migrations.AddField(model_name="appointment", name="seen_on", field=models.DateField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=Q(Q(role="deputy", stands_in_for__isnull=False), Q(~Q(role="deputy"), stands_in_for__isnull=True), _connector="OR"),
                name="appointment_deputy_of_somebody",
            ),
        ),
        migrations.RunPython(give_time_to_screen, migrations.RunPython.noop, elidable=True),
    ]
