"""Several agents at one caller: ring-all, transfers, and what cannot tell callers apart."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.models import Customer, Endpoint, Interaction, Leg, MatchVerdict
from screenpop.models import AgentSeat
from tests.screenpop.sightings import Page, rows

pytestmark = pytest.mark.django_db
MOBILE = "13800138000"
Agents = tuple[Page, Page]


def test_ring_all(a: Page, b: Page) -> None:
    a.see("ring", 0)
    b.see("ring", 0.1)
    b.see("answer", 9)
    a.see("end", 9.2)
    assert rows() == [("a", 1, 1, "closed"), ("b", 1, 2, "connected")]
    mine = Leg.objects.get(user=a.user)
    assert (mine.ending, mine.provisional) == ("elsewhere", False)
    assert mine.ended_at == a.start + timedelta(seconds=9)


def test_a_transfer_there_and_back_is_three_legs_of_one_contact(a: Page, b: Page) -> None:
    a.see("answer", 0)
    b.see("ring", 60)
    b.see("answer", 65)
    a.see("end", 66)
    a.see("ring", 120)
    a.see("answer", 125)
    b.see("end", 126)
    a.see("end", 180)
    assert rows() == [
        ("a", 1, n, "wrap-up") if n != 2 else ("b", 1, 2, "wrap-up") for n in (1, 2, 3)
    ]
    assert list(Leg.objects.order_by("pk").values_list("provisional", flat=True)) == [
        False,
        True,
        True,
    ]


def shared(number: str) -> str:
    endpoint = Endpoint.objects.at("phone", number)
    assert endpoint is not None
    Endpoint.objects.filter(pk=endpoint.pk).update(is_shared=True)
    return number


def own_line(number: str) -> str:
    endpoint = Endpoint.objects.at("phone", number)
    assert endpoint is not None
    Endpoint.objects.filter(pk=endpoint.pk).update(is_own_line=True)
    return number


def two_owners(number: str) -> str:
    for name in ("王芳", "李强"):
        Customer.objects.create(name=name).add_contact_point("phone", number)
    return number


def a_second_confirmed(number: str) -> str:
    Customer.objects.create(name="王芳").add_contact_point("phone", number)
    MatchVerdict.objects.create(
        customer=Customer.objects.create(name="李强"),
        endpoint=Endpoint.objects.get(),
        verdict=MatchVerdict.Verdict.CONFIRMED,
    )
    return number


def agents_mobile(number: str) -> str:
    AgentSeat.objects.create(email="x@example.com", mobile="+8613800138000")
    return number


@pytest.mark.parametrize(
    ("number", "prepare"),
    [
        (MOBILE, shared),
        (MOBILE, own_line),
        (MOBILE, agents_mobile),
        ("138****8000", str),
        ("10086", str),
        ("95588", str),
        ("4009282737", str),
        ("8001", str),
        ("86013388", str),
        (MOBILE, two_owners),
        (MOBILE, a_second_confirmed),
        ("", str),
        ("anonymous", str),
        ("0000000000", str),
        ("13800138000/13900139000", str),
    ],
)
def test_what_cannot_tell_callers_apart_joins_no_agents(
    a: Page, b: Page, number: str, prepare: Callable[[str], str]
) -> None:
    number = prepare(number)
    a.see("ring", 0, number)
    b.see("ring", 0.1, number)
    a.see("answer", 5, number)
    b.see("end", 5.1, number)
    assert rows() == [("a", 1, 1, "connected"), ("b", 2, 1, "missed")]


def test_a_line_of_the_own_lines_setting_joins_no_agents(a: Page, b: Page, settings: Any) -> None:
    settings.OWN_LINES = ["0755-86013388"]
    a.see("answer", 0, "075586013388")
    b.see("answer", 5, "075586013388")
    assert [call for _, call, _, _ in rows()] == [1, 2]
    assert set(Interaction.objects.values_list("link_reason", flat=True)) == {"own"}


@pytest.mark.parametrize("as_setting", [True, False])
def test_behind_our_own_line_everybody_is_one_of_us(
    a: Page, settings: Any, as_setting: bool
) -> None:
    if as_setting:
        settings.OWN_LINES = ["0755-86013388"]
    else:
        own_line("075586013388")
    Customer.objects.create(name="王芳").add_contact_point("phone", "0755-86013388-801")
    a.see("ring", 0, "075586013388转801")
    a.see("ring", 0, "075586013388转802")
    assert [i.link_reason for i in Interaction.objects.all()] == ["own", "own"]
    assert not Interaction.objects.exclude(customer=None).exists()


def test_one_who_gave_the_number_up_or_was_merged_is_no_second_owner(a: Page, b: Page) -> None:
    two_owners(MOBILE)
    wang, li = Customer.objects.order_by("pk")
    endpoint = Endpoint.objects.get()
    MatchVerdict.objects.create(customer=wang, endpoint=endpoint, verdict="no-longer")
    a.see("answer", 0)
    b.see("ring", 5)
    assert [call for _, call, _, _ in rows()] == [1, 1]
    a.see("end", 60)
    b.see("end", 60)
    MatchVerdict.objects.all().delete()
    Customer.objects.filter(pk=wang.pk).update(merged_into=li)
    a.see("answer", 5000)
    b.see("ring", 5005)
    assert [call for _, call, _, _ in rows()] == [1, 1, 2, 2]


@pytest.mark.parametrize("number", ["075586013388", "+85291234567", "13800138000转801"])
def test_what_can_joins_them(a: Page, b: Page, number: str) -> None:
    a.see("ring", 0, number)
    b.see("ring", 0.1, number)
    a.see("answer", 5, number)
    assert rows() == [("a", 1, 1, "connected"), ("b", 1, 2, "closed")]


def test_anonymous_calls_of_one_agent_are_one_leg_each(a: Page, b: Page) -> None:
    for start in (0, 100):
        a.see("ring", start, "anonymous")
        b.see("ring", start, "")
        a.see("answer", start + 5, "")
        b.see("end", start + 6, "undefined")
        a.see("end", start + 60, "anonymous")
    assert [(who, state) for who, _, _, state in rows()] == [("a", "wrap-up"), ("b", "missed")] * 2
    assert Interaction.objects.count() == 4
    assert not Endpoint.objects.exists()
    assert set(Interaction.objects.values_list("link_reason", flat=True)) == {"withheld"}
