"""Tokens for pushes, as RFC 6749 has them; what the platform sends nobody documents, so each usual way works."""

import base64
import json
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client

from screenpop.models import Push
from tests.screenpop.test_push import OK, send

pytestmark = pytest.mark.django_db
CLIENT = {"client_id": "tccc", "client_secret": "s3:cr&t 密"}
GRANT = {"grant_type": "client_credentials"}
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture(autouse=True)
def client_set(settings):
    """Only a client is set."""
    settings.TCCC_PUSH_USERNAME = settings.TCCC_PUSH_PASSWORD = ""
    settings.TCCC_PUSH_CLIENT_ID = CLIENT["client_id"]
    settings.TCCC_PUSH_CLIENT_SECRET = CLIENT["client_secret"]
    settings.TCCC_PUSH_OPEN = False
    settings.TCCC_SDK_APP_ID = []


def header(name=CLIENT["client_id"], secret=CLIENT["client_secret"]) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def ask(fields, kind=FORM, auth="", path="/tccc/oauth/token/"):
    raw = json.dumps(fields) if kind == JSON else urlencode(fields, doseq=True)
    headers = {"Authorization": auth} if auth else {}
    browser = Client(enforce_csrf_checks=True)
    return browser.post(path, raw, content_type=kind, headers=headers, secure=True)


@pytest.mark.parametrize(
    ("fields", "kind", "auth"),
    [
        (GRANT | CLIENT, FORM, ""),
        (GRANT | CLIENT | {"scope": "push"}, FORM, ""),
        (GRANT | CLIENT, FORM + ";charset=utf8", ""),
        (GRANT | CLIENT, "text/plain", ""),
        (GRANT | CLIENT, JSON, ""),
        (GRANT, FORM, header()),
        (GRANT, JSON, header()),
        (GRANT, FORM, header("tccc", "s3%3Acr%26t+%E5%AF%86")),
        (GRANT | CLIENT, FORM, header()),
    ],
)
@pytest.mark.parametrize("path", ["/tccc/oauth/token", "/tccc/oauth/token/"])
def test_a_token_opens_the_inbox(fields, kind, auth, path):
    answer = ask(fields, kind, auth, path)
    assert answer.status_code == 200
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("no-store", JSON)
    given = answer.json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    pushed = send({"SessionId": "1"}, auth=f"Bearer {given['access_token']}")
    assert (pushed.status_code, pushed.json()) == (200, OK)
    # Nothing but what RFC 6750 lets stand in a header.
    assert all(c.isascii() and (c.isalnum() or c in "-._~+/=") for c in given["access_token"])


@pytest.mark.parametrize(
    ("fields", "kind", "auth", "status", "error"),
    [
        (GRANT | CLIENT | {"client_secret": "wrong"}, FORM, "", 401, "invalid_client"),
        (GRANT | CLIENT | {"client_id": "wrong"}, FORM, "", 401, "invalid_client"),
        (GRANT | {"client_id": "tccc", "client_secret": 7}, JSON, "", 401, "invalid_client"),
        (GRANT, FORM, "", 401, "invalid_client"),
        ({}, FORM, "", 401, "invalid_client"),
        (GRANT | CLIENT, FORM, header(secret="wrong"), 401, "invalid_client"),
        (GRANT | CLIENT, FORM, "Basic !!", 401, "invalid_client"),
        (CLIENT, FORM, "", 400, "invalid_request"),
        (CLIENT | {"grant_type": ["client_credentials"] * 2}, FORM, "", 400, "invalid_request"),
        (CLIENT | {"grant_type": "password"}, FORM, "", 400, "unsupported_grant_type"),
        (CLIENT | {"grant_type": "password"}, JSON, "", 400, "unsupported_grant_type"),
    ],
)
def test_refusals_in_the_words_of_the_rfc(fields, kind, auth, status, error):
    answer = ask(fields, kind, auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.has_header("WWW-Authenticate") is (status == 401)


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 100_000, b"{" * 100_000, b"a=1&" * 100])
def test_a_body_that_cannot_be_read_is_no_fault_of_ours(raw):
    answer = Client().post("/tccc/oauth/token/", raw, content_type=FORM, secure=True)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")


def test_nothing_set_grants_nothing(settings):
    settings.TCCC_PUSH_CLIENT_ID = settings.TCCC_PUSH_CLIENT_SECRET = ""
    for fields in (GRANT | CLIENT, GRANT | {"client_id": "", "client_secret": ""}):
        assert ask(fields).status_code == 401


def bearer() -> str:
    return "Bearer " + str(ask(GRANT | CLIENT).json()["access_token"])


def test_a_token_lives_an_hour():
    with time_machine.travel("2026-11-20 08:00:00+00:00", tick=False) as clock:
        auth = bearer()
        clock.shift(3600)
        assert send({"SessionId": "1"}, auth=auth).status_code == 200
        clock.shift(61)
        assert send({"SessionId": "2"}, auth=auth).status_code == 401
    assert Push.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("TCCC_PUSH_CLIENT_SECRET", "another"), ("TCCC_PUSH_CLIENT_ID", "other"), ("SECRET_KEY", "y" * 50)],
)  # fmt: skip
def test_a_token_dies_with_what_it_was_given_for(settings, name, value):
    auth = bearer()
    setattr(settings, name, value)
    assert send({"SessionId": "1"}, auth=auth).status_code == 401


def test_a_token_that_was_touched_is_refused():
    auth = bearer()
    middle = len(auth) // 2
    other = "A" if auth[middle] != "A" else "B"
    for bad in (auth[:middle] + other + auth[middle + 1 :], auth[:-2], auth + ".x", "Bearer a.b.c"):
        assert send({"SessionId": "1"}, auth=bad).status_code == 401
    assert not Push.objects.exists()
