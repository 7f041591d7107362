"""Which earlier contacts stand beside a contact, and the keys that page through them."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from customers.models import Customer, Endpoint, Interaction, Leg, MatchVerdict
from customers.timeline import history, key_of, page_of, read_key, times_within

MOBILE = "13800138000"
pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    user = get_user_model().objects.create_user("zuoxi")
    user.groups.add(Group.objects.get(name="agent"))
    return user


def contact(raw: str, kind: str = "phone", **fields) -> Interaction:
    made = Interaction.objects.create(endpoint=Endpoint.objects.at(kind, raw), **fields)
    Leg.objects.create(interaction=made, note="退款")
    return made


def beside(interaction: Interaction, user) -> tuple[int, int]:
    """How many earlier contacts are shown, and the how-manieth this one is said to be."""
    page = page_of(history(interaction, user))
    return len(page.entries), times_within(interaction, user, timezone.now(), page)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [(MOBILE, "phone"), ("0755-86013388", "phone"), ("oAbc", "openid"), ("a@b.cn", "email")],
)
def test_one_callers_earlier_contacts_are_shown(agent, raw, kind):
    contact(raw, kind)
    assert beside(contact(raw, kind), agent) == (1, 2)


@pytest.mark.parametrize("raw", ["138****8000", "95588", "4009282737", "8001", "86013388"])
def test_what_several_people_call_from_has_no_past(agent, raw):
    contact(raw)
    assert beside(contact(raw), agent) == (0, 1)


@pytest.mark.parametrize("flag", ["is_shared", "is_own_line"])
def test_a_flagged_number_has_no_past(agent, flag):
    contact(MOBILE)
    Endpoint.objects.update(**{flag: True})
    assert beside(contact(MOBILE), agent) == (0, 1)


def test_an_own_line_of_the_settings_has_no_past_whatever_its_extension(agent, settings):
    settings.OWN_LINES = ["0755-86013388"]
    for raw in ("0755-86013388", "0755-86013388-801"):
        contact(raw)
        assert beside(contact(raw), agent) == (0, 1)


def test_a_number_of_two_customers_has_no_past_until_one_is_left(agent):
    wang, li = (Customer.objects.create(name=name) for name in "王李")
    for one in (wang, li):
        one.add_contact_point("phone", MOBILE)
    contact(MOBILE)
    now = contact(MOBILE)
    assert beside(now, agent) == (0, 1)
    word = MatchVerdict.objects.create(
        customer=wang, endpoint=Endpoint.objects.get(), verdict=MatchVerdict.Verdict.NO_LONGER
    )
    assert beside(now, agent) == (1, 2)
    word.delete()
    Customer.objects.filter(pk=wang.pk).update(merged_into=li)
    assert beside(now, agent) == (1, 2)


def test_a_customers_past_is_shown_whatever_the_number(agent):
    wang = Customer.objects.create(name="王")
    contact("138****8000", customer=wang)
    contact("95588", customer=wang)
    assert beside(contact("8001", customer=wang), agent) == (2, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "~",
        "x~5",
        "2025-06-04T00:00:00+00:00~x",
        "2025-06-04T00:00:00+00:00~0",
        f"2025-06-04T00:00:00+00:00~{2**63}",
        "2025-06-04T00:00:00+00:00~" + "9" * 5000,
        "2025-06-04T00:00:00~5",
        "9999-12-31T23:59:59-14:00~5",
        "0001-01-01T00:00:00+14:00~5",
    ],
)
def test_a_key_that_cannot_be_used_means_the_start(agent, text):
    contact(MOBILE)
    assert read_key(text) is None
    assert len(page_of(history(contact(MOBILE), agent), before=text).entries) == 1


@pytest.mark.parametrize("year", [1, 9999])
def test_a_key_at_the_ends_of_time_is_used(agent, year):
    contact(MOBILE)
    key = key_of(Interaction(pk=5, started_at=datetime(year, 6, 1, tzinfo=UTC)))
    entries = page_of(history(contact(MOBILE), agent), before=key).entries
    assert len(entries) == (year > 2000)
