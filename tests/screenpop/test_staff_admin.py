"""Accounts of the platform from the admin: looked at, made, deleted, with the outcome of each row."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from screenpop.models import AgentSeat
from screenpop.staff_accounts import create, delete, plan, platform_mobile
from screenpop.sync_models import SyncKind
from tests.screenpop.test_sync import fetch, person

pytestmark = pytest.mark.django_db
USERS, SEATS = "admin:crm_user_changelist", "admin:screenpop_agentseat_changelist"


def make_user(name, role="", **fields):
    fields.setdefault("email", f"{name}@c.cn")
    user = get_user_model().objects.create_user(name, is_staff=bool(role), **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def site(client):
    client.force_login(make_user("boss", "administrator"))
    return client


def ask(site, page, action, rows, **fields):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return site.post(reverse(page), data)


def outcomes(answer):
    return dict(re.findall(r'data-outcome="([^"]+)" data-done="(yes|no)"', answer.text))


def test_accounts_are_looked_at_first_then_made_each_with_its_outcome(site, api):
    people = [
        make_user("amei", display_name="阿梅"),
        make_user("lina"),
        make_user("nomail", email=""),
    ]
    api.refused["lina@c.cn"] = ("FailedOperation.DuplicatedAccount", "已被别的应用使用")
    answer = ask(site, USERS, "create_staff", people)
    assert api.asked == []
    assert answer.text.count("data-row=") == 3
    assert "没有邮箱，请先在用户里填写" in answer.text
    typed = {f"number-{people[0].pk}": "007", f"mobile-{people[0].pk}": "138 0013 8000"}
    answer = ask(site, USERS, "create_staff", people, confirm="1", **typed)
    assert outcomes(answer) == {"amei@c.cn": "yes", "lina@c.cn": "no"}
    assert "FailedOperation.DuplicatedAccount" in answer.text
    assert "账号已存在" in answer.text
    assert f'data-skipped="{people[2].pk}"' in answer.text
    (request,) = api.actions("CreateStaff")
    assert request["Staffs"][0] == {
        "Name": "阿梅",
        "Mail": "amei@c.cn",
        "Nick": "阿梅",
        "StaffNumber": "007",
        "Phone": "008613800138000",
    }
    assert request["SendPassword"] is False
    seat = AgentSeat.objects.get()
    assert (seat.email, seat.user) == ("amei@c.cn", people[0])


def test_the_platform_sends_the_password_where_that_is_ticked(site, api):
    ask(site, USERS, "create_staff", [make_user("amei")], confirm="1", send_password="1")
    assert api.actions("CreateStaff")[0]["SendPassword"] is True


def test_what_is_typed_wrong_is_said_and_nothing_is_asked(site, api):
    amei = make_user("amei")
    typed = {f"number-{amei.pk}": "号 7", "confirm": "1"}
    assert "工号只能有字母、数字" in ask(site, USERS, "create_staff", [amei], **typed).text
    typed = {f"mobile-{amei.pk}": "95588 is no mobile", "confirm": "1"}
    answer = ask(site, USERS, "create_staff", [amei], **typed)
    assert "95588 is no mobile" in answer.text
    assert api.asked == []


def test_ten_in_a_request_and_a_failed_request_names_its_rows(api):
    users = [make_user(f"a{n:02}") for n in range(23)]
    api.faults["CreateStaff"] = ["", "LimitExceeded.InsufficientLicense"]
    found = create(plan(users), send_password=True)
    assert [len(body["Staffs"]) for body in api.actions("CreateStaff")] == [10, 10, 3]
    assert [one.done for one in found] == [True] * 10 + [False] * 10 + [True] * 3
    assert {one.code for one in found[10:20]} == {"LimitExceeded.InsufficientLicense"}
    assert AgentSeat.objects.count() == 13


def test_who_cannot_have_an_account(settings):
    other = make_user("other")
    AgentSeat.objects.create(email="taken@c.cn", user=other)
    rows = plan(
        [
            make_user("a", email="not an address"),
            make_user("b", email="twice@c.cn"),
            make_user("c", email="Twice@c.cn"),
            make_user("d", is_active=False),
            make_user("e", email="taken@c.cn"),
        ]
    )
    assert [row.problem for row in rows] == ["bad-email", "", "repeated", "inactive", "seat-taken"]


def test_who_has_an_account_gets_no_second(api):
    amei = make_user("amei")
    AgentSeat.objects.create(email="amei@c.cn", user=amei)
    assert plan([amei])[0].problem == ""
    api.staff = [person("amei@c.cn")]
    fetch(SyncKind.SEATS)
    assert plan([amei])[0].problem == "exists"


def test_seats_are_deleted_but_for_those_online(site, api):
    seats = [AgentSeat.objects.create(email=f"{name}@c.cn") for name in ("amei", "lina")]
    api.staff, api.online = [person("amei@c.cn"), person("lina@c.cn")], {"lina@c.cn"}
    answer = ask(site, SEATS, "delete_staff", seats)
    assert "不能恢复" in answer.text
    assert api.asked == []
    answer = ask(site, SEATS, "delete_staff", seats, confirm="1")
    assert outcomes(answer) == {"amei@c.cn": "yes", "lina@c.cn": "no"}
    assert "坐席在线，不能删除" in answer.text
    active = dict(AgentSeat.objects.values_list("email", "is_active"))
    assert active == {"amei@c.cn": False, "lina@c.cn": True}


def test_a_lost_answer_is_not_asked_for_again(api):
    api.faults["DeleteStaff"] = ["cut"]
    (outcome,) = delete(["amei@c.cn"])
    assert (outcome.done, outcome.code) == (False, "ClientNetworkError")
    assert len(api.asked) == 1


def test_without_a_key_it_is_said_in_its_place(site, settings):
    settings.TCCC_SECRET_KEY = ""
    answer = ask(site, USERS, "create_staff", [make_user("amei")], confirm="1")
    assert "data-not-configured" in answer.text
    assert 'name="confirm"' not in answer.text


def test_for_administrators_alone(client, api):
    client.force_login(make_user("lead", "supervisor"))
    answer = ask(client, USERS, "create_staff", [make_user("amei")], confirm="1")
    assert answer.status_code == 403
    assert api.asked == []


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("13800138000", "008613800138000"),
        ("+86 138-0013-8000", "008613800138000"),
        ("+65 9123 4567", "006591234567"),
        ("95588", ""),
        ("nobody", ""),
    ],
)
def test_mobiles_as_the_platform_wants_them(typed, given):
    assert platform_mobile(typed) == given
