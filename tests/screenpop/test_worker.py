"""The worker: what is due is done once, whatever breaks, and it ends when it is told to."""

import logging
import os
import signal
import subprocess
import sys
import types
from datetime import timedelta
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from screenpop import worker
from screenpop.models import AgentSeat, SyncRun, SyncState
from screenpop.sync_models import SyncKind
from screenpop.sync_runs import begin_due
from screenpop.worker import Stop, Task, fetch_what_is_due, work
from tests.screenpop.tccc_api import APP_ID, SECRET_ID, SECRET_KEY, TcccApi
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch):
    """The test's transaction lives on its one connection, as with Django's own test client."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


@pytest.mark.django_db
def test_each_kind_has_its_turn_and_the_next_one_waits(api):
    api.staff = [{"Mail": "amei@c.cn"}]
    call_command("run_worker", "--once")
    kinds = list(SyncRun.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["groups", "seats", "lines", "records"]
    assert AgentSeat.objects.count() == 1
    call_command("run_worker", "--once")
    assert SyncRun.objects.count() == 4
    SyncState.objects.filter(kind="records").update(due_at=timezone.now())
    call_command("run_worker", "--once")
    assert SyncRun.objects.latest("pk").kind == "records"
    assert SyncRun.objects.count() == 5


@pytest.mark.django_db
def test_minutes_of_nought_switch_a_schedule_off(api, settings):
    settings.SYNC_LISTS_MINUTES = 0
    call_command("run_worker", "--once")
    assert [run.kind for run in SyncRun.objects.all()] == ["records"]


@pytest.mark.django_db
def test_without_a_key_it_runs_and_says_so(settings, capsys):
    settings.TCCC_SECRET_KEY = ""
    settings.TCCC_SDK_APP_ID = []
    call_command("run_worker", "--once")
    assert "TCCC_SDK_APP_ID" in capsys.readouterr().err
    assert not SyncRun.objects.exists()


@pytest.mark.django_db
def test_a_run_is_stopped_between_two_pages(api):
    stop = Stop()
    api.meanwhile = lambda action, body: stop.ask() if action == "DescribeTelCdr" else None
    fetch_what_is_due(stop)
    run = SyncRun.objects.latest("pk")
    assert (run.kind, run.state) == ("records", "stopped")
    assert len(api.actions("DescribeTelCdr")) == 1
    assert SyncState.objects.get(kind="records").lease_until is None


def test_one_task_that_breaks_stops_no_other(caplog):
    done = []

    def broken(stop):
        raise ValueError("13800138000")

    tasks = (Task("first", broken), Task("second", lambda stop: done.append(1)))
    with caplog.at_level(logging.ERROR):
        work(Stop(), tasks, once=True)
    assert done == [1]
    assert "first: ValueError" in caplog.text
    assert "13800138000" not in caplog.text


def test_waiting_pushes_are_applied_until_none_is_left(monkeypatch):
    waiting = [20, 20, 3, 0, 99]
    push = types.ModuleType("screenpop.push")
    push.__spec__ = ModuleSpec("screenpop.push", None)
    monkeypatch.setattr(push, "apply_waiting", lambda limit: waiting.pop(0), raising=False)
    monkeypatch.setitem(sys.modules, "screenpop.push", push)
    worker.apply_waiting_pushes(Stop())
    assert waiting == [99]


@pytest.mark.usefixtures("workers_database")
def test_two_workers_share_the_turns():
    taken = []

    def one():
        taken.append(begin_due(SyncKind.SEATS, timedelta(minutes=15)))

    together([one] * 6)
    assert sum(run is not None for run in taken) == 1
    assert SyncRun.objects.count() == 1


def test_sigterm_ends_the_process_cleanly(tmp_path):
    """A real process with a database of its own is told to end while it works or waits."""
    api = TcccApi()
    api.staff = [{"Mail": "amei@c.cn"}]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "TCCC_SDK_APP_ID": str(APP_ID),
        "TCCC_SECRET_ID": SECRET_ID,
        "TCCC_SECRET_KEY": SECRET_KEY,
        "TCCC_ENDPOINT": api.address,
        "NO_PROXY": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True, timeout=120)
    process = subprocess.Popen(
        [*manage, "run_worker"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "The worker runs.\n"
        process.send_signal(signal.SIGTERM)
        out, _err = process.communicate(timeout=60)
    finally:
        process.kill()
        api.close()
    assert process.returncode == 0
    assert out == "The worker has stopped.\n"
