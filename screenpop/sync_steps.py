"""One step of a run: a page of call records, or the whole of a short list."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from screenpop import sync_runs
from screenpop.sync_calls import take_calls
from screenpop.sync_changes import count_of, rows_of
from screenpop.sync_directory import Outcome, Tell, take_groups, take_lines, take_seats
from screenpop.sync_models import SyncKind, SyncRun
from screenpop.tencent import TencentError, application_id, call

PAGE = 100
# Far below the platform's 90 days: a run that was stopped begins its window again.
WINDOW = timedelta(days=1)
# Listed in the order in which they are fetched.
KINDS = (SyncKind.GROUPS, SyncKind.SEATS, SyncKind.LINES, SyncKind.RECORDS)

log = logging.getLogger(__name__)


def step(run: SyncRun, tell: Callable[[SyncRun], object] = lambda run: None) -> SyncRun:
    """Do the next step, whoever asks; gives the run as it then is. `tell(run)` hears of progress within the step.

    What goes wrong ends the run and is noted in it; nothing is raised.
    """
    try:
        sync_runs.renew(run)
        if run.kind == SyncKind.RECORDS:
            _step_records(run)
        else:
            _step_list(run, tell)
    except sync_runs.LostError:
        pass
    except TencentError as error:
        sync_runs.fail(run, error)
    except Exception as error:  # noqa: BLE001 - the reason is noted and shown, and the next run goes on from there
        log.error("fetching %s: %s", run.kind, type(error).__name__)
        sync_runs.fail(run, error)
    run.refresh_from_db()
    return run


def run_to_end(
    run: SyncRun,
    *,
    going_on: Callable[[], bool] = lambda: True,
    tell: Callable[[SyncRun], object] = lambda run: None,
) -> SyncRun:
    """Step after step until it is over or `going_on()` says no; then it is stopped where it is."""
    while run.state == SyncRun.State.RUNNING:
        if not going_on():
            sync_runs.stop(run)
            run.refresh_from_db()
            break
        run = step(run, tell)
        tell(run)
    return run


_LISTS: dict[str, Callable[[SyncRun, Tell], Outcome]] = {
    SyncKind.GROUPS: take_groups,
    SyncKind.SEATS: take_seats,
    SyncKind.LINES: take_lines,
}


def _step_list(run: SyncRun, tell: Callable[[SyncRun], object]) -> None:
    def heard(done: int, total: int) -> None:
        run.percent = 99 * done // total if total else 0
        run.save(update_fields=["percent"])
        sync_runs.renew(run)
        tell(run)

    counts, changes = _LISTS[run.kind](run, heard)
    sync_runs.finish(run, counts, changes)


def window_of(run: SyncRun) -> tuple[datetime, datetime]:
    """The time whose call records are read now."""
    assert run.window_at is not None
    assert run.until is not None
    return run.window_at, min(run.window_at + WINDOW, run.until)


def _step_records(run: SyncRun) -> None:
    at = (run.window_at, run.page)
    start, end = window_of(run)
    parameters: dict[str, Any] = {
        "StartTimeStamp": int(start.timestamp()),
        "EndTimeStamp": int(end.timestamp()),
        "PageSize": PAGE,
        "PageNumber": run.page,
    }
    answer = call("DescribeTelCdr", parameters)
    rows = rows_of(answer, "TelCdrList") or rows_of(answer, "TelCdrs")
    total = count_of(answer)
    counts, changes = take_calls(rows, application_id(), dry_run=run.dry_run)
    with transaction.atomic():
        fresh = SyncRun.objects.select_for_update().get(pk=run.pk)
        if (fresh.window_at, fresh.page) != at or fresh.state != SyncRun.State.RUNNING:
            return  # another tab did the same page meanwhile; every record is taken once all the same
        last = not rows or (run.page + 1) * PAGE >= total
        fresh.percent = percent_of(fresh, 1.0 if last else (run.page + 1) * PAGE / total)
        if not last:
            sync_runs.step_window(fresh, run.page + 1, counts, changes)
            return
        sync_runs.end_window(fresh, end, counts, changes)
        if fresh.until is not None and end >= fresh.until:
            sync_runs.finish(fresh, type(counts)(), [])


def percent_of(run: SyncRun, within: float) -> int:
    """How far a run of call records has come, by the time that it covers; `within` is the part of the window."""
    start, end = window_of(run)
    assert run.since is not None
    assert run.until is not None
    whole = (run.until - run.since).total_seconds() or 1.0
    done = (start - run.since).total_seconds() + within * (end - start).total_seconds()
    return min(99, int(100 * done / whole))
