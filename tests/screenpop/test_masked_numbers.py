"""MASK_NUMBERS: whatever an agent opens in a day, no whole number of a customer's stands in it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from crm.models import User
from customers.models import Customer, Endpoint, FollowUp, Leg
from tests.screenpop.test_events_view import event, send

pytestmark = pytest.mark.django_db
KNOWN, SECOND, UNKNOWN, SHARED = "13800138000", "13911112222", "13655551002", "13700003333"


def signed_in(role: str, name: str) -> Client:
    user = User.objects.create_user(name, password="a-long-test-password", display_name=name)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    form = {"username": name, "password": "a-long-test-password"}
    headers = {"origin": "https://testserver"}
    client.post("/pop/sign-in/", form, secure=True, headers=headers)
    return client


@pytest.fixture
def centre(settings: Any) -> Customer:
    """A customer with two numbers, and two who share one."""
    settings.MASK_NUMBERS = True
    customer = Customer.objects.create(name="王小明")
    for number in (KNOWN, SECOND, SHARED):
        customer.add_contact_point("phone", number)
    Customer.objects.create(name="王小敏").add_contact_point("phone", SHARED)
    return customer


def ring(client: Client, n: int, number: str, status: str = "200", **more: str) -> str:
    answer = send(client, event(n, mobile=number, status=status, type="phone", **more))
    return str(answer.content.decode())


def day_of(client: Client, first: int) -> list[str]:
    """What one agent sees: calls known, shared and unknown, the panel, a search, what is owed."""
    pages = [ring(client, first + at, number) for at, number in enumerate((KNOWN, SHARED, UNKNOWN))]
    user = User.objects.latest("pk")
    leg = Leg.objects.get(user=user, endpoint__value__endswith=KNOWN)
    unknown = Leg.objects.get(user=user, endpoint__value__endswith=UNKNOWN)
    past = timezone.now() - timedelta(minutes=5)
    FollowUp.objects.create(
        owner=user, endpoint=leg.endpoint, customer=leg.interaction.customer, due_at=past
    )
    asked = [
        ("get", "/pop/", {}),
        ("get", f"/pop/legs/{leg.pk}/", {}),
        ("post", "/pop/cards/", {"have": ""}),
        ("get", "/pop/home/", {}),
        ("post", "/pop/find/", {"term": "王小明"}),
        ("post", "/pop/find/", {"term": KNOWN[-4:]}),
        ("post", "/pop/reminders/", {}),
        ("get", f"/pop/legs/{leg.pk}/timeline/", {}),
        ("get", f"/pop/legs/{leg.pk}/customer/edit/", {}),
        ("post", f"/pop/legs/{unknown.pk}/customer/find/", {"term": KNOWN[-4:]}),
        ("post", f"/pop/legs/{unknown.pk}/customer/", {"name": "王小明"}),
        ("post", f"/pop/legs/{leg.pk}/ended/", {}),
    ]
    for method, address, form in asked:
        answer = getattr(client, method)(address, form, secure=True)
        assert answer.status_code in (200, 409), address
        pages.append(answer.content.decode())
    pages.append(ring(client, first + 9, KNOWN, "400"))
    return pages


def told(pages: list[str]) -> set[str]:
    """The whole numbers that stand in what was answered, however they are written."""
    plain = re.sub(r"[\s\-]", "", "\n".join(pages))
    return {number for number in (KNOWN, SECOND, UNKNOWN, SHARED) if number in plain}


def test_an_agents_day(centre: Customer) -> None:
    pages = day_of(signed_in("agent", "li"), 1)
    assert "138****8000" in re.sub(r"\s", "", "".join(pages))
    assert told(pages) == set()


def test_who_is_handed_the_call_sees_no_more(centre: Customer) -> None:
    first = signed_in("agent", "li")
    ring(first, 1, KNOWN)
    leg = Leg.objects.get()
    Leg.objects.filter(pk=leg.pk).update(note="要开发票")
    page = ring(signed_in("agent", "zhao"), 2, KNOWN, "100")
    assert "要开发票" in page
    assert told([page]) == set()


def test_a_supervisor_sees_them(centre: Customer) -> None:
    assert told(day_of(signed_in("supervisor", "boss"), 1)) == {KNOWN, SECOND, UNKNOWN, SHARED}


def test_the_list_of_follow_ups_tells_none_either(centre: Customer) -> None:
    li = User.objects.create_user("li")
    li.groups.add(Group.objects.get(name="agent"))
    number = Endpoint.objects.at("phone", KNOWN)
    due = timezone.now() + timedelta(minutes=5)
    FollowUp.objects.create(owner=li, endpoint=number, customer=centre, due_at=due)
    site = Client()
    site.force_login(li)
    page = site.get("/follow-ups/", secure=True).content.decode()
    assert "王小明" in page
    assert told([page]) == set()
