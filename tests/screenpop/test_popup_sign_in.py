"""The pop-up window's sign-in, and the bearer that it leads to."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from crm.models import User
from screenpop import bearer
from screenpop.models import SignInCode

pytestmark = pytest.mark.django_db
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PASSWORD = "a-long-test-password"
OURS = {"origin": "https://testserver"}


@pytest.fixture
def agent() -> User:
    user = User.objects.create_user("chenmin", password=PASSWORD)
    user.groups.add(Group.objects.get(name="agent"))
    return user


def post(client: Client, path: str, **data: str) -> Any:
    """A POST of a page of ours."""
    return client.post(path, data, secure=True, headers=OURS)


def code_for(client: Client) -> str:
    """Sign in through the window and take its code."""
    post(client, "/pop/sign-in/popup/", username="chenmin", password=PASSWORD)
    code: str = post(client, "/pop/sign-in/popup/code/", challenge=CHALLENGE).json()["code"]
    return code


def test_the_window_asks_for_the_password_even_with_a_session(client: Client, agent: User) -> None:
    client.force_login(agent)
    page = client.get("/pop/sign-in/popup/", secure=True)
    assert 'name="password"' in page.content.decode()
    assert post(client, "/pop/sign-in/popup/code/", challenge=CHALLENGE).status_code == 403


def test_the_window_keeps_no_session_of_its_own(client: Client, agent: User) -> None:
    code_for(client)
    assert client.get("/pop/sign-in/popup/", secure=True).context["allowed"] is False
    assert client.get("/", secure=True)["Location"] == "/sign-in/"


def test_a_code_works_once_and_only_with_its_verifier(client: Client, agent: User) -> None:
    code = code_for(client)
    other = Client()
    assert post(other, "/pop/sign-in/exchange/", code=code, verifier="w" * 43).status_code == 400
    answer = post(other, "/pop/sign-in/exchange/", code=code, verifier=VERIFIER)
    assert bearer.user_of(answer.json()["token"]) == agent
    assert post(other, "/pop/sign-in/exchange/", code=code, verifier=VERIFIER).status_code == 400
    assert SignInCode.objects.count() == 0


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_another_origin_exchanges_nothing(client: Client, agent: User, origin: str | None) -> None:
    data = {"code": code_for(client), "verifier": VERIFIER}
    headers = {"origin": origin} if origin else {}
    answer = Client().post("/pop/sign-in/exchange/", data, secure=True, headers=headers)
    assert answer.status_code == 403


def test_a_bearer_writes_without_a_cookie_or_token(agent: User) -> None:
    strict = Client(
        enforce_csrf_checks=True, headers={"authorization": f"Pop {bearer.issue(agent)}"}
    )
    answer = strict.post("/pop/cards/", {"have": ""}, secure=True)
    assert answer.status_code == 204


@pytest.mark.parametrize("end", ["password", "inactive", "forged"])
def test_a_dead_bearer_is_asked_to_sign_in_again(agent: User, end: str) -> None:
    token = bearer.issue(agent)
    if end == "password":
        agent.set_password("another-long-password")
    agent.is_active = end != "inactive"
    agent.save()
    token = token + "x" if end == "forged" else token
    strict = Client(enforce_csrf_checks=True, headers={"authorization": f"Pop {token}"})
    answer = strict.post("/pop/cards/", {"have": ""}, secure=True)
    assert (answer.status_code, answer.json()["error"]) == (401, "signed-out")


def test_a_bearer_opens_no_other_surface(agent: User) -> None:
    other = Client(headers={"authorization": f"Pop {bearer.issue(agent)}"})
    assert other.get("/", secure=True)["Location"] == "/sign-in/"


# --- signing out ---


def with_bearer(token: str) -> Client:
    """A browser that keeps no cookie."""
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Pop {token}"})


def status_of(browser: Client, path: str = "/pop/cards/") -> int:
    return browser.post(path, {"have": ""}, secure=True).status_code


def test_signing_out_ends_the_bearer(agent: User) -> None:
    token = bearer.issue(agent)
    assert status_of(with_bearer(token)) == 204
    assert status_of(with_bearer(token), "/pop/sign-out/") == 204
    assert status_of(with_bearer(token)) == 401
    assert status_of(with_bearer(token), "/pop/sign-out/") == 401
    agent.refresh_from_db()
    assert status_of(with_bearer(bearer.issue(agent))) == 204


def test_it_ends_nobody_elses_and_no_session(agent: User) -> None:
    other = User.objects.create_user("wangli")
    other.groups.add(Group.objects.get(name="agent"))
    site, pop, theirs = Client(), Client(), with_bearer(bearer.issue(other))
    site.force_login(agent)
    post(pop, "/pop/sign-in/", username="chenmin", password=PASSWORD)
    status_of(with_bearer(bearer.issue(agent)), "/pop/sign-out/")
    assert status_of(theirs) == 204
    assert site.get("/account/", secure=True).status_code == 200
    assert status_of(pop) == 204


def test_signing_out_of_a_session_ends_no_bearer(agent: User) -> None:
    pop, beside = Client(), with_bearer(bearer.issue(agent))
    post(pop, "/pop/sign-in/", username="chenmin", password=PASSWORD)
    assert post(pop, "/pop/sign-out/").status_code == 204
    assert status_of(beside) == 204


def test_a_bearer_costs_what_it_did(agent: User, django_assert_num_queries: Any) -> None:
    token = bearer.issue(agent)
    with django_assert_num_queries(1):
        assert bearer.user_of(token) == agent
