"""The three roles, as groups."""

from typing import Any

from django.db import migrations

ROLES = ("agent", "supervisor", "administrator")


def make_roles(apps: Any, schema_editor: Any) -> None:
    """Make the groups; those that are there already stay as they are."""
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    """Groups are named in code (customers/roles.py), so an installation must have them."""

    dependencies = [("crm", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
