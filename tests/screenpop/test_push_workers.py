"""Pushes at several workers at once: stored once, applied once, nothing left over."""

import json
import threading
from collections import Counter
from functools import partial

import pytest
from django.db import connection, transaction

from screenpop import push as inbox
from screenpop import reconciliation
from screenpop.models import Push
from screenpop.push_body import whole
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")
WORKERS = 8


@pytest.fixture(autouse=True)
def applied(monkeypatch):
    """Counts how often each session was applied."""
    counts: Counter[str] = Counter()
    guard = threading.Lock()

    def apply(action, body, at):
        with guard:
            counts[body["SessionId"]] += 1
        return True

    monkeypatch.setattr(reconciliation, "apply", apply)
    return counts


def push(session: str, uuid: str = "", action: str = "cdr") -> None:
    raw = json.dumps({"SessionId": session}).encode()
    inbox.take(inbox.read_arrived(action, "1", uuid, whole(raw)))


@pytest.mark.parametrize("uuid", ["", "0f8c"])
def test_the_same_push_at_all_workers_at_once(applied, uuid):
    for session in ("a", "b", "c"):
        together([partial(push, session, uuid and uuid + session)] * WORKERS)
    assert applied == {"a": 1, "b": 1, "c": 1}
    assert list(Push.objects.values_list("state", flat=True)) == ["applied"] * 3


def test_many_pushes_at_once_each_beside_what_a_crash_left(applied):
    for n in range(20):
        body = json.dumps({"SessionId": f"left-{n}"})
        Push.objects.create(action="cdr", push_uuid=f"left-{n}", body=body)

    def shift(mine: int) -> None:
        for n in range(6):
            push(f"{mine}-{n}", f"{mine}-{n}")
            push(f"shared-{n}", f"shared-{n}")

    together([partial(shift, n) for n in range(WORKERS)])
    assert set(applied.values()) == {1}
    assert len(applied) == 20 + WORKERS * 6 + 6
    assert set(Push.objects.values_list("state", flat=True)) == {"applied"}


def test_those_who_take_up_what_waits_share_it(applied):
    for n in range(30):
        Push.objects.create(
            action="cdr", push_uuid=f"left-{n}", body=json.dumps({"SessionId": f"{n}"})
        )
    together([partial(inbox.apply_waiting, 30)] * WORKERS)
    assert set(applied.values()) == {1}
    assert len(applied) == 30


@pytest.mark.postgres
def test_one_that_another_worker_holds_is_not_waited_for(applied):
    held = Push.objects.create(action="cdr", push_uuid="held", body='{"SessionId": "held"}')
    with transaction.atomic():
        Push.objects.select_for_update().get(pk=held.pk)
        assert connection.vendor == "postgresql"
        together([partial(push, "mine", "mine")])
    assert applied == {"mine": 1}
