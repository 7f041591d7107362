"""Machines ask who is behind a number; by token, in the body, and with nothing left behind but a trace."""

import logging
from datetime import timedelta

import pytest
import time_machine
import yaml
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from drf_spectacular.validation import validate_schema
from rest_framework.throttling import ScopedRateThrottle

from customers.models import (
    AccessLog,
    ApiToken,
    Customer,
    Endpoint,
    Interaction,
    Leg,
    NumberMention,
)
from customers.views import access  # noqa: F401  the pages must load beside the API

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/lookup/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def key() -> str:
    secret, key_hash = ApiToken.new_key()
    ApiToken.objects.create(name="订单系统", key_hash=key_hash)
    return secret


@pytest.fixture
def ask(key):
    def post(**body):
        return Client().post(
            ADDRESS,
            body,
            content_type="application/json",
            secure=True,
            headers={"Authorization": f"Token {key}"},
        )

    return post


@pytest.fixture
def wang() -> Customer:
    customer = Customer.objects.create(name="王小明", company="某公司", level="vip")
    customer.add_contact_point("phone", "13800138000")
    customer.add_contact_point("openid", "oAbC-123")
    customer.add_contact_point("email", "wang@example.com")
    return customer


@pytest.mark.parametrize(
    "question",
    [
        {"number": "+86 138-0013-8000"},
        {"number": 13800138000},
        {"kind": "phone", "value": "008613800138000"},
        {"openid": "oAbC-123"},
        {"kind": "user", "value": "oAbC-123"},
        {"email": "Wang@Example.com"},
    ],
)
def test_known(ask, wang, question):
    answer = ask(**question)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["tier"] == "known"
    reason = "account" if "oAbC-123" in question.values() else "exact"
    assert told["reason"] == reason
    assert told["reason_text"]
    assert told["hints"] == 0
    assert told["customers"] == [
        {
            "id": wang.pk,
            "name": "王小明",
            "company": "某公司",
            "level": "vip",
            "tier": "known",
            "reason": reason,
        }
    ]


def test_several(ask, wang):
    Customer.objects.create(name="王太太").add_contact_point("phone", "13800138000")
    told = ask(number="13800138000").json()
    assert told["tier"] == "several"
    assert told["reason"] == "many"
    assert {one["name"] for one in told["customers"]} == {"王小明", "王太太"}
    assert {one["tier"] for one in told["customers"]} == {"maybe"}


@pytest.mark.parametrize(
    ("number", "reason"), [("138****8000", "mask"), ("13800138000转5", "extension")]
)
def test_weaker_evidence_works_for_a_number_that_was_never_seen(ask, wang, number, reason):
    told = ask(number=number).json()
    assert told["tier"] == "maybe"
    assert told["reason"] == reason
    assert [one["id"] for one in told["customers"]] == [wang.pk]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ({"number": "13911112222"}, "unknown"),
        ({"number": ""}, "withheld"),
        ({"number": "anonymous"}, "withheld"),
        ({"number": "8000"}, "unknown"),
        ({"openid": "oabc-123"}, "unknown"),
        ({"openid": "13800138000"}, "unknown"),
    ],
)
def test_none_is_a_result(ask, wang, question, reason):
    answer = ask(**question)
    assert answer.status_code == 200
    assert (answer.json()["tier"], answer.json()["reason"]) == ("none", reason)
    assert answer.json()["customers"] == []


def test_own_lines_are_nobody(ask, wang, settings):
    settings.OWN_LINES = ["138 0013 8000"]
    assert ask(number="13800138000").json()["reason"] == "own"


def test_hints_are_counted_and_never_linked(ask):
    leg = Leg.objects.create(interaction=Interaction.objects.create())
    endpoint = Endpoint.objects.at("phone", "13911112222")
    assert endpoint is not None
    NumberMention.objects.create(endpoint=endpoint, leg=leg)
    told = ask(number="13911112222").json()
    assert (told["tier"], told["hints"], told["customers"]) == ("none", 1, [])


def test_asking_makes_no_rows(ask, wang):
    before = Endpoint.objects.count()
    for number in ("13911112222", "138****8000", "075586013388"):
        ask(number=number)
    assert Endpoint.objects.count() == before


def test_asking_is_recorded(ask, wang):
    ask(number="13800138000")
    row = AccessLog.objects.get()
    assert row.token is not None
    assert row.endpoint is not None
    assert (row.action, row.token.name, row.user, row.customer) == (
        "api-lookup",
        "订单系统",
        None,
        wang,
    )
    assert row.endpoint.value == "+8613800138000"
    ask(number="13911112222")
    assert AccessLog.objects.filter(action="api-lookup", customer=None, endpoint=None).count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "non_field_errors"),
        ({"number": "1", "email": "a@b.cn"}, "non_field_errors"),
        ({"number": "1", "kind": "phone", "value": "1"}, "non_field_errors"),
        ({"kind": "phone"}, "value"),
        ({"value": "1"}, "kind"),
        ({"kind": "fax", "value": "1"}, "kind"),
        ({"number": None}, "number"),
        ({"number": True}, "number"),
        ({"number": ["1"]}, "number"),
        ({"number": "1" * 300}, "number"),
        ({"number": "13800138000\0"}, "number"),
        ({"phone": "13800138000"}, "phone"),
    ],
)
def test_a_bad_question_is_told_what_is_wrong_with_it(ask, body, field):
    answer = ask(**body)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert answer.json()[field][0]
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "1", "null", '{"number": "\\ud800"}'])
def test_what_is_no_question_at_all(key, body):
    answer = Client().post(
        ADDRESS,
        body,
        content_type="application/json",
        secure=True,
        headers={"Authorization": f"Token {key}"},
    )
    assert answer.status_code == 400
    assert answer.json()


@pytest.mark.parametrize(
    "header", ["", "Token", "Token ", "Token wrong", "Bearer x", "Token é", "Basic Zm86YmFy"]
)
def test_without_a_good_token_nothing_is_told(wang, header):
    headers = {"Authorization": header} if header else {}
    answer = Client().post(
        ADDRESS,
        {"number": "13800138000"},
        content_type="application/json",
        secure=True,
        headers=headers,
    )
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Token realm="api"'
    assert "王小明" not in answer.content.decode()
    assert not AccessLog.objects.exists()


def test_a_token_that_was_switched_off(ask):
    ApiToken.objects.update(is_active=False)
    assert ask(number="13800138000").status_code == 401


def test_the_key_itself_is_stored_nowhere(key):
    assert key not in str(list(ApiToken.objects.values()))
    # Presenting what is stored opens nothing.
    stored = ApiToken.objects.get().key_hash
    answer = Client().post(
        ADDRESS,
        {"number": "1"},
        content_type="application/json",
        headers={"Authorization": f"Token {stored}"},
    )
    assert answer.status_code == 401


def test_use_is_noted_at_most_once_a_minute(ask):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ask(number="1")
    with time_machine.travel(start + timedelta(seconds=50), tick=False):
        ask(number="1")
    assert ApiToken.objects.get().last_used_at == start
    with time_machine.travel(start + timedelta(seconds=70), tick=False):
        ask(number="1")
    assert ApiToken.objects.get().last_used_at == start + timedelta(seconds=70)


def test_only_json_is_read(key):
    answer = Client().post(
        ADDRESS, {"number": "13800138000"}, secure=True, headers={"Authorization": f"Token {key}"}
    )
    assert answer.status_code == 415


def test_a_number_in_the_address_is_not_read(key):
    client = Client(headers={"Authorization": f"Token {key}"})
    assert client.get(f"{ADDRESS}?number=13800138000", secure=True).status_code == 405


def test_a_machine_that_runs_wild_is_slowed_down(ask, monkeypatch):
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"api": "2/min"})
    assert [ask(number="1").status_code for _time in range(3)] == [200, 200, 429]


def test_no_number_reaches_a_log(ask, wang, caplog):
    with caplog.at_level(logging.DEBUG):
        ask(number="13800138000")
        ask(number=["13800138000"])
        ask(phone="13800138000")
    ours = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert "13800138000" not in "".join(ours)


def test_the_schema_is_valid_and_open_to_everybody():
    answer = Client().get("/api/v1/schema/", secure=True)
    assert answer.status_code == 200
    schema = yaml.safe_load(answer.content)
    validate_schema(schema)
    operation = schema["paths"]["/api/v1/lookup/"]["post"]
    assert operation["security"] == [{"token": []}]
    assert set(operation["responses"]) >= {"200", "400", "401", "415", "429"}
    assert schema["components"]["securitySchemes"]["token"]["name"] == "Authorization"
