from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0002_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='must_change_password',
            field=models.BooleanField(default=False, verbose_name='首次登录须修改密码'),
        ),
    ]
