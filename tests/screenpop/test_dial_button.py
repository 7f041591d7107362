"""The dial button of a card: the number and the customer of that card, whatever else stands on the screen."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from crm.models import User
from customers.models import Customer, Endpoint, Leg
from screenpop.models import DialRequest
from tests.screenpop.test_events_view import event, send

pytestmark = pytest.mark.django_db
WANG, CHEN = "13800138000", "13911112222"


@pytest.fixture
def client() -> Client:
    user = User.objects.create_user("li", password="a-long-test-password")
    user.groups.add(Group.objects.get(name="agent"))
    client = Client()
    form = {"username": "li", "password": "a-long-test-password"}
    headers = {"origin": "https://testserver"}
    client.post("/pop/sign-in/", form, secure=True, headers=headers)
    return client


@pytest.fixture
def cards(client: Client) -> dict[str, Leg]:
    """Two calls side by side."""
    for n, (name, number) in enumerate((("王小明", WANG), ("陈静", CHEN))):
        Customer.objects.create(name=name).add_contact_point("phone", number)
        send(client, event(n, mobile=number, status="200"))
    return {number: Leg.objects.get(endpoint=number_of(number)) for number in (WANG, CHEN)}


def number_of(raw: str) -> Endpoint:
    endpoint = Endpoint.objects.at("phone", raw)
    assert endpoint is not None
    return endpoint


def dial(client: Client, leg: Leg, number: str, **more: str) -> Any:
    form = {"endpoint": str(number_of(number).pk), **more}
    return client.post(f"/pop/legs/{leg.pk}/dial/", form, secure=True)


def test_number_customer_and_card_belong_together(client: Client, cards: dict[str, Leg]) -> None:
    for number, name in ((CHEN, "陈静"), (WANG, "王小明")):
        answer = dial(client, cards[number], number).json()
        told = answer["message"]["payload"]["message"]
        assert (told["phoneNumber"], told["desc"]) == (number, name)
        asked = DialRequest.objects.get(leg=answer["leg"])
        assert asked.about == cards[number]
        assert asked.leg.interaction.customer == cards[number].interaction.customer


def test_a_number_of_another_card_is_not_dialled_from_this_one(
    client: Client, cards: dict[str, Leg]
) -> None:
    assert dial(client, cards[WANG], CHEN).status_code == 404
    assert not DialRequest.objects.exists()


def test_a_customers_other_number_is_dialled_as_theirs(
    client: Client, cards: dict[str, Leg]
) -> None:
    customer = cards[WANG].interaction.customer
    assert customer is not None
    customer.add_contact_point("phone", "0755-8366 2200")
    answer = dial(client, cards[WANG], "075583662200").json()
    assert DialRequest.objects.get(leg=answer["leg"]).leg.interaction.customer == customer


def test_who_wants_no_calls_is_asked_about_first(client: Client, cards: dict[str, Leg]) -> None:
    Endpoint.objects.filter(pk=number_of(WANG).pk).update(do_not_call=True)
    assert dial(client, cards[WANG], WANG).status_code == 409
    assert not DialRequest.objects.exists()
    assert dial(client, cards[WANG], WANG, confirmed="1").status_code == 200
    assert DialRequest.objects.get().despite_do_not_call
