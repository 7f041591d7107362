"""Fetching from the cloud API, by hand: what was fetched, differences first, then the change, with progress."""

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.views.access import administrator_required
from screenpop.sync_models import SyncKind, SyncRun, SyncState
from screenpop.sync_runs import OLDEST, BusyError, begin, stop
from screenpop.sync_steps import KINDS, step
from screenpop.sync_words import change_lines, counts_text, error_text
from screenpop.tencent import missing_settings

_RUNS_SHOWN = 20


@require_GET
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """Each kind with what can be done, and the latest runs; older ones by key."""
    runs = SyncRun.objects.visible_to(request.user).select_related("started_by").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        runs = runs.filter(pk__lt=int(before[:18]))
    found = list(runs[: _RUNS_SHOWN + 1])
    today = timezone.localdate()
    context = {
        "missing": missing_settings(),
        "kinds": _kinds(),
        "runs": [_line(run) for run in found[:_RUNS_SHOWN]],
        "next": found[_RUNS_SHOWN - 1].pk if len(found) > _RUNS_SHOWN else None,
        "is_first": not before,
        "oldest": (today - OLDEST + timedelta(days=1)).isoformat(),
        "today": today.isoformat(),
        "worker_late": _worker_is_late(),
    }
    return render(request, "setup/sync.html", context)


def _kinds() -> list[dict[str, Any]]:
    states = {state.kind: state for state in SyncState.objects.select_related("run")}
    what = {
        SyncKind.GROUPS: _("名称和停用；手工建立的组不变。"),
        SyncKind.SEATS: _(
            "工号、手机、技能组和组的成员；TCCC 里没有的坐席会停用。绑定的用户不变。"
        ),
        SyncKind.LINES: _("TCCC 里的号码记为“本中心号码”，来电不会匹配客户。"),
        SyncKind.RECORDS: _("补上没有推送到的通话和录音；已有的不会重复。"),
    }
    found = []
    for kind in KINDS:
        state = states.get(kind)
        run = state.run if state else None
        running = run is not None and run.state == SyncRun.State.RUNNING
        found.append(
            {
                "key": str(kind),
                "name": str(kind.label),
                "what": what[kind],
                "done_at": state.done_at if state else None,
                "run": run if running else None,
                "has_since": kind == SyncKind.RECORDS,
            }
        )
    return found


def _worker_is_late() -> bool:
    """Whether nothing was fetched by the clock for three turns, although it should be."""
    minutes = settings.SYNC_RECORDS_MINUTES
    if minutes <= 0 or missing_settings():
        return False
    due = SyncState.objects.filter(kind=SyncKind.RECORDS).values_list("due_at", flat=True).first()
    return due is None or due < timezone.now() - timedelta(minutes=2 * minutes)


def _line(run: SyncRun) -> dict[str, Any]:
    return {
        "run": run,
        "counts": counts_text(run.counts),
        "error": error_text(run.error_code) if run.error_code else "",
    }


@require_POST
@administrator_required
def start(request: HttpRequest) -> HttpResponse:
    """Begin a run and go to its page; a run that is going on is shown instead."""
    kind = request.POST.get("kind", "")
    problem, since = "", None
    if kind not in KINDS:
        problem = _("请选择要同步的内容。")
    elif missing := missing_settings():
        problem = _("没有配置云 API：%(names)s。") % {"names": _("、").join(missing)}
    elif request.POST.get("since") and kind == SyncKind.RECORDS:
        since = _since(request.POST["since"])
        problem = "" if since else _("日期不对。请选择今天或以前的日期。")
    if problem:
        messages.error(request, problem)
        return redirect("setup-sync")
    dry_run = request.POST.get("mode") != "apply"
    try:
        run = begin(kind, user=request.user, by_page=True, dry_run=dry_run, since=since)
    except BusyError as busy:
        messages.warning(request, _("这项同步正在进行，请等它完成。"))
        run = busy.run
    return redirect("setup-sync-run", run.pk)


def _since(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if (
        day is None
        or not timezone.localdate() - timedelta(days=3650) <= day <= timezone.localdate()
    ):
        return None
    return timezone.make_aware(datetime.combine(day, time()))


def _run(request: HttpRequest, run_id: int) -> SyncRun:
    return get_object_or_404(SyncRun.objects.visible_to(request.user), pk=run_id)


@require_GET
@administrator_required
def show(request: HttpRequest, run_id: int) -> HttpResponse:
    """A run: its progress, or what it found and did."""
    run = _run(request, run_id)
    lines = change_lines(run, request.user)
    context = {
        **_line(run),
        "lines": lines,
        "more": sum(n for name, n in run.counts.items() if name != "unchanged") > len(lines),
        "may_apply": run.dry_run and run.state == SyncRun.State.DONE and bool(run.changes),
    }
    return render(request, "setup/sync_run.html", context)


@require_POST
@administrator_required
def next_step(request: HttpRequest, run_id: int) -> HttpResponse:
    """One step more where the page drives the run; otherwise how far it has come."""
    run = _run(request, run_id)
    if run.by_page and run.state == SyncRun.State.RUNNING:
        run = step(run)
    if "HX-Request" not in request.headers:
        return redirect("setup-sync-run", run.pk)
    if run.state != SyncRun.State.RUNNING:
        return HttpResponse(headers={"HX-Redirect": reverse("setup-sync-run", args=[run.pk])})
    return render(request, "setup/_sync_progress.html", _line(run))


@require_POST
@administrator_required
def end(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run; what it has done stays."""
    stop(_run(request, run_id))
    return redirect("setup-sync-run", run_id)
