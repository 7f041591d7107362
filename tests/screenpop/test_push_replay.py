"""What an administrator does with stored pushes: looks at them, and replays them."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from screenpop import reconciliation
from screenpop.cdr import Unreadable
from screenpop.models import Push
from screenpop.push import read_arrived, take
from screenpop.push_body import whole

pytestmark = pytest.mark.django_db
LIST = "admin:screenpop_push_changelist"


@pytest.fixture(autouse=True)
def rules(monkeypatch, settings):
    """What applying does: a table of session ids to errors, changed by each test."""
    settings.TCCC_SDK_APP_ID = []
    errors: dict[str, Exception] = {}

    def apply(action, body, at):
        if error := errors.get(body.get("SessionId", "")):
            raise error
        return action == "cdr"

    monkeypatch.setattr(reconciliation, "apply", apply)
    return errors


def push(session, action="cdr", raw=None) -> Push:
    raw = raw if raw is not None else json.dumps({"SessionId": session, "Nick": "<b>"}).encode()
    take(read_arrived(action, "1", f"uuid-{session}", whole(raw)))
    return Push.objects.order_by("-pk")[0]


def person(role) -> Client:
    user = get_user_model().objects.create_user(role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def run(*args) -> str:
    out = StringIO()
    call_command("replay_pushes", *args, stdout=out)
    return out.getvalue()


def state(row) -> str:
    row.refresh_from_db()
    return str(row.state)


# --- the command ----------------------------------------------------------------------------------------------------


def test_failed_and_waiting_ones_are_replayed(rules):
    rules["a"] = rules["b"] = Unreadable("没有")
    first, second, third = push("a"), push("b"), push("c", "other")
    waiting = Push.objects.create(action="cdr", body='{"SessionId": "d"}', attempts=99)
    broken = push("e", raw=b'{"x')
    del rules["a"]
    assert run("--dry-run") == "would be replayed: 4\n  failed: 3\n  received: 1\n"
    assert run() == "replayed: 4\n  applied: 2\n  failed: 2\n"
    rows = (first, second, third, waiting, broken)
    assert [state(row) for row in rows] == ["applied", "failed", "ignored", "applied", "failed"]
    assert run() == "replayed: 2\n  failed: 2\n"


def test_chosen_ones_only(rules):
    rules.update(dict.fromkeys("abc", KeyError("x")))
    rows = [push(name) for name in "abc"]
    rules.clear()
    old = timezone.now() - timedelta(days=3)
    Push.objects.filter(pk=rows[0].pk).update(received_at=old)
    assert "applied: 1" in run(f"--id={rows[1].pk}")
    assert [state(row) for row in rows] == ["failed", "applied", "failed"]
    since = timezone.localtime() - timedelta(days=1)
    for text in (f"{since:%Y-%m-%d}", f"{since:%Y-%m-%dT%H:%M}", since.isoformat()):
        assert "replayed: 1" in run("--since", text, "--dry-run").replace("would be ", "")
    assert "replayed: 0" in run("--action=record")
    assert "replayed: 0" in run("--state=received")
    # An applied one when it is named.
    assert "applied: 1" in run("--state=applied")


@pytest.mark.parametrize("words", [["--since=gestern"], ["--since=2026-13-01"], ["--id=77"]])
def test_what_makes_no_sense_is_said(words):
    with pytest.raises(CommandError):
        run(*words)


# --- the admin --------------------------------------------------------------------------------------------------------


def test_the_administrator_looks_and_replays(rules):
    rules["a"] = Unreadable("没有 StartTimestamp")
    row, whole_row = push("a"), push("b")
    client = person("administrator")
    html = client.get(reverse(LIST)).content.decode()
    assert "没有 StartTimestamp" in html
    assert "uuid-a" not in html
    page = client.get(reverse("admin:screenpop_push_change", args=[row.pk])).content.decode()
    assert "&lt;b&gt;" in page
    assert '"<b>"' not in page
    assert 'name="_save"' not in page
    assert page.count("<textarea") == page.count(" readonly>") == 2
    rules.clear()
    chosen = {"action": "replay_chosen", "_selected_action": [row.pk, whole_row.pk]}
    answer = client.post(reverse(LIST), chosen, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["已重新处理 2 个推送"]
    assert state(row) == "applied"
    rules["a"] = KeyError("x")
    answer = client.post(reverse(LIST), chosen, follow=True)
    assert "1 个推送仍然失败" in [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("raw", [b"\xff\x00\xfe", b"", b"<b>", b'{"x'])
def test_a_body_of_any_kind_has_a_page(raw):
    row = push("x", raw=raw)
    page = person("administrator").get(reverse("admin:screenpop_push_change", args=[row.pk]))
    assert page.status_code == 200
    assert row.error in page.content.decode()


@pytest.mark.parametrize(
    ("query", "count"), [("", 3), ("?state=failed", 1), ("?type=cdr", 2), ("?type=other", 1)]
)
def test_filters(rules, query, count):
    rules["a"] = KeyError("x")
    push("a")
    push("b")
    push("c", "video")
    page = person("administrator").get(reverse(LIST) + query)
    assert page.context["cl"].result_count == count


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_nobody_else_replays(role, rules):
    rules["a"] = KeyError("x")
    row = push("a")
    rules.clear()
    chosen = {"action": "replay_chosen", "_selected_action": [row.pk]}
    assert person(role).post(reverse(LIST), chosen).status_code in (302, 403)
    assert state(row) == "failed"


def test_nobody_adds_changes_or_deletes():
    row = push("a")
    client = person("administrator")
    for page, args in (("add", []), ("delete", [row.pk])):
        url = reverse(f"admin:screenpop_push_{page}", args=args)
        assert client.post(url, {"post": "yes"}).status_code == 403
    url = reverse("admin:screenpop_push_change", args=[row.pk])
    assert client.post(url, {"body": "{}"}).status_code == 403
    assert Push.objects.get().body == row.body


def test_a_replay_keeps_when_it_was_received(rules):
    rules["a"] = KeyError("x")
    at = datetime(2026, 1, 1, tzinfo=UTC)
    row = push("a")
    Push.objects.filter(pk=row.pk).update(received_at=at)
    rules.clear()
    run()
    row.refresh_from_db()
    assert (row.received_at, row.attempts) == (at, 2)
    assert row.applied_at is not None
    assert row.applied_at > at
