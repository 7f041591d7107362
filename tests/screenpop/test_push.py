"""The inbox of the platform's pushes: whoever may leave something, it is stored once, whatever it holds."""

import base64
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screenpop import push as inbox
from screenpop import reconciliation
from screenpop.cdr import Unreadable
from screenpop.models import Push

pytestmark = pytest.mark.django_db

OK = {"ErrCode": 0, "ErrMsg": ""}
CDR = {"SdkAppId": 1400264214, "SessionId": "e97be0ab-1ef6-4ad2-a8c4-2b2bbfb18e55", "Duration": 0}
MASKED = b'{"SdkAppId":1400xxx214,"SessionId":"e97be0ab"}'


@pytest.fixture(autouse=True)
def platform(settings, monkeypatch):
    """Basic credentials are set, and every record of the four actions has something to say."""
    settings.TCCC_PUSH_USERNAME, settings.TCCC_PUSH_PASSWORD = "tccc", "a:b 密"
    settings.TCCC_PUSH_CLIENT_ID = settings.TCCC_PUSH_CLIENT_SECRET = ""
    settings.TCCC_PUSH_OPEN = False
    settings.TCCC_SDK_APP_ID = []
    applied = []

    def apply(action, body, at):
        applied.append((action, body, at))
        return action in {"cdr", "record", "voicemail", "imcdr"}

    monkeypatch.setattr(reconciliation, "apply", apply)
    return applied


def basic(name="tccc", secret="a:b 密") -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def send(body, action="cdr", *, uuid="", path="/tccc/push/?action={}&version=1", auth=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": basic() if auth is None else auth}
    if uuid:
        headers["X-TCCC-PUSH-UUID"] = uuid
    if not headers["Authorization"]:
        del headers["Authorization"]
    browser = Client(enforce_csrf_checks=True)
    kind = "application/json;charset=utf8"
    return browser.post(path.format(action), raw, content_type=kind, headers=headers, secure=True)


def accepted(*args, **options) -> Push:
    """Sends, sees that it was answered as the platform wants it, and gives the newest row."""
    answer = send(*args, **options)
    assert (answer.status_code, answer.json()) == (200, OK)
    assert answer["Content-Type"].startswith("application/json")
    return Push.objects.order_by("-pk")[0]


# --- what comes is stored and applied -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["cdr", "record", "voicemail", "imcdr"])
@pytest.mark.parametrize(
    "path",
    [
        "/tccc/push/?action={}&version=1",
        "/tccc/push?action={}&version=1",
        "/tccc/push/?action={}",
        "/tccc/push/?site=1?action={}&version=1",
        "/tccc/push/?site=1&version=1&action={}",
    ],
)
def test_a_push_is_stored_and_applied(platform, action, path):
    row = accepted(CDR, action, path=path)
    assert (row.action, row.state, row.error) == (action, "applied", "")
    assert (row.sdk_app_id, row.session_id) == ("1400264214", CDR["SessionId"])
    assert json.loads(row.body) == CDR
    assert platform == [(action, CDR, row.received_at)]
    assert row.applied_at is not None
    assert row.applied_at >= row.received_at
    assert row.version == ("1" if "version" in path else "")


@pytest.mark.parametrize("action", ["videocdr", "", "CALL", "x" * 300, "%00%ff"])
def test_an_unknown_action_is_stored_and_answered(action):
    row = accepted(CDR, action)
    assert (row.state, json.loads(row.body)) == ("ignored", CDR)


def test_the_case_of_an_action_does_not_matter():
    assert accepted(CDR, "CDR").state == "applied"


def test_nothing_in_the_answer_depends_on_the_body():
    bodies = [MASKED, b"", b"null", b"[]", b"\xff", b"[" * 100_000, CDR]
    answers = {send(body).content for body in bodies}
    assert answers == {b'{"ErrCode": 0, "ErrMsg": ""}'}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (MASKED, "JSON"),
        (b"", "空"),
        (b" \n", "空"),
        (b'{"SessionId": "e97b', "JSON"),
        (b"[" * 100_000, "嵌套"),
        (b'[{"SessionId": "1"}]', "对象"),
        (b"null", "对象"),
        (b"12", "对象"),
        (b"action=cdr&SessionId=1", "JSON"),
        (b"\xff\xfe\xfd", "JSON"),
        (b"\x00\x00", "JSON"),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_reason(platform, raw, words):
    row = accepted(raw)
    assert (row.state, inbox.raw_bytes(row)) == ("failed", raw)
    assert words in row.error
    assert platform == []


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b'\xef\xbb\xbf{"SessionId": "1"}', {"SessionId": "1"}),
        ('{"SessionId": "小"}'.encode("utf-16"), {"SessionId": "小"}),
        (b'{"Duration": 15, "Duration": 0}', {"Duration": 0}),
        (b'{"Remark": "one\ntwo"}', {"Remark": "one\ntwo"}),
        (b'{"Remark": "a\x00b\\u0000\\ud800c"}', {"Remark": "abc"}),
        (b'{"a\\u0000": [{"b": "\\uDC00x"}]}', {"a": [{"b": "x"}]}),
        (rb'{"Nick": "\ud83d\ude00"}', {"Nick": "😀"}),
        (b'{"Nick": "\xe5\xb0"}', {"Nick": "�"}),
        (b'{"Duration": NaN}', {"Duration": None}),
        (b'{"Long": ' + b"9" * 6000 + b"}", {"Long": "9" * 6000}),
        (b'{"IVRKeyPressed": null, "ServeParticipants": null}', {"IVRKeyPressed": None, "ServeParticipants": None}),
    ],
)  # fmt: skip
def test_oddities_are_read(platform, raw, body):
    row = accepted(raw)
    assert (row.state, inbox.raw_bytes(row)) == ("applied", raw)
    assert platform[0][1] == body


@pytest.mark.parametrize(
    ("body", "app", "session"),
    [
        ({"SdkAppId": "1400264214", "SessionId": 12}, "1400264214", "12"),
        ({"sdkAppId": 1400264214.0, "sessionId": "a"}, "1400264214", "a"),
        ({"SdkAppId": [1], "SessionId": {"x": 1}}, "", ""),
        ({"SdkAppId": True, "SessionId": None}, "", ""),
        ({"SdkAppId": 10**25, "SessionId": "s" * 500}, "1" + "0" * 19, "s" * 64),
        ({}, "", ""),
    ],
)
def test_ids_of_any_type(body, app, session):
    row = accepted(body)
    assert (row.state, row.sdk_app_id, row.session_id) == ("applied", app, session)


def test_another_application_is_kept_and_answered(platform, settings):
    settings.TCCC_SDK_APP_ID = ["1400000001"]
    row = accepted(CDR)
    assert (row.state, json.loads(row.body), platform) == ("foreign", CDR, [])
    assert accepted({"SessionId": "2"}).state == "applied"
    settings.TCCC_SDK_APP_ID = ["1400000001", "1400264214"]
    assert inbox.replay(row.pk) == "applied"


def test_an_oversized_body_keeps_its_head(platform, settings):
    settings.TCCC_PUSH_MAX_BYTES = 1000
    raw = json.dumps({"SessionId": "s", "pad": "x" * 200_000}).encode()
    row = accepted(raw)
    assert (row.state, row.body) == ("failed", raw[:1000].decode())
    assert str(len(raw)) in row.error
    assert "1000" in row.error
    accepted(raw)
    assert Push.objects.count() == 1
    # Nobody can apply what is not there.
    error = row.error
    settings.TCCC_PUSH_MAX_BYTES = 10_000_000
    assert inbox.replay(row.pk) == "failed"
    row.refresh_from_db()
    assert (row.error, platform) == (error, [])


@pytest.mark.parametrize("size", [1000, 1001])
def test_the_limit_is_the_last_size_that_is_taken(settings, size):
    settings.TCCC_PUSH_MAX_BYTES = 1000
    raw = b'{"a":"' + b"x" * (size - 8) + b'"}'
    assert len(raw) == size
    assert accepted(raw).state == ("applied" if size == 1000 else "failed")


def send_stream(raw, auth, **environ) -> tuple[Any, io.BytesIO]:
    """As the server hands a request over: a stream, and what is known of its length."""
    stream = io.BytesIO(raw)
    extra: dict[str, Any] = {"wsgi.input": stream, "HTTP_AUTHORIZATION": auth, **environ}
    return Client().generic("POST", "/tccc/push/?action=cdr", secure=True, **extra), stream


def test_a_body_without_a_length_is_read_to_its_end():
    raw = json.dumps(CDR).encode()
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer, _stream = send_stream(raw, basic(), **chunked)
    assert json.loads(answer.content) == OK
    assert json.loads(Push.objects.get().body) == CDR


@pytest.mark.parametrize("auth", [basic(), basic("tccc", "wrong")])
def test_a_body_is_read_to_its_end_whatever_the_answer(auth):
    _answer, stream = send_stream(b"x" * 300_000, auth, CONTENT_LENGTH="300000")
    assert stream.tell() == 300_000


# --- once -----------------------------------------------------------------------------------------------------------


def test_a_retry_is_known_by_its_uuid(platform):
    for _ in range(4):
        accepted(CDR, uuid="0f8c")
    accepted({**CDR, "Duration": 3}, uuid="0f8c")
    assert (Push.objects.count(), len(platform)) == (1, 1)
    accepted(CDR, uuid="0f8d")
    assert Push.objects.count() == 2


def test_without_a_uuid_the_content_tells(platform):
    for _ in range(4):
        accepted(CDR)
    assert (Push.objects.count(), len(platform)) == (1, 1)
    accepted(CDR, "imcdr")
    accepted({**CDR, "Duration": 3})
    assert (Push.objects.count(), len(platform)) == (3, 3)


def test_long_uuids_are_told_apart():
    for end in "ab":
        accepted(CDR, uuid="u" * 300 + end)
    assert Push.objects.count() == 2


def test_a_retry_that_is_whole_is_not_lost_to_one_that_was_cut_off(platform):
    raw = json.dumps(CDR).encode()
    for body in (raw[:40], raw, raw):
        accepted(body, uuid="0f8c")
    assert sorted(Push.objects.values_list("state", flat=True)) == ["applied", "failed"]
    assert [body for _action, body, _at in platform] == [CDR]


def test_the_database_is_asked_little():
    accepted(CDR)
    with CaptureQueriesContext(connection) as caught:
        accepted({**CDR, "Duration": 4})
    asked = [q["sql"] for q in caught if "SAVEPOINT" not in q["sql"]]
    # Insert; lock, update; is anything waiting. (And this test's own look.)
    assert len(asked) == 5, asked


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_what_could_not_be_stored_is_to_come_again(monkeypatch):
    def away(**fields):
        raise OperationalError("gone")

    monkeypatch.setattr(Push.objects, "create", away)
    answer = send(CDR)
    assert answer.status_code == 200
    assert answer.json()["ErrCode"] != 0
    assert answer.json()["ErrMsg"]
    assert not Push.objects.exists()


@pytest.mark.parametrize(
    ("error", "words"), [(Unreadable("没有 SessionId"), "没有 SessionId"), (KeyError("13800138000"), "KeyError")]
)  # fmt: skip
def test_what_cannot_be_applied_is_kept_and_can_be_replayed(monkeypatch, caplog, error, words):
    def apply(action, body, at):
        Push.objects.create(action="half done")
        raise error

    good = reconciliation.apply
    monkeypatch.setattr(reconciliation, "apply", apply)
    row = accepted(CDR)
    assert (row.state, row.attempts) == ("failed", 1)
    assert words in row.error
    assert "13800138000" not in row.error + caplog.text
    assert not Push.objects.filter(action="half done").exists()
    monkeypatch.setattr(reconciliation, "apply", good)
    accepted({**CDR, "Duration": 5})
    row.refresh_from_db()
    assert row.state == "failed"
    assert inbox.replay(row.pk) == "applied"
    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("applied", "", 2)


def left_behind() -> None:
    """A while later."""
    for row in Push.objects.all():
        Push.objects.filter(pk=row.pk).update(received_at=row.received_at - timedelta(seconds=3))


def test_what_a_crash_left_is_taken_up_by_the_next_push(platform, monkeypatch):
    def crash(pk, **options):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "apply_one", crash)
        with pytest.raises(SystemExit):
            send(CDR)
    assert [row.state for row in Push.objects.all()] == ["received"]
    left_behind()
    accepted({**CDR, "Duration": 6})
    assert {row.state for row in Push.objects.all()} == {"applied"}
    assert [body["Duration"] for _action, body, _at in platform] == [6, 0]


def test_what_ends_the_process_is_not_tried_for_ever(monkeypatch):
    row = Push.objects.create(action="cdr", body="{}")
    left_behind()

    def crash(pk, **options):
        raise SystemExit

    monkeypatch.setattr(inbox, "apply_one", crash)
    for _ in range(inbox.MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            inbox.apply_waiting(5)
    assert inbox.apply_waiting(5) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("received", inbox.MOST_ATTEMPTS)


def test_a_busy_database_leaves_it_waiting(platform, monkeypatch):
    def busy(action, body, at):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(reconciliation, "apply", busy)
        row = accepted(CDR)
        left_behind()
        accepted({**CDR, "Duration": 7})
    row.refresh_from_db()
    # Tried by its own worker, and by the next push.
    assert (row.state, row.attempts) == ("received", 2)
    assert inbox.apply_waiting(5) == 1
    left_behind()
    assert inbox.apply_waiting(5) == 1
    row.refresh_from_db()
    assert row.state == "applied"


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "auth",
    [
        "", "Basic", "Basic !!!", basic("tccc", "wrong"), basic("wrong"), basic("", ""), basic("tccc", ""),
        "Basic " + base64.b64encode(b"tccc").decode(), "Basic 密", "Bearer x", "Bearer ", "Token x", "basic",
        "Digest " + basic()[6:],
    ],
)  # fmt: skip
def test_wrong_credentials_store_nothing(auth, caplog):
    answer = send(CDR, auth=auth.encode().decode("latin-1"))
    assert answer.status_code == 401
    assert answer.json()["ErrCode"] != 0
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert not Push.objects.exists()
    assert "wrong" not in caplog.text.replace("missing or wrong", "")


@pytest.mark.parametrize("auth", ["basic " + basic()[6:], "BASIC  " + basic()[6:]])
def test_the_schemes_case_does_not_matter(auth):
    assert accepted(CDR, auth=auth).state == "applied"


def test_nothing_set_lets_nobody_in(settings):
    settings.TCCC_PUSH_USERNAME = settings.TCCC_PUSH_PASSWORD = ""
    for auth in ("", basic("", ""), basic()):
        assert send(CDR, auth=auth).status_code == 401
    assert not Push.objects.exists()


@pytest.mark.parametrize("half", ["TCCC_PUSH_USERNAME", "TCCC_PUSH_PASSWORD"])
def test_half_a_pair_is_none(settings, half):
    setattr(settings, half, "")
    auth = basic(settings.TCCC_PUSH_USERNAME, settings.TCCC_PUSH_PASSWORD)
    assert send(CDR, auth=auth).status_code == 401


def test_open_is_open_but_no_excuse_for_wrong_words(settings):
    settings.TCCC_PUSH_OPEN = True
    assert accepted(CDR, auth="").state == "applied"
    assert accepted({"SessionId": "2"}).state == "applied"
    assert send(CDR, auth=basic("tccc", "wrong")).status_code == 401
    settings.TCCC_PUSH_USERNAME = settings.TCCC_PUSH_PASSWORD = ""
    assert accepted({"SessionId": "3"}, auth=basic()).state == "applied"


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/tccc/push", "/tccc/push/", "/tccc/oauth/token", "/tccc/oauth/token/"])  # fmt: skip
def test_a_browser_is_told_what_the_address_is_for(path):
    answer = Client().get(path + "?action=cdr", secure=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert "TCCC" in answer.content.decode()
    assert not answer.cookies
    assert Client().put(path, secure=True).status_code == 405


def test_the_documented_sample_as_printed():
    raw = Path(__file__).with_name("push_cdr_sample.txt").read_bytes()
    row = accepted(raw)
    assert (row.state, inbox.raw_bytes(row)) == ("failed", raw)
    assert accepted(raw.replace(b"1400xxx214", b"1400264214")).state == "applied"
