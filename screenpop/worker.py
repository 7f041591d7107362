"""What is done by the clock, apart from the web server: fetching from the cloud API, and whatever joins TASKS."""

import importlib
import importlib.util
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections

from screenpop import recording_copies, transcripts
from screenpop.sync_models import SyncKind
from screenpop.sync_runs import begin_due
from screenpop.sync_steps import KINDS, run_to_end
from screenpop.tencent import is_configured
from screenpop.worker_stop import Stop as Stop

# How often it looks whether something is due.
TICK_SECONDS = 5.0
_PUSHES_AT_ONCE = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to look after at every tick. `run(stop)` returns soon when nothing is due, and early when asked."""

    name: str
    run: Callable[[Stop], object]


def fetch_what_is_due(stop: Stop) -> None:
    """Runs whose turn it is, one after the other; of two workers one gets each turn."""
    if not is_configured():
        return
    for kind in KINDS:
        minutes = (
            settings.SYNC_RECORDS_MINUTES
            if kind == SyncKind.RECORDS
            else settings.SYNC_LISTS_MINUTES
        )
        if stop.asked() or minutes <= 0:
            continue
        run = begin_due(kind, timedelta(minutes=minutes))
        if run is not None:
            run_to_end(run, going_on=lambda: not stop.asked())


def apply_waiting_pushes(stop: Stop) -> None:
    """Pushes that were stored and not applied yet, when this installation takes pushes."""
    if importlib.util.find_spec("screenpop.push") is None:
        return
    push = importlib.import_module("screenpop.push")
    while not stop.asked() and push.apply_waiting(_PUSHES_AT_ONCE):
        pass


# In this order at every tick. A new one is added here.
TASKS = (
    Task("pushes", apply_waiting_pushes),
    Task("cloud", fetch_what_is_due),
    Task("transcripts", transcripts.fetch_new),
    # Last: it may take long.
    Task("recordings", recording_copies.copy_due),
)


def work(
    stop: Stop,
    tasks: tuple[Task, ...] = TASKS,
    *,
    once: bool = False,
    tell: Callable[[str], object] = lambda line: None,
) -> None:
    """Look after the tasks until the end is asked for, or once. A task that breaks is tried again at the next tick."""
    while not stop.asked():
        for task in tasks:
            close_old_connections()
            try:
                task.run(stop)
            except Exception as error:  # noqa: BLE001 - one task's fault must not stop the others
                log.error("%s: %s", task.name, type(error).__name__)
                tell(f"{task.name}: {type(error).__name__}")
            if stop.asked():
                return
        if once or stop.wait(TICK_SECONDS):
            return
