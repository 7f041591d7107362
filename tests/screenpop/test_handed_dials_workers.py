"""Several tabs of one agent take up the same wish to dial: one of them dials."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from customers.models import Customer, Endpoint, FollowUp
from screenpop import handed_dials
from screenpop.models import DialRequest, HandedDial
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")
TABS = 6


def test_all_tabs_at_once_while_the_page_asks_again():
    user = get_user_model().objects.create_user("li")
    user.groups.add(Group.objects.get_or_create(name="agent")[0])
    Customer.objects.create(name="王").add_contact_point("phone", "13800138000")
    row = FollowUp.objects.create(
        endpoint=Endpoint.objects.at("phone", "13800138000"),
        due_at=timezone.now() - timedelta(minutes=5),
    )
    for calls in range(1, 4):
        key = handed_dials.hand_over(user, row.pk, confirmed=False).key
        takers = [partial(handed_dials.take_up, user, key, f"tab-{n}") for n in range(TABS)]
        together(takers)
        assert DialRequest.objects.count() == calls
    # The two rows are taken in either order by those who ask and those who take.
    key = HandedDial.objects.get().key
    again = partial(handed_dials.hand_over, user, row.pk, confirmed=False)
    together([again, *[partial(handed_dials.take_up, user, key, f"tab-{n}") for n in range(TABS)]])
    row.refresh_from_db()
    assert row.attempts == DialRequest.objects.count()
