"""A person's word about a contact: what it changes on the contact, and what it says of the number."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from customers import linking
from customers.matching import match
from customers.models import Customer, Endpoint, FollowUp, Interaction, Leg, MatchVerdict
from tests.workers import empty_file, together, workers_database  # noqa: F401  fixtures

MOBILE = "13800138000"


@pytest.fixture
def agent():
    return get_user_model().objects.create_user("zuoxi")


def contact(raw: str = MOBILE) -> Interaction:
    return Interaction.objects.create(endpoint=Endpoint.objects.at("phone", raw))


def verdicts() -> set[tuple[str, str]]:
    return set(MatchVerdict.objects.values_list("customer__name", "verdict"))


def link_of(interaction: Interaction) -> tuple:
    row = Interaction.objects.get(pk=interaction.pk)
    assert (row.linked_at is None) == (row.link_reason == "")
    name = row.customer.name if row.customer else None
    return name, row.linked_by and row.linked_by.username, row.link_reason, row.unlinked


@pytest.mark.django_db
def test_pick_links_this_contact_only(agent):
    wang, one, other = Customer.objects.create(name="王"), contact(), contact()
    linking.pick(one, wang, agent)
    assert link_of(one) == ("王", "zuoxi", "picked", False)
    assert link_of(other) == (None, None, "", False)
    assert verdicts() == set()
    assert not wang.contact_points.exists()


@pytest.mark.django_db
def test_confirm_links_and_is_remembered(agent):
    wang, one = Customer.objects.create(name="王"), contact()
    linking.confirm(one, wang, agent)
    assert link_of(one) == ("王", "zuoxi", "confirmed", False)
    assert verdicts() == {("王", "confirmed")}
    assert not Endpoint.objects.get().is_shared
    linking.confirm(contact(), wang, agent)
    assert MatchVerdict.objects.count() == 1
    assert not Endpoint.objects.get().is_shared


@pytest.mark.django_db
def test_a_second_confirmed_customer_makes_the_number_shared(agent):
    wang, li = (Customer.objects.create(name=name) for name in ("王", "李"))
    linking.confirm(contact(), wang, agent)
    linking.confirm(contact(), li, agent)
    assert Endpoint.objects.get().is_shared
    # The first contact stays as it was linked.
    assert verdicts() == {("王", "confirmed"), ("李", "confirmed")}
    assert [link_of(i)[0] for i in Interaction.objects.order_by("pk")] == ["王", "李"]


@pytest.mark.django_db
def test_one_who_gave_the_number_up_or_was_merged_does_not_share_it(agent):
    wang, li, zhao = (Customer.objects.create(name=name) for name in ("王", "李", "赵"))
    linking.confirm(contact(), wang, agent)
    linking.no_longer_theirs(contact(), wang, agent)
    linking.confirm(contact(), li, agent)
    assert not Endpoint.objects.get().is_shared
    Customer.objects.filter(pk=li.pk).update(merged_into=zhao)
    linking.confirm(contact(), zhao, agent)
    assert not Endpoint.objects.get().is_shared


@pytest.mark.django_db
def test_confirm_without_a_number_is_a_link_and_no_verdict(agent):
    wang, one = Customer.objects.create(name="王"), Interaction.objects.create()
    linking.confirm(one, wang, agent)
    assert link_of(one) == ("王", "zuoxi", "confirmed", False)
    assert verdicts() == set()


@pytest.mark.django_db
def test_reject_unlinks_once(agent):
    wang, one = Customer.objects.create(name="王"), contact()
    linking.confirm(one, wang, agent)
    linking.reject(one, agent)
    assert link_of(one) == (None, "zuoxi", "rejected", True)
    assert verdicts() == {("王", "confirmed")}
    linking.pick(one, wang, agent)
    assert link_of(one) == ("王", "zuoxi", "picked", False)


@pytest.mark.django_db
def test_what_was_promised_goes_with_the_contact(agent):
    wang, li = (Customer.objects.create(name=name) for name in ("王", "李"))
    one, due = contact(), timezone.now() + timedelta(hours=1)
    linking.pick(one, wang, agent)
    leg = Leg.objects.create(interaction=one, endpoint=one.endpoint, user=agent)
    promise, done, other = (
        FollowUp.objects.create(customer=wang, due_at=due, endpoint=one.endpoint, **more)
        for more in ({"leg": leg}, {"leg": leg, "done_at": timezone.now()}, {})
    )

    def owed_to() -> list[str]:
        rows = [FollowUp.objects.get(pk=row.pk) for row in (promise, done, other)]
        return [row.customer.name if row.customer else "" for row in rows]

    linking.reject(one, agent)
    assert owed_to() == ["", "王", "王"]
    linking.confirm(one, li, agent)
    assert owed_to() == ["李", "王", "王"]


@pytest.mark.django_db
def test_no_longer_theirs_is_remembered(agent):
    wang, one = Customer.objects.create(name="王"), contact()
    linking.confirm(one, wang, agent)
    linking.no_longer_theirs(one, wang, agent)
    assert link_of(one) == (None, "zuoxi", "rejected", True)
    assert verdicts() == {("王", "no-longer")}
    without = Interaction.objects.create(customer=wang)
    linking.no_longer_theirs(without, wang, agent)
    assert link_of(without)[0] is None
    assert MatchVerdict.objects.count() == 1


def chat(openid: str = "oNew-1", number: str = MOBILE) -> Interaction:
    ends = Endpoint.objects.at("openid", openid), Endpoint.objects.at("phone", number)
    return Interaction.objects.create(endpoint=ends[0], second_endpoint=ends[1], channel="oim")


def said() -> set[tuple[str, str]]:
    return set(MatchVerdict.objects.values_list("endpoint__kind", "verdict"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("has", "spoken_of"),
    [
        ([("phone", MOBILE)], {"phone"}),
        ([("openid", "oNew-1")], {"openid"}),
        ([("user", "oNew-1")], {"user"}),
        ([("phone", MOBILE), ("openid", "oNew-1")], {"phone", "openid"}),
        # A maybe by the number's end.
        ([("phone", "138****8000")], {"phone"}),
        ([], {"openid"}),
    ],
)
def test_no_longer_theirs_is_said_of_what_names_the_customer(agent, has, spoken_of):
    wang = Customer.objects.create(name="王")
    for kind, raw in has:
        wang.add_contact_point(kind, raw)
    linking.no_longer_theirs(chat(), wang, agent)
    assert said() == {(kind, "no-longer") for kind in spoken_of}
    again = chat()
    found = match([end for end in (again.endpoint, again.second_endpoint) if end])
    assert wang not in [one.customer for one in found.candidates]


@pytest.mark.django_db
def test_no_longer_theirs_takes_back_what_was_confirmed(agent):
    wang = Customer.objects.create(name="王")
    linking.confirm(contact(), wang, agent)
    linking.no_longer_theirs(chat(), wang, agent)
    assert said() == {("phone", "no-longer")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("has", "spoken_of"),
    [
        (("phone", MOBILE), "phone"),
        (("phone", "138****8000"), "phone"),
        (("user", "oNew-1"), "user"),
        (("openid", "oNew-1"), "openid"),
        # Found by a search: the account is the chat's own.
        (None, "openid"),
    ],
)
def test_confirm_is_said_of_what_made_the_customer_a_candidate(agent, has, spoken_of):
    wang = Customer.objects.create(name="王")
    one = chat()
    if has:
        wang.add_contact_point(*has)
    linking.confirm(one, wang, agent)
    assert said() == {(spoken_of, "confirmed")}


@pytest.mark.usefixtures("workers_database")
def test_words_about_a_chat_and_a_call_do_not_wait_for_each_other():
    wang = Customer.objects.create(name="王")
    one = chat()
    turned = Interaction.objects.create(endpoint=one.second_endpoint, second_endpoint=one.endpoint)
    together([partial(linking.no_longer_theirs, which, wang, None) for which in [one, turned] * 4])
    assert said() <= {("openid", "no-longer"), ("phone", "no-longer")}


@pytest.mark.usefixtures("workers_database")
def test_two_agents_confirm_two_customers_at_once():
    for n in range(5):
        number = f"1380013800{n}"
        people = [Customer.objects.create(name=f"{n}-{who}") for who in "ab"]
        jobs = [partial(linking.confirm, contact(number), person, None) for person in people]
        together(jobs)
        endpoint = Endpoint.objects.get(value=f"+86{number}")
        assert endpoint.is_shared
        assert match([endpoint]).tier == "several"


@pytest.mark.usefixtures("workers_database")
def test_two_agents_confirm_the_same_customer_at_once():
    wang = Customer.objects.create(name="王")
    together([partial(linking.confirm, contact(), wang, None) for _ in range(4)])
    assert MatchVerdict.objects.count() == 1
    assert not Endpoint.objects.get().is_shared
