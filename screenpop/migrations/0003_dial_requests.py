from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('screenpop', '0002_pop_event_failed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='dialrequest',
            name='dialled',
            field=models.CharField(max_length=190),
        ),
        migrations.AddIndex(
            model_name='dialrequest',
            index=models.Index(fields=['user', 'dialled', '-asked_at'], name='dial_request_of_user'),
        ),
    ]
