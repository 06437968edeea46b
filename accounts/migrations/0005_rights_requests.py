import django.db.models.deletion
import wijk.clock
import wijk.encryption
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_consent_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recipient_hash', models.CharField(max_length=64, unique=True)),
                ('since', models.DateTimeField(default=wijk.clock.now)),
                ('by_ref', models.BigIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('right', models.CharField(choices=[('access', 'Weten wat jullie van mij hebben'), ('copy', 'Een kopie van mijn gegevens'), ('rectification', 'Iets laten verbeteren'), ('portability', 'Mijn gegevens meenemen'), ('erasure', 'Iets laten wissen'), ('restriction', 'Mijn gegevens laten bevriezen'), ('objection', 'Bezwaar maken'), ('withdrawal', 'Mijn toestemming intrekken'), ('complaint', 'Een klacht indienen')], max_length=14)),
                ('channel', models.CharField(choices=[('web', 'op de site'), ('mail', 'per mail'), ('letter', 'per brief'), ('phone', 'per telefoon')], default='web', max_length=8)),
                ('delivery', models.CharField(choices=[('mail', 'Per mail'), ('post', 'Per post'), ('spoken', 'Mondeling, bel me')], default='mail', max_length=8)),
                ('deliver_to', wijk.encryption.EncryptedTextField(blank=True)),
                ('email', wijk.encryption.EncryptedTextField(blank=True)),
                ('language', models.CharField(default='nl', max_length=8)),
                ('purpose', models.CharField(blank=True, max_length=40)),
                ('text', wijk.encryption.EncryptedTextField(blank=True)),
                ('state', models.CharField(choices=[('unconfirmed', 'nog niet bevestigd'), ('received', 'ontvangen'), ('identify', 'wacht op bewijs dat jij het bent'), ('working', 'in behandeling'), ('decided', 'beantwoord'), ('withdrawn', 'ingetrokken')], default='received', max_length=12)),
                ('received_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(default=wijk.clock.now)),
                ('due_at', models.DateTimeField()),
                ('identified_at', models.DateTimeField(blank=True, null=True)),
                ('extended_at', models.DateTimeField(blank=True, null=True)),
                ('extension_reason', wijk.encryption.EncryptedTextField(blank=True)),
                ('reminded_days', models.SmallIntegerField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'ja'), ('partly', 'deels'), ('refused', 'nee')], max_length=8)),
                ('answer', wijk.encryption.EncryptedTextField(blank=True)),
                ('stays', wijk.encryption.EncryptedTextField(blank=True)),
                ('note', wijk.encryption.EncryptedTextField(blank=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by_ref', models.BigIntegerField(blank=True, null=True)),
                ('form_key', models.CharField(blank=True, max_length=40, null=True, unique=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rights_requests', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-received_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('own_wish', 'je eigen wens'), ('accuracy', 'of de gegevens kloppen wordt uitgezocht'), ('unlawful', 'de gegevens mochten niet gebruikt worden, maar moeten blijven'), ('claim', 'de gegevens zijn nodig voor een zaak'), ('objection', 'een bezwaar wordt bekeken')], max_length=10)),
                ('since', models.DateTimeField(default=wijk.clock.now)),
                ('by_ref', models.BigIntegerField(blank=True, null=True)),
                ('lifts_at', models.DateTimeField(blank=True, null=True)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='restrictions', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='restrictions', to='accounts.rightsrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('state', models.CharField(choices=[('review', 'we bekijken het'), ('upheld', 'het blijft uit'), ('rejected', 'afgewezen'), ('ended', 'ingetrokken')], default='review', max_length=8)),
                ('made_at', models.DateTimeField(default=wijk.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='objections', to='accounts.rightsrequest')),
            ],
        ),
        migrations.AddIndex(
            model_name='rightsrequest',
            index=models.Index(fields=['state', 'due_at'], name='rights_request_due'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('user', 'reason'), name='restriction_once'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['review', 'upheld'])), fields=('user', 'purpose'), name='objection_once'),
        ),
    ]
