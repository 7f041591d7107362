"""The admin of customers: contact points through their one door, facts read-only, keys shown once."""

import re
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from customers.admin_base import CappedPaginator
from customers.models import (
    AccessLog,
    ApiToken,
    ContactPoint,
    Customer,
    Disposition,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
    SkillGroup,
)
from screenpop.models import AgentSeat

READ_ONLY = (Interaction, AccessLog)
ADDED = (
    *(get_user_model(), AgentSeat, ApiToken, Customer, Disposition, Endpoint, FollowUp),
    SkillGroup,
)


def make_user(name: str, role: str, **fields):
    user = get_user_model().objects.create_user(name, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(db):
    return make_user("boss", "administrator", is_staff=True)


@pytest.fixture
def client(administrator):
    return client_of(administrator)


@pytest.fixture
def superclient(db):
    return client_of(get_user_model().objects.create_superuser("root", password="x"))


@pytest.fixture
def customer(db):
    customer = Customer.objects.create(name="王建国")
    customer.add_contact_point("phone", "13800138000", label="手机")
    return customer


@pytest.fixture
def seeded(db):
    call_command(
        "seed_demo", customers=40, interactions=60, agents=1, verbosity=0, stdout=StringIO()
    )


def admin_url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def inline(**row) -> dict[str, str]:
    """The contact points' part of a form, with one row."""
    form = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    data = {f"contact_points-{key}": value for key, value in form.items()}
    return data | {f"contact_points-0-{key}": value for key, value in row.items()}


def customer_form(**fields) -> dict[str, str]:
    return {"name": "李雷", "level": "", "tags": "", "attributes": "{}"} | fields


def every_page():
    for model in admin.site._registry:
        if model._meta.app_label in {"crm", "customers", "screenpop"}:
            yield model


def test_every_page_opens_for_an_administrator(client, seeded):
    token = ApiToken.objects.create(name="erp", key_hash="x")
    AccessLog.objects.create(action="look-up", token=token)
    for model in every_page():
        page = client.get(admin_url(model, "changelist"))
        assert page.status_code == 200, model
        assert_strict(page)
        row = model.objects.first()
        if row is not None:
            page = client.get(admin_url(model, "change", row.pk))
            assert page.status_code == 200, model
            assert_strict(page)
        expected = 200 if model in ADDED else 403
        page = client.get(admin_url(model, "add"))
        assert page.status_code == expected, model
        assert_strict(page)


def assert_strict(page) -> None:
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    text = page.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", text)


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_others_stay_outside(db, role):
    stranger = client_of(make_user("one", role))
    staff = client_of(make_user("two", role, is_staff=True))
    for model in every_page():
        answer = stranger.get(admin_url(model, "changelist"))
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]
        assert staff.get(admin_url(model, "changelist")).status_code == 403, model
        assert staff.get(admin_url(model, "add")).status_code == 403, model


def test_facts_are_read_only_even_for_a_superuser(superclient, seeded):
    AccessLog.objects.create(action="look-up")
    for model in READ_ONLY:
        row = model.objects.all()[0]
        assert superclient.get(admin_url(model, "add")).status_code == 403
        assert superclient.post(admin_url(model, "change", row.pk), {}).status_code == 403
        assert (
            superclient.post(admin_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        )
        assert (
            superclient.post(admin_url(model, "changelist"), delete_selected(row)).status_code
            != 500
        )
        assert model.objects.filter(pk=row.pk).exists()
        text = superclient.get(admin_url(model, "change", row.pk)).content.decode()
        assert 'name="_save"' not in text
        assert "<textarea" not in text


def delete_selected(row):
    return {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}


def test_the_legs_stand_with_their_interaction(client, customer, administrator):
    interaction = Interaction.objects.create(customer=customer)
    Leg.objects.create(interaction=interaction, user=administrator, note="说好周五寄发票")
    text = client.get(admin_url(Interaction, "change", interaction.pk)).content.decode()
    assert "说好周五寄发票" in text
    assert "legs-0-note" not in text


def test_a_contact_point_is_typed(client):
    data = customer_form() | inline(kind="phone", raw="0086 138 0013 8000", label="手机")
    assert client.post(admin_url(Customer, "add"), data).status_code == 302
    point = ContactPoint.objects.select_related("endpoint", "customer").get()
    assert point.customer.name == "李雷"
    assert point.raw == "0086 138 0013 8000"
    assert (point.label, point.source) == ("手机", "admin")
    assert point.endpoint.value == "+8613800138000"
    assert point.endpoint.reversed_digits == "13800138000"[::-1]


def test_a_masked_number_is_kept_as_such(client):
    data = customer_form() | inline(kind="phone", raw="138****8000", label="")
    client.post(admin_url(Customer, "add"), data)
    assert ContactPoint.objects.get().endpoint.kind == "masked"


def test_what_is_no_number_is_named_on_its_field(client):
    data = customer_form() | inline(kind="phone", raw="anonymous", label="")
    page = client.post(admin_url(Customer, "add"), data)
    assert page.status_code == 200
    formset = page.context["inline_admin_formsets"][0].formset
    assert list(formset.errors[0]) == ["raw"]
    assert not Customer.objects.exists()
    assert not Endpoint.objects.exists()


def change_form(customer, kind: str = "phone", raw: str = "") -> dict[str, str]:
    point = customer.contact_points.get()
    data = customer_form(name=customer.name) | inline(
        id=point.pk, customer=customer.pk, label="新手机"
    )
    data |= {"contact_points-INITIAL_FORMS": "1", "contact_points-TOTAL_FORMS": "2"}
    data["contact_points-1-customer"] = customer.pk
    return data | {"contact_points-1-kind": kind, "contact_points-1-raw": raw}


def test_the_same_contact_point_twice_is_refused(client, customer):
    data = change_form(customer, raw="+86 138 0013 8000")
    page = client.post(admin_url(Customer, "change", customer.pk), data)
    assert page.status_code == 200
    assert list(page.context["inline_admin_formsets"][0].formset.errors[1]) == ["raw"]


def test_an_existing_contact_point_keeps_its_number(client, customer):
    data = change_form(customer) | {
        "contact_points-0-raw": "13900139000",
        "contact_points-0-kind": "email",
    }
    assert client.post(admin_url(Customer, "change", customer.pk), data).status_code == 302
    point = customer.contact_points.get()
    assert (point.label, point.raw) == ("新手机", "13800138000")
    assert point.endpoint.value == "+8613800138000"


def test_tags_are_typed_with_commas(client):
    data = customer_form(tags="老客户， 月结,老客户") | inline(kind="phone", raw="", label="")
    assert client.post(admin_url(Customer, "add"), data).status_code == 302
    customer = Customer.objects.get()
    assert customer.tags == ["老客户", "月结"]
    assert customer.own_id is None
    assert "老客户，月结" in client.get(admin_url(Customer, "change", customer.pk)).content.decode()


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("王", ["王建国"]),
        ("王建", ["王建国"]),
        ("建国", []),
        ("wangj", ["王建国"]),
        ("wjg", ["王建国"]),
        ("K-7", ["单小明"]),
        ("shan", ["单小明"]),
        ("13800138000", []),
    ],
)
def test_customers_are_found_by_name_and_never_by_number(client, customer, term, found):
    Customer.objects.create(name="单小明", own_id="K-7")
    page = client.get(admin_url(Customer, "changelist"), {"q": term})
    assert [row.name for row in page.context["cl"].result_list] == found


def test_the_search_says_where_numbers_are_searched(client):
    assert "/customers/" in client.get(admin_url(Customer, "changelist")).content.decode()


def test_merged_customers_are_gone(client, customer):
    Customer.objects.create(name="重复", merged_into=customer)
    text = client.get(admin_url(Customer, "changelist")).content.decode()
    assert "王建国" in text
    assert "重复" not in text


def test_lists_of_long_tables_are_not_counted_whole(client, customer, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "most", 3)
    Customer.objects.bulk_create(Customer(name=f"客户{n}") for n in range(9))
    assert client.get(admin_url(Customer, "changelist")).context["cl"].result_count == 3


def test_an_own_line_is_noted_before_it_rings(client):
    data = {"kind": "phone", "raw": "0755-86990000", "is_own_line": "on"}
    assert client.post(admin_url(Endpoint, "add"), data).status_code == 302
    endpoint = Endpoint.objects.get()
    assert (endpoint.value, endpoint.is_own_line) == ("+8675586990000", True)
    assert not endpoint.do_not_call
    again = client.post(admin_url(Endpoint, "add"), data | {"raw": "+86 755 8699 0000"})
    assert list(again.context["adminform"].form.errors) == ["raw"]
    bad = client.post(admin_url(Endpoint, "add"), data | {"raw": "unknown"})
    assert list(bad.context["adminform"].form.errors) == ["raw"]
    assert Endpoint.objects.count() == 1


def test_flags_of_an_endpoint_change_and_its_number_does_not(client, customer):
    endpoint = Endpoint.objects.get()
    data = {"do_not_call": "on", "is_shared": "on", "value": "+8613900139000", "kind": "email"}
    assert client.post(admin_url(Endpoint, "change", endpoint.pk), data).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.do_not_call, endpoint.is_shared) == (True, True)
    assert (endpoint.kind, endpoint.value) == ("phone", "+8613800138000")


def test_a_number_stands_on_the_page_and_in_no_address_or_title(client, customer):
    page = client.get(admin_url(Endpoint, "changelist"))
    text = page.content.decode()
    assert "138 0013 8000" in text
    links = re.findall(r'href="([^"]*)"', text)
    assert not any("138" in link for link in links)
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert title
    assert "138" not in title[1]


def test_a_key_is_shown_once_and_kept_as_a_hash(client, administrator):
    page = client.post(admin_url(ApiToken, "add"), {"name": "erp"}, follow=True)
    (key,) = re.findall(r"([\w-]{43})(?=<)", page.content.decode())
    token = ApiToken.objects.get()
    assert token.key_hash == ApiToken.hash_of(key)
    assert token.created_by == administrator
    assert token.is_active
    for address in (admin_url(ApiToken, "changelist"), admin_url(ApiToken, "change", token.pk)):
        text = client.get(address).content.decode()
        assert key not in text
        assert token.key_hash not in text


def test_a_token_is_switched_off_and_keeps_its_key(client):
    client.post(admin_url(ApiToken, "add"), {"name": "erp"})
    token = ApiToken.objects.get()
    client.post(admin_url(ApiToken, "change", token.pk), {"name": "erp 2"})
    changed = ApiToken.objects.get()
    assert (changed.name, changed.is_active, changed.key_hash) == ("erp 2", False, token.key_hash)


def test_a_follow_up_is_changed(client, customer):
    data = {
        "kind": "promise",
        "customer": customer.pk,
        "text": "回电",
        "due_at_0": "2025-01-01",
        "due_at_1": "10:00",
    }
    assert client.post(admin_url(FollowUp, "add"), data).status_code == 302
    assert FollowUp.objects.get().customer == customer
