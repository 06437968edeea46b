
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0020_also_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='block',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='content.organisation'),
        ),
        migrations.AddField(
            model_name='comanager',
            name='contact_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='conversation',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='content.organisation'),
        ),
        migrations.AddField(
            model_name='report',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='talk_reports', to='content.organisation'),
        ),
        migrations.AddField(
            model_name='reportedmessage',
            name='stand_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='block',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='conversation',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='content.post'),
        ),
        migrations.AlterField(
            model_name='report',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='content.post'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.UniqueConstraint(fields=('organisation', 'address_key', 'account_key'), name='blocked_once_by_organisation'),
        ),
        migrations.AddConstraint(
            model_name='block',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation', None), ('owner__isnull', False)), models.Q(('organisation__isnull', False), ('owner', None)), _connector='OR'), name='block_by_one'),
        ),
        migrations.AddConstraint(
            model_name='comanager',
            constraint=models.UniqueConstraint(condition=models.Q(('contact_since__isnull', False)), fields=('post',), name='co_manager_one_contact'),
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation', None), ('post__isnull', False)), models.Q(('organisation__isnull', False), ('post', None)), _connector='OR'), name='conversation_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation', None), ('post__isnull', False)), models.Q(('of_photo', False), ('of_talk', True), ('organisation__isnull', False), ('post', None)), _connector='OR'), name='report_about_one_thing'),
        ),
    ]
