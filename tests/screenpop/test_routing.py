"""指定坐席: which seat takes a caller, and what the platform is told when nobody should."""

import base64
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from customers.models import Customer, Endpoint, Interaction, Leg, SkillGroup
from screenpop.models import AgentSeat, PopEvent
from screenpop.number_mapping import ids_of
from screenpop.routing import route_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CALLER = "008613900000000"


@pytest.fixture(autouse=True)
def platform(settings):
    """Basic credentials are set; group 9 takes whoever is nobody's."""
    settings.TCCC_PUSH_USERNAME, settings.TCCC_PUSH_PASSWORD = "tccc", "secret"
    settings.TCCC_PUSH_CLIENT_ID = settings.TCCC_PUSH_CLIENT_SECRET = ""
    settings.TCCC_PUSH_OPEN = False
    settings.TCCC_SDK_APP_ID = []
    settings.TCCC_ROUTING_SKILL_GROUP = 9


def agent(name):
    user = get_user_model().objects.create_user(name)
    AgentSeat.objects.create(email=f"{name}@c.cn", user=user)
    return user


@pytest.fixture
def owner():
    return agent("owner")


@pytest.fixture
def customer(owner):
    customer = Customer.objects.create(name="王芳", owner=owner)
    customer.add_contact_point("phone", "13900000000")
    return customer


def at_work(user, at=NOW - timedelta(hours=1)):
    PopEvent.objects.create(
        event_id=f"{user.pk}-{at}", user=user, tab="t", sequence=1, trigger="load", observed_at=at
    )


def spoke(customer, email, days=1, *, connected=True, group=None, sequence=1):
    at = NOW - timedelta(days=days)
    contact = Interaction.objects.create(customer=customer, started_at=at, skill_group=group)
    return Leg.objects.create(
        interaction=contact,
        agent_email=email,
        started_at=at,
        connected_at=at if connected else None,
        sequence=sequence,
    )


def route(caller=CALLER):
    found = route_of(caller, NOW)
    return list(found.seats), found.skill_group


def test_a_stranger_goes_to_the_group():
    assert route() == ([], 9)
    assert route("") == route("anonymous") == ([], 9)


def test_a_customer_goes_to_their_owner_who_is_at_work(customer, owner):
    spoke(customer, "other@c.cn")
    at_work(owner)
    assert route() == (["owner@c.cn"], 9)
    assert route("13900000000") == route("+86 139 0000 0000") == (["owner@c.cn"], 9)


@pytest.mark.parametrize("hours", [11, 24, 200])
def test_an_owner_who_was_not_there_today_is_passed_over(customer, owner, hours):
    # 10:00 in Shanghai: eleven hours ago was yesterday.
    at_work(owner, NOW - timedelta(hours=hours))
    assert route() == ([], 9)
    spoke(customer, "owner@c.cn", 1)
    spoke(customer, "other@c.cn", 2)
    assert route() == (["other@c.cn"], 9)


def test_without_an_owner_the_seat_that_spoke_with_them_last(customer):
    Customer.objects.update(owner=None)
    spoke(customer, "first@c.cn", 3)
    spoke(customer, "Last@c.cn", 1)
    spoke(customer, "missed@c.cn", 0.5, connected=False)
    assert route() == (["last@c.cn"], 9)
    AgentSeat.objects.create(email="last@c.cn", is_active=False)
    assert route() == (["first@c.cn"], 9)


def test_the_group_of_the_last_contact_that_had_one(customer):
    sales = SkillGroup.objects.create(name="销售", platform_id="1072")
    ours = SkillGroup.objects.create(name="内部")
    spoke(customer, "", 3, group=sales)
    spoke(customer, "", 2, group=ours)
    assert route() == ([], 1072)
    SkillGroup.objects.update(is_active=False)
    assert route() == ([], 9)


@pytest.mark.parametrize("change", [{"is_active": False}, {"user": None}])
def test_a_seat_that_was_given_up_takes_nobody(customer, owner, change):
    at_work(owner)
    AgentSeat.objects.update(**change)
    assert route() == ([], 9)


def test_whoever_is_not_certainly_known_is_led_to_nobody(customer, owner):
    at_work(owner)
    Customer.objects.create(name="李雷").add_contact_point("phone", "13900000000")
    assert route() == ([], 9)
    Customer.objects.exclude(pk=customer.pk).delete()
    Endpoint.objects.update(is_shared=True)
    assert route() == ([], 9)


def test_an_agents_own_mobile_is_no_customer(customer, owner):
    at_work(owner)
    AgentSeat.objects.create(email="x@c.cn", mobile="+8613900000000")
    assert route() == ([], 9)


def test_a_mapped_id_is_the_number_behind_it(customer, owner):
    at_work(owner)
    (uid,) = ids_of(["13900000000"])
    assert route(uid) == (["owner@c.cn"], 9)


# --- asked by the platform --------------------------------------------------------------------------------------------


def ask(body, query="?action=specifiedSeat&version=1", path="/tccc/routing/", auth="tccc:secret"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": "Basic " + base64.b64encode(auth.encode()).decode()} if auth else {}
    browser = Client(enforce_csrf_checks=True)
    return browser.post(path + query, raw, "application/json", headers=headers, secure=True)


QUESTION = {"RequestId": "r1", "SdkAppId": 1400264214, "SessionType": "tel", "User": CALLER}


@pytest.mark.parametrize("path", ["/tccc/routing", "/tccc/routing/"])
@pytest.mark.parametrize(
    "query",
    ["?action=specifiedSeat&version=1", "?action=specifiedSeat", "?a=1?action=specifiedSeat"],
)
def test_the_answer(customer, owner, path, query):
    at_work(owner, timezone.now())
    answer = ask(QUESTION, query, path)
    assert answer.status_code == 200
    assert answer.json() == {
        "RequestId": "r1",
        "ErrCode": 0,
        "ErrMsg": "",
        "SeatEmails": ["owner@c.cn"],
        "SkillGroup": 9,
    }


@pytest.mark.parametrize("user", [None, 13900000000, "x" * 9000, {"a": 1}, "\x00"])
def test_a_caller_of_any_type_is_answered(user):
    answer = ask(QUESTION | {"User": user})
    assert (answer.status_code, answer.json()["ErrCode"]) == (200, 0)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff" * 99, b"[" * 100_000])
def test_a_question_that_cannot_be_read(raw):
    answer = ask(raw).json()
    assert answer["ErrCode"] != 0
    assert answer["ErrMsg"]
    assert (answer["SeatEmails"], answer["SkillGroup"]) == ([], 0)


def test_another_action_and_another_application(settings):
    assert ask(QUESTION, "?action=cdr").json()["ErrCode"] != 0
    settings.TCCC_SDK_APP_ID = ["1400000001"]
    answer = ask(QUESTION).json()
    assert (answer["RequestId"], answer["ErrCode"] != 0) == ("r1", True)


def test_strangers_are_refused(settings):
    assert ask(QUESTION, auth="tccc:wrong").status_code == 401
    assert ask(QUESTION, auth="").status_code == 401
    settings.TCCC_PUSH_OPEN = True
    assert ask(QUESTION, auth="").status_code == 200


def test_a_browser_is_told_what_the_address_is_for():
    assert "指定坐席" in Client().get("/tccc/routing/", secure=True).content.decode()
