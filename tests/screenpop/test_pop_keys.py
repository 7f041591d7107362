"""Shortcuts: which key an action may have, and keeping them with the person."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from crm.models import User
from screenpop.pop_keys import (
    ACTIONS,
    KeyRefusedError,
    Keys,
    label_of,
    problem_of,
    read_stored,
    with_key,
)

NONE = Keys(False, {})


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: str(action.name))
def test_every_default_is_allowed_and_no_other_actions(action: Any) -> None:
    assert problem_of(action.default) == ""
    assert [a.name for a in ACTIONS if a.default == action.default] == [action.name]


@pytest.mark.parametrize(
    ("binding", "allowed"),
    [
        ("", True),
        ("KeyX", True),
        ("Shift+KeyX", True),
        ("Alt+Digit3", True),
        ("Ctrl+Alt+Shift+F9", True),
        ("Slash", True),
        ("Digit3", False),
        ("Shift+Digit3", False),
        ("Enter", False),
        ("Shift+ArrowUp", False),
        ("Ctrl+KeyC", False),
        ("Ctrl+ArrowLeft", False),
        ("Ctrl+KeyW", False),
        ("F5", False),
        ("F13", False),
        ("Escape", False),
        ("Shift+Ctrl+KeyX", False),
        ("Ctrl+Ctrl+KeyX", False),
        ("KeyX<b>", False),
        ("KeyX\n", False),
        ("x" * 5000, False),
    ],
)
def test_keys_that_may_be_had(binding: str, allowed: bool) -> None:
    assert (problem_of(binding) == "") is allowed


@pytest.mark.parametrize(
    ("binding", "label"),
    [
        ("Ctrl+Enter", "Ctrl ↵"),
        ("Shift+Slash", "?"),
        ("Alt+KeyN", "Alt N"),
        ("F2", "F2"),
        ("Alt+Digit4", "Alt 4"),
        ("Alt+ArrowDown", "Alt ↓"),
        ("", "无"),
    ],
)
def test_labels(binding: str, label: str) -> None:
    assert label_of(binding) == label


def test_a_key_that_is_used_is_refused_by_the_name_of_what_uses_it() -> None:
    with pytest.raises(KeyRefusedError, match=r"F2 已经用于“看等待中的来电”"):
        with_key(NONE, "note", "F2")


def test_a_default_that_was_given_up_can_be_had_and_comes_back_free() -> None:
    keys = with_key(with_key(NONE, "meet", "F8"), "note", "F2")
    assert (keys.bindings["meet"], keys.bindings["note"]) == ("F8", "F2")
    assert read_stored(keys.stored()) == keys
    back = with_key(with_key(keys, "note", "Alt+KeyN"), "meet", "F2")
    assert back.stored() == {}


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "x",
        {"keys": []},
        {"off": 1},
        {"keys": {"gone": "F9"}},
        {"keys": {"meet": "Ctrl+KeyW"}},
        {"keys": {"meet": 3}},
    ],
)
def test_what_is_kept_and_not_understood_counts_as_not_chosen(stored: Any) -> None:
    assert read_stored(stored) == NONE


def test_two_actions_never_have_one_key_whatever_is_kept() -> None:
    keys = read_stored({"keys": {"meet": "F8", "note": "F8", "fold": "KeyN"}})
    assert keys.bindings["note"] == "Alt+KeyN"
    # Chosen for folding: it is no longer what says "none of them".
    assert keys.bindings["none"] == ""


@pytest.fixture
def agent(client: Client) -> User:
    user = User.objects.create_user("chenmin", password="a-long-test-password")
    user.groups.add(Group.objects.get(name="agent"))
    sign_in(client)
    return user


def sign_in(client: Client) -> None:
    client.post(
        "/pop/sign-in/",
        {"username": "chenmin", "password": "a-long-test-password"},
        secure=True,
        headers={"origin": "https://testserver"},
    )


def change(client: Client, body: Any) -> Any:
    return client.post("/pop/keys/", body, content_type="application/json", secure=True)


@pytest.mark.django_db
def test_a_remapped_key_stays_and_is_painted_with_the_page(client: Client, agent: User) -> None:
    answer = change(client, {"action": "meet", "key": "F8"})
    assert answer.json()["keys"]["meet"] == {"key": "F8", "label": "F8"}
    agent.refresh_from_db()
    assert agent.pop_keys == {"keys": {"meet": "F8"}}
    page = client.get("/pop/", secure=True).content.decode()
    assert '"meet": {"key": "F8", "label": "F8"}' in page
    change(client, {"off": True})
    page = client.get("/pop/", secure=True).content.decode()
    assert "data-keys-off" in page
    assert client.get("/pop/keys/", secure=True).json()["off"] is True
    change(client, {"reset": True})
    agent.refresh_from_db()
    assert agent.pop_keys == {"off": True}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ("[" * 100_000, 400),
        ({}, 422),
        ({"action": "meet"}, 422),
        ({"action": "meet", "key": 3}, 422),
        ({"action": "nothing", "key": "F9"}, 422),
        ({"action": "note", "key": "F2"}, 422),
        ({"off": "yes"}, 422),
    ],
)
def test_what_cannot_be_had_is_refused_in_words_and_changes_nothing(
    client: Client, agent: User, body: Any, status: int
) -> None:
    answer = change(client, body)
    assert answer.status_code == status
    assert answer.json()["message"]
    agent.refresh_from_db()
    assert agent.pop_keys == {}


@pytest.mark.django_db
def test_nobody_and_no_role_have_no_keys(client: Client) -> None:
    assert change(client, {"off": True}).status_code in (401, 403)
    assert client.get("/pop/keys/", secure=True).status_code == 401
    User.objects.create_user("chenmin", password="a-long-test-password")
    sign_in(client)
    assert client.get("/pop/keys/", secure=True).status_code in (401, 403)
    assert client.delete("/pop/keys/", secure=True).status_code in (401, 403, 405)
