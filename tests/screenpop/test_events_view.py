"""POST /pop/events/: what is acknowledged, what is painted, what is kept."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError
from django.test import Client

from crm.models import User
from customers.models import Customer, Leg
from screenpop.contact_session import take
from screenpop.models import PopEvent
from screenpop.views import events

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> User:
    user = User.objects.create_user("chenmin", password="a-long-test-password")
    user.groups.add(Group.objects.get(name="agent"))
    client.post(
        "/pop/sign-in/",
        {"username": "chenmin", "password": "a-long-test-password"},
        secure=True,
        headers={"origin": "https://testserver"},
    )
    return user


def event(n: int, **pairs: str) -> dict[str, Any]:
    """An event as the page sends it."""
    return {
        "id": f"id-{n}",
        "tab": "tab",
        "sequence": n,
        "trigger": "hashchange",
        "age": 0,
        "pairs": list(map(list, pairs.items())),
        "truncated": False,
    }


def send(client: Client, *sent: Any, have: Any = ()) -> Any:
    """Post events as the page does."""
    body = {"events": list(sent), "have": list(have)}
    return client.post("/pop/events/", body, content_type="application/json", secure=True)


def test_a_known_customer_is_painted_and_acknowledged(client: Client, agent: User) -> None:
    Customer.objects.create(name="欧阳晓峰").add_contact_point("phone", "13800138000")
    answer = send(client, event(1, mobile="008613800138000", status="100"))
    assert answer.headers["X-Pop-Ack"] == "id-1"
    page = answer.content.decode()
    assert 'data-match="known"' in page
    assert 'data-state="ringing"' in page
    assert "欧阳晓峰" in page


def test_a_repeat_of_a_card_that_the_page_has_paints_only_what_changed(
    client: Client, agent: User
) -> None:
    send(client, event(1, mobile="13800138000", status="100"))
    leg = Leg.objects.get()
    answer = send(client, event(2, mobile="13800138000", status="200"), have=[leg.pk])
    assert "data-head-only" in answer.content.decode()
    assert "textarea" not in answer.content.decode()


def test_an_event_that_cannot_be_applied_is_kept_and_does_not_hold_up_the_next(
    client: Client, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(user: Any, sighting: Any) -> Any:
        if sighting.sequence == 1:
            raise RuntimeError("a defect")
        return take(user, sighting)

    monkeypatch.setattr(events, "take", broken)
    answer = send(client, event(1, mobile="1"), event(2, mobile="13800138000"))
    assert answer.headers["X-Pop-Ack"] == "id-1 id-2"
    assert 'data-notice="failed"' in answer.content.decode()
    kept = PopEvent.objects.get(event_id="id-1")
    assert (kept.outcome, kept.pairs) == ("failed", [["mobile", "1"]])


def test_while_the_database_is_away_nothing_is_acknowledged(
    client: Client, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(user: Any, sighting: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr(events, "take", away)
    client.raise_request_exception = False
    assert send(client, event(1, mobile="1")).status_code == 500


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"events": 1}', "[" * 100_000, '{"events": [], "have": ["x"]}']
)
def test_a_body_of_another_shape_is_refused_in_words(
    client: Client, agent: User, body: str
) -> None:
    answer = client.post("/pop/events/", body, content_type="application/json", secure=True)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad-body"


def test_items_that_are_no_events_are_passed_over(client: Client, agent: User) -> None:
    answer = send(client, 1, None, {"id": 5}, {"id": ""}, event(3, mobile="13800138000"))
    assert answer.headers["X-Pop-Ack"].split()[-1] == "id-3"
    assert PopEvent.objects.count() == 1


def test_nobody_signed_in_gets_401_and_nothing_is_stored(client: Client, db: None) -> None:
    answer = send(client, event(1, mobile="13800138000"))
    assert (answer.status_code, PopEvent.objects.count()) == (401, 0)


def test_a_foreign_application_gets_a_warning_and_no_data(
    client: Client, agent: User, settings: Any
) -> None:
    settings.TCCC_SDK_APP_ID = ["1400264214"]
    Customer.objects.create(name="欧阳晓峰").add_contact_point("phone", "13800138000")
    page = send(client, event(1, mobile="13800138000", sdkAppId="1500000000")).content.decode()
    assert 'data-notice="foreign"' in page
    assert "1500000000" in page
    assert "欧阳晓峰" not in page
    assert Leg.objects.count() == 0


def test_no_number_reaches_the_log(
    client: Client, agent: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(user: Any, sighting: Any) -> Any:
        raise ValueError(json.dumps(sighting.pairs))

    monkeypatch.setattr(events, "take", broken)
    send(client, event(1, mobile="13800138000"))
    assert "could not be applied" in caplog.text
    assert "13800138000" not in caplog.text


@pytest.mark.parametrize("mobile", ["", "anonymous", "未知"])
def test_a_caller_without_a_number_has_a_card_and_matches_nobody(
    client: Client, agent: User, mobile: str
) -> None:
    page = send(client, event(1, mobile=mobile, status="100")).content.decode()
    assert 'data-match="none"' in page
    assert "对方没有显示号码" in page
    page = send(client, event(2, mobile=mobile, status="200")).content.decode()
    assert Leg.objects.get().state == "connected"


def test_forged_ids_and_tabs_are_cleaned(client: Client, agent: User) -> None:
    forged = event(1, mobile="13800138000") | {"id": "\n\n"}
    odd = event(2, mobile="13800138000") | {"tab": "\ud800\0"}
    assert send(client, forged, odd).headers["X-Pop-Ack"].split() == ["id-2"]
    assert PopEvent.objects.get().tab == ""


def test_of_a_chat_without_a_number_none_is_spoken_of(client: Client, agent: User) -> None:
    chat = event(1, userId="u-77", nickName="小雨", type="oim", status="200")
    page = send(client, chat).content.decode()
    assert "没有客户登记过这个账号" in page
    assert "没有客户登记过这个号码" not in page
    page = send(client, event(2, mobile="13655551002", status="200")).content.decode()
    assert "没有客户登记过这个号码" in page
