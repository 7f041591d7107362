"""A run of fetching: who may begin one, its lease, how it goes on and how it ends.

A run goes by steps, each a page of the listing or a whole short list, driven by the page that shows it, by the worker
or by the command. The kind's row is the lock; the lease on it keeps a second run of the kind away while steps are made.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from screenpop.sync_changes import Change
from screenpop.sync_models import SyncKind, SyncRun, SyncState
from screenpop.tencent import TencentError

# Longer than one step takes at worst, with every attempt timed out.
LEASE = timedelta(minutes=5)
# The platform keeps records for 180 days; the margin is for the time that a run takes.
OLDEST = timedelta(days=179)
FIRST_LOOK = timedelta(days=30)
# A record appears when its call ends: a call that was still going on at the last run began before it.
OVERLAP = timedelta(hours=1)
# Once a day further back, for calls that lasted longer than that and remarks written late.
SWEEP, SWEEP_EVERY = timedelta(days=2), timedelta(days=1)
_CHANGES_KEPT = 300
_RUNS_KEPT = timedelta(days=90)


class BusyError(Exception):
    """Another run of this kind is going on: `run`."""

    def __init__(self, run: SyncRun) -> None:
        super().__init__(run.pk)
        self.run = run


class LostError(Exception):
    """Another run took over: this one must not go on."""


def begin(
    kind: str,
    *,
    user: Any = None,
    by_page: bool = False,
    dry_run: bool = False,
    since: datetime | None = None,
) -> SyncRun:
    """Open a run and take the lease. Raises BusyError."""
    now = timezone.now()
    SyncState.objects.get_or_create(kind=kind)
    with transaction.atomic():
        state = _locked(kind)
        _take_over(state, now)
        return _open(state, now, started_by=user, by_page=by_page, dry_run=dry_run, since=since)


def begin_due(kind: str, every: timedelta) -> SyncRun | None:
    """Open the run whose turn it is, and set the next turn; None when it is not yet, or one is going on.

    Looking and setting happen under one lock: of two workers one gets the turn.
    """
    now = timezone.now()
    SyncState.objects.get_or_create(kind=kind)
    with transaction.atomic():
        state = _locked(kind)
        if state.due_at is not None and state.due_at > now:
            return None
        try:
            _take_over(state, now)
        except BusyError:
            return None
        state.due_at = now + every
        state.save(update_fields=["due_at"])
        return _open(state, now)


def _take_over(state: SyncState, now: datetime) -> None:
    """Make the place free: a run whose lease is over was left by whoever drove it."""
    run = state.run
    if run is None or run.state != SyncRun.State.RUNNING:
        return
    if state.lease_until is not None and state.lease_until > now:
        raise BusyError(run)
    run.state, run.finished_at = SyncRun.State.STOPPED, now
    run.save(update_fields=["state", "finished_at"])


def _open(state: SyncState, now: datetime, **fields: Any) -> SyncRun:
    SyncRun.objects.filter(kind=state.kind, started_at__lt=now - _RUNS_KEPT).delete()
    run = SyncRun(kind=state.kind, started_at=now, **fields)
    if state.kind == SyncKind.RECORDS:
        run.since = max(run.since or _look_back(state, now), now - OLDEST)
        run.until = now
        run.window_at = run.since
    run.save()
    state.run, state.lease_until = run, now + LEASE
    state.save(update_fields=["run", "lease_until"])
    return run


def _look_back(state: SyncState, now: datetime) -> datetime:
    """Where a run of call records begins by itself: where the last one stopped, and a little before."""
    if state.cursor is None:
        return now - FIRST_LOOK
    sweep = state.swept_at is None or state.swept_at <= now - SWEEP_EVERY
    return min(state.cursor, now) - (SWEEP if sweep else OVERLAP)


def renew(run: SyncRun) -> None:
    """Before a step: the lease for its length. Raises LostError."""
    held = SyncState.objects.filter(kind=run.kind, run=run, run__state=SyncRun.State.RUNNING)
    if not held.update(lease_until=timezone.now() + LEASE):
        raise LostError


def step_window(run: SyncRun, page: int, counts: Counter[str], changes: list[Change]) -> None:
    """Note a page of call records as done and the next one as `page`."""
    _merge(run, counts, changes)
    run.page = page
    run.save(update_fields=["counts", "changes", "page", "percent"])


def end_window(run: SyncRun, end: datetime, counts: Counter[str], changes: list[Change]) -> None:
    """Note a window of call records as done: the next run need not look there, unless something was left out before."""
    _merge(run, counts, changes)
    reached = run.window_at
    run.window_at, run.page = end, 0
    run.save(update_fields=["counts", "changes", "window_at", "page", "percent"])
    if run.dry_run:
        return
    with transaction.atomic():
        _move_cursor(_locked(run.kind), reached, end)


def _move_cursor(state: SyncState, reached: datetime | None, end: datetime) -> None:
    # A run that began after where we had come leaves a gap: the next one still has to fill it.
    if reached is not None and (state.cursor is None or reached <= state.cursor < end):
        state.cursor = end
        state.save(update_fields=["cursor"])


def _merge(run: SyncRun, counts: Counter[str], changes: list[Change]) -> None:
    run.counts = dict(Counter(run.counts) + counts)
    room = max(_CHANGES_KEPT - len(run.changes), 0)
    run.changes = [*run.changes, *(asdict(change) for change in changes[:room])]


def finish(run: SyncRun, counts: Counter[str], changes: list[Change]) -> None:
    """The run has come to its end."""
    now = timezone.now()
    with transaction.atomic():
        _merge(run, counts, changes)
        run.state, run.percent, run.finished_at = SyncRun.State.DONE, 100, now
        run.save(update_fields=["counts", "changes", "state", "percent", "finished_at"])
        state = _locked(run.kind)
        if not run.dry_run:
            state.done_at = now
            if run.since is not None and run.since <= now - SWEEP:
                state.swept_at = now
        _release(state, run)


def fail(run: SyncRun, error: TencentError | Exception) -> None:
    """The run ends here; what it has done stays, and the next one goes on from there."""
    run.state, run.finished_at = SyncRun.State.FAILED, timezone.now()
    if isinstance(error, TencentError):
        run.error_code = error.code[:80]
        run.error_text, run.request_id = error.message[:300], error.request_id[:64]
    else:
        run.error_code = type(error).__name__[:80]
    fields = ["state", "finished_at", "error_code", "error_text", "request_id"]
    with transaction.atomic():
        run.save(update_fields=fields)
        _release(_locked(run.kind), run)


def stop(run: SyncRun) -> None:
    """A person or the end of the worker stops it; what it has done stays."""
    with transaction.atomic():
        state = _locked(run.kind)
        ended = SyncRun.objects.filter(pk=run.pk, state=SyncRun.State.RUNNING).update(
            state=SyncRun.State.STOPPED, finished_at=timezone.now()
        )
        if ended:
            _release(state, run)


def _release(state: SyncState, run: SyncRun) -> None:
    if state.run_id == run.pk:
        state.lease_until = None
    state.save(update_fields=["lease_until", "done_at", "swept_at"])


def _locked(kind: str) -> SyncState:
    return SyncState.objects.select_for_update().get(kind=kind)
