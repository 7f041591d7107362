"""People in the admin: roles decide who enters, and nobody rises above an administrator."""

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Interaction, Leg

LIST = "admin:crm_user_changelist"
ADD = "admin:crm_user_add"
CHANGE = "admin:crm_user_change"


@pytest.fixture
def administrator(db):
    user = get_user_model().objects.create_user("boss", is_staff=True)
    user.groups.add(Group.objects.get(name="administrator"))
    return user


@pytest.fixture
def client(administrator):
    client = Client()
    client.force_login(administrator)
    return client


def role(name: str) -> int:
    return Group.objects.get(name=name).pk


def new_user(**fields):
    return {
        "username": "amei",
        "display_name": "阿梅",
        "usable_password": "true",
        "password1": "correct horse 27",
        "password2": "correct horse 27",
    } | fields


def test_a_colleague_is_made_on_one_page(client):
    answer = client.post(reverse(ADD), new_user(groups=[role("agent")]))
    assert answer.status_code == 302
    user = get_user_model().objects.get(username="amei")
    assert user.check_password("correct horse 27")
    assert user.display_name == "阿梅"
    assert [group.name for group in user.groups.all()] == ["agent"]
    assert not user.is_staff
    assert "阿梅" in client.get(reverse(LIST)).content.decode()


def test_who_took_a_contact_is_not_deleted(client):
    amei = get_user_model().objects.create_user("amei")
    delete = reverse("admin:crm_user_delete", args=[amei.pk])
    leg = Leg.objects.create(interaction=Interaction.objects.create(), user=amei)
    assert client.post(delete, {"post": "yes"}).status_code == 403
    leg.delete()
    assert client.post(delete, {"post": "yes"}).status_code == 302
    assert not get_user_model().objects.filter(pk=amei.pk).exists()


def test_an_administrator_may_enter_and_one_no_longer_may_not(client):
    client.post(reverse(ADD), new_user(groups=[role("administrator")]))
    user = get_user_model().objects.get(username="amei")
    assert user.is_staff
    data = {
        "username": "amei",
        "display_name": "阿梅",
        "is_active": "on",
        "groups": [role("agent")],
    }
    assert client.post(reverse(CHANGE, args=[user.pk]), data).status_code == 302
    user.refresh_from_db()
    assert not user.is_staff


def test_nobody_rises_above_an_administrator(client, administrator):
    data = {
        "username": "boss",
        "is_active": "on",
        "is_superuser": "on",
        "groups": [role("administrator")],
    }
    client.post(reverse(CHANGE, args=[administrator.pk]), data)
    administrator.refresh_from_db()
    assert administrator.is_staff
    assert not administrator.is_superuser


def test_a_superuser_is_out_of_reach(client):
    root = get_user_model().objects.create_superuser("root", password="x")
    data = {"username": "root", "is_active": "on"}
    assert client.post(reverse(CHANGE, args=[root.pk]), data).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.get(password).status_code == 403
    delete = reverse("admin:crm_user_delete", args=[root.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    root.refresh_from_db()
    assert root.is_superuser


def test_roles_are_not_renamed_in_the_admin():
    assert Group not in admin.site._registry


def test_a_lock_is_lifted(client, administrator):
    AccessAttempt.objects.create(
        username="boss", ip_address="10.0.0.1", failures_since_start=10, attempt_time=timezone.now()
    )
    AccessAttempt.objects.create(
        username="other",
        ip_address="10.0.0.1",
        failures_since_start=10,
        attempt_time=timezone.now(),
    )
    data = {"action": "unlock", "_selected_action": [administrator.pk]}
    assert client.post(reverse(LIST), data).status_code == 302
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["other"]


def test_the_roles_are_there_from_the_start(db):
    names = set(Group.objects.values_list("name", flat=True))
    assert {"agent", "supervisor", "administrator"} <= names


def test_its_pages_name_the_icon(admin_client):
    for address in ("/admin/", "/admin/crm/user/add/"):
        html = admin_client.get(address, secure=True).content.decode()
        assert 'rel="icon"' in html
