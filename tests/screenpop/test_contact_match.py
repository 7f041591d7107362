"""Contacts by an id that stands for a number: found by the number behind it, which no agent gets to see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from crm.models import User
from customers.linking import no_longer_theirs
from customers.models import Customer, Endpoint, FollowUp, Interaction, Leg
from customers.number_view import number_text, sees_full_numbers
from screenpop import number_mapping
from screenpop.cards import card_of
from screenpop.contact_match import match_contact
from screenpop.dialing import dial
from screenpop.models import AgentSeat, MappedNumber
from screenpop.number_mapping import ids_of
from screenpop.own_numbers import name_one_caller
from screenpop.routing import route_of
from tests.screenpop.records import Platform
from tests.screenpop.sightings import Page

pytestmark = pytest.mark.django_db
NUMBER = "+8613800138000"
# The number in any grouping, or enough of it to call somebody.
_TELLS = re.compile(r"1\s?3\s?8\D{0,3}0013\D{0,3}8000")


@pytest.fixture
def agent(settings: Any) -> User:
    settings.TCCC_SDK_APP_ID, settings.OWN_LINES = [], []
    settings.MASK_NUMBERS = None
    user = User.objects.create_user("chenmin", password="a-long-test-password")
    user.groups.add(Group.objects.get(name="agent"))
    AgentSeat.objects.create(email="chenmin@example.com", user=user)
    return user


@pytest.fixture
def page(agent: User) -> Page:
    return Page(agent, timezone.now().replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def uid() -> str:
    return ids_of(["13800138000"])[0]


def customer(name: str = "欧阳晓峰", number: str = "13800138000") -> Customer:
    made = Customer.objects.create(name=name)
    made.add_contact_point("phone", number)
    return made


def mapped(uid: str) -> Endpoint:
    return Endpoint.objects.get(kind=Endpoint.Kind.MAPPED, value=uid)


def test_the_customer_behind_an_id_is_known(page: Page, uid: str) -> None:
    known = customer()
    taken = page.see("ring", number=uid)
    assert taken.leg
    assert taken.found
    assert (taken.found.tier, taken.found.reason) == ("known", "exact")
    call = taken.leg.interaction
    assert (call.customer, call.endpoint) == (known, mapped(uid))


def test_an_id_that_we_did_not_make_tells_nothing(page: Page, uid: str) -> None:
    customer()
    taken = page.see("ring", number=uid[::-1])
    assert taken.found
    assert taken.found.tier == "none"


def test_the_number_stays_hidden_on_the_card_and_is_called_back_by_its_id(
    page: Page, agent: User, uid: str
) -> None:
    known = customer()
    leg = page.see("ring", number=uid).leg
    assert leg
    card = card_of(agent, Leg.objects.select_related("interaction__customer", "user").get())
    assert card.customer == known
    assert not [one.text for one in card.numbers if _TELLS.search(one.text + one.copyable)]
    request, _leg = dial(agent, mapped(uid), known, leg, confirmed=False)
    assert request.dialled == uid


def test_no_answer_to_the_page_tells_the_number(client: Client, agent: User, uid: str) -> None:
    customer()
    for other in ("同名", "家人"):
        customer(other, "13700137000")
    credentials = {"username": "chenmin", "password": "a-long-test-password"}
    origin = {"origin": "https://testserver"}
    client.post("/pop/sign-in/", credentials, secure=True, headers=origin)
    second = ids_of(["13700137000"])[0]
    for n, name in enumerate([uid, second]):
        pairs = [["mobile", name], ["status", "100"], ["type", "phone"]]
        event = {"id": f"e{n}", "tab": "t", "sequence": n, "trigger": "hashchange", "age": 0,
                 "pairs": pairs, "truncated": False}  # fmt: skip
        body = {"events": [event], "have": []}
        answer = client.post("/pop/events/", body, content_type="application/json", secure=True)
        shown = answer.content.decode()
        assert ('data-match="known"' if not n else 'data-match="several"') in shown
        assert not _TELLS.search(shown)
        assert "13700137000" not in shown.replace(" ", "")


def test_a_supervisor_sees_all_and_the_setting_has_the_last_word(
    agent: User, settings: Any
) -> None:
    end = customer().contact_points.get().endpoint
    assert sees_full_numbers(agent)
    ids_of(["13800138000"])
    assert number_text(end, agent) == "138 **** 8000"
    boss = User.objects.create_user("boss")
    boss.groups.add(Group.objects.get(name="supervisor"))
    assert number_text(end, boss) == "138 0013 8000"
    settings.MASK_NUMBERS = False
    assert sees_full_numbers(agent)


def test_whether_ids_are_used_is_asked_now_and_then(
    django_assert_num_queries: Any, settings: Any
) -> None:
    settings.SETUP_KEPT_SECONDS = 60
    assert not number_mapping.is_in_use()
    with django_assert_num_queries(0):
        assert not number_mapping.is_in_use()
    ids_of(["13800138000"])
    assert number_mapping.is_in_use()
    with django_assert_num_queries(0):
        assert number_mapping.is_in_use()


def test_several_who_share_the_number_share_the_id(page: Page, uid: str) -> None:
    customer(), customer("家人")
    taken = page.see("ring", number=uid)
    assert taken.found
    assert (taken.found.tier, len(taken.found.candidates)) == ("several", 2)
    assert not name_one_caller([mapped(uid)])


def test_no_longer_theirs_holds_for_the_number_behind(page: Page, agent: User, uid: str) -> None:
    known = customer()
    leg = page.see("ring", number=uid).leg
    assert leg
    no_longer_theirs(leg.interaction, known, agent)
    again = match_contact([mapped(uid)])
    assert (again.tier, again.customer, again.candidates) == ("none", None, ())


def test_of_several_whom_one_is_refused_nobody_is_certain(
    page: Page, agent: User, uid: str
) -> None:
    first, second = customer(), customer("家人")
    leg = page.see("ring", number=uid).leg
    assert leg
    no_longer_theirs(leg.interaction, first, agent)
    again = match_contact([mapped(uid)])
    assert (again.tier, [one.customer for one in again.candidates]) == ("maybe", [second])


@pytest.mark.parametrize("whose", ["seat", "line"])
def test_our_own_numbers_are_nobodys_customers_behind_an_id_too(
    page: Page, uid: str, settings: Any, whose: str
) -> None:
    customer()
    if whose == "seat":
        AgentSeat.objects.update(mobile=NUMBER)
    else:
        settings.OWN_LINES = [NUMBER]
    taken = page.see("ring", number=uid)
    assert taken.found
    assert (taken.found.tier, taken.found.reason) == ("none", "own")


def test_a_numbers_own_person_goes_before_a_weaker_account(page: Page, uid: str) -> None:
    known, other = customer(), Customer.objects.create(name="别人")
    other.add_contact_point("user", "web-17")
    taken = page.see("ring", number=uid, userId="web-17")
    assert taken.found
    assert taken.found.customer == known


def test_a_record_by_an_id_knows_the_customer_without_a_pop(page: Page, uid: str) -> None:
    known = customer()
    tccc = Platform(page.start)
    tccc.call("s1", "chenmin@example.com", 0, 8, 60, Caller="", ProtectedCaller=uid)
    call = Interaction.objects.get()
    assert (call.customer, call.endpoint) == (known, mapped(uid))


def test_a_number_that_was_clicked_is_the_call_whose_record_names_its_id(
    page: Page, agent: User, uid: str
) -> None:
    known = customer()
    end = known.contact_points.get().endpoint
    _request, leg = dial(agent, end, known, None, confirmed=False)
    tccc = Platform(timezone.now().replace(microsecond=0))
    body = tccc.body(
        "s1", [tccc.part("chenmin@example.com", 2, 9, 60)], 1, 60, Direction=1, number=""
    )
    tccc.tell(body | {"ProtectedCallee": uid})
    leg.refresh_from_db()
    assert (leg.interaction.session_id, leg.told_sequence) == ("s1", 0)
    assert Interaction.objects.count() == 1


def test_what_was_missed_by_an_id_is_settled_by_a_call_to_the_number(
    page: Page, agent: User, uid: str
) -> None:
    known = customer()
    now = timezone.now().replace(microsecond=0)
    tccc = Platform(now)
    tccc.call("m", "chenmin@example.com", -300, None, -280, Caller="", ProtectedCaller=uid)
    assert FollowUp.objects.open().get().endpoint == mapped(uid)
    dial(agent, known.contact_points.get().endpoint, known, None, confirmed=False)
    part = tccc.part("chenmin@example.com", 2, 9, 60)
    body = tccc.body("s", [part], 1, 60, Direction=1, number="")
    tccc.tell(body | {"ProtectedCallee": uid})
    assert not FollowUp.objects.open().exists()


def test_a_pop_that_named_the_number_meets_a_record_that_names_the_id(page: Page, uid: str) -> None:
    page.see("ring", agentEmail="chenmin@example.com")
    page.see("answer", 8, agentEmail="chenmin@example.com")
    tccc = Platform(page.start)
    tccc.call("s1", "chenmin@example.com", 0, 8, 60, Caller="", ProtectedCaller=uid)
    assert Interaction.objects.get().session_id == "s1"
    assert MappedNumber.objects.count() == 1


def test_a_caller_who_lost_the_id_is_routed_to_nobody(page: Page, agent: User, uid: str) -> None:
    known = customer()
    known.owner = agent
    known.save(update_fields=["owner"])
    leg = page.see("ring", 3600, number=uid).leg
    assert leg
    assert route_of(uid, timezone.now()).seats == ("chenmin@example.com",)
    no_longer_theirs(leg.interaction, known, agent)
    assert route_of(uid, timezone.now()).seats == ()
