"""People and the moment that the tests of lists share."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Saturday.
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=SHANGHAI)


def person(name: str, role: str = "agent"):
    """Somebody with that role; with none where it is blank."""
    user = get_user_model().objects.create_user(name, display_name=name)
    if role:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user
