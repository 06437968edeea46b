import django.db.models.deletion
import wijk.clock
import wijk.encryption
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_rights_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='accountclosure',
            name='addresses',
            field=wijk.encryption.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='accountclosure',
            name='alarmed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='accountclosure',
            name='code_key',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='accountclosure',
            name='copy',
            field=models.CharField(choices=[('none', 'geen kopie'), ('asked', 'kopie gevraagd'), ('made', 'kopie verzegeld'), ('failed', 'kopie niet gelukt')], default='none', max_length=12),
        ),
        migrations.AddField(
            model_name='accountclosure',
            name='reason',
            field=models.CharField(choices=[('person', 'zelf opgezegd'), ('letter', 'per brief of mail'), ('minor', 'jonger dan 16')], default='person', max_length=12),
        ),
        migrations.AddField(
            model_name='accountclosure',
            name='warned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='accountclosure',
            name='state',
            field=models.CharField(choices=[('received', 'ontvangen'), ('hidden', 'van de site af'), ('cooling', 'van de site af, nog terug te draaien'), ('sealing', 'kopie wordt verzegeld'), ('erasing', 'wordt gewist'), ('external', 'wordt elders gewist'), ('verifying', 'wordt nagekeken'), ('done', 'gewist'), ('cancelled', 'teruggedraaid')], default='received', max_length=12),
        ),
        migrations.CreateModel(
            name='ClosureStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=160)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('residue', models.PositiveIntegerField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=80)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('closure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger', to='accounts.accountclosure')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('closure', 'step'), name='closure_step_once')],
            },
        ),
        migrations.CreateModel(
            name='ExternalErasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('store', models.CharField(max_length=40)),
                ('hint', wijk.encryption.EncryptedTextField(blank=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(default=wijk.clock.now)),
                ('error', models.CharField(blank=True, max_length=80)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('closure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='elsewhere', to='accounts.accountclosure')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('closure', 'store'), name='closure_store_once')],
            },
        ),
    ]
