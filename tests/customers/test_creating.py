"""A customer out of an unknown contact: who may be the same, and what of the past comes along."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.creating import create_for, link_existing, near_duplicates
from customers.linking import reject
from customers.models import Customer, Endpoint, FollowUp, Interaction
from tests.customers.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(db):
    return person("li")


def contact(raw="13911112222", kind="phone", **more):
    return Interaction.objects.create(endpoint=Endpoint.objects.at(kind, raw), **more)


def owed(interaction, **more):
    due = timezone.now() + timedelta(hours=1)
    return FollowUp.objects.create(due_at=due, endpoint=interaction.endpoint, **more)


@pytest.mark.parametrize(
    ("name", "company", "why"),
    [
        ("赵某", "", "number"),
        ("林月", "", "pinyin"),
        ("林小小", "云帆科技", "company"),
        ("凌小小", "云帆科技", ""),
        ("林小小", "", ""),
    ],
)
def test_who_may_be_the_same(li, name, company, why):
    known = Customer.objects.create(name="林悦", company="云帆科技")
    known.add_contact_point("phone", "13911112222")
    asked = contact().endpoint if why == "number" else contact("13700001111").endpoint
    found = near_duplicates(li, name, company, [asked])
    assert [(one.customer, one.why) for one in found] == ([(known, why)] if why else [])


def test_the_same_account_is_a_duplicate_too(li):
    known = Customer.objects.create(name="小君")
    known.add_contact_point("openid", "oZB6q5c-tuMEz")
    asked = contact("oZB6q5c-tuMEz", "openid").endpoint
    assert [one.why for one in near_duplicates(li, "别人", "", [asked])] == ["number"]


def test_the_past_of_the_number_comes_along_and_is_counted(li):
    earlier, refused, others = contact(), contact(), contact("13700001111")
    reject(refused, li)
    now = contact()
    customer, linked = create_for(now, li, name=" 林悦 ", company="", title="")
    assert (customer.name, linked) == ("林悦", 1)
    for row in (earlier, refused, others, now):
        row.refresh_from_db()
    assert [row.customer for row in (earlier, refused, others, now)] == [
        customer,
        None,
        None,
        customer,
    ]


def test_what_was_promised_at_the_number_is_owed_to_the_customer(li):
    promise, done = owed(contact(), text="查库存"), owed(contact(), done_at=timezone.now())
    elsewhere = owed(contact("13700001111"))
    other = Customer.objects.create(name="别人")
    theirs = owed(contact(), customer=other)
    customer = Customer.objects.create(name="林悦")
    link_existing(contact(), customer, li)
    for row in (promise, done, elsewhere, theirs):
        row.refresh_from_db()
    owners = [row.customer for row in (promise, done, elsewhere, theirs)]
    assert owners == [customer, None, None, other]


def test_a_shared_number_gives_nobody_its_past(li):
    promise = owed(contact())
    Endpoint.objects.update(is_shared=True)
    assert link_existing(contact(), Customer.objects.create(name="林悦"), li) == 0
    promise.refresh_from_db()
    assert promise.customer is None
