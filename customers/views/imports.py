"""Customers from a file, step by step: upload, columns, dry run, import, result."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.file_import import RefusedFileError, chosen_fields
from customers.file_import_mapping import all_targets
from customers.file_import_reading import MOST_BYTES, MOST_ROWS
from customers.file_import_runs import (
    abandon,
    begin,
    change_columns,
    check,
    next_slice,
    samples,
    start,
)
from customers.file_import_words import columns_of, problem_file, reason_of
from customers.models import AccessLog, ImportRun
from customers.views.access import administrator_required

_RUNS_SHOWN = 10
_PROBLEMS_SHOWN = 50
State = ImportRun.State


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)


@require_http_methods(["GET", "POST"])
@administrator_required
def imports(request: HttpRequest) -> HttpResponse:
    """Hand in a file, or carry on with one."""
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise RefusedFileError(_("请先选择文件。"))
            run = begin(upload, request.user)
            return redirect("customers-import-run", run.pk)
        except RefusedFileError as refused:
            problem = str(refused)
    runs = ImportRun.objects.visible_to(request.user).select_related("created_by")
    context = {
        "problem": problem,
        "runs": runs.order_by("-created_at", "-pk")[:_RUNS_SHOWN],
        "most_megabytes": MOST_BYTES // 1024 // 1024,
        "most_rows": MOST_ROWS,
    }
    return render(request, "customers/import.html", context, status=422 if problem else 200)


@require_GET
@administrator_required
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The step at which an import is."""
    run = _run(request, run_id)
    if run.state == State.MAPPING:
        return _columns_page(request, run, run.mapping, [])
    problems = run.problems.order_by("row")[: _PROBLEMS_SHOWN + 1]
    lines = [(p.row, columns_of(p.faults), reason_of(p.faults)) for p in problems]
    shown = [{**row, "words": reason_of(row["faults"])} for row in run.preview]
    context = {
        "run": run,
        "problems": lines[:_PROBLEMS_SHOWN],
        "more_problems": len(lines) > _PROBLEMS_SHOWN,
        "preview": shown,
    }
    template = "import_progress" if run.state in ImportRun.AT_WORK else "import_outcome"
    return render(request, f"customers/{template}.html", context)


def _columns_page(
    request: HttpRequest, run: ImportRun, mapping: list[str], problems: list[str]
) -> HttpResponse:
    rows = samples(run)
    columns = [
        {
            "header": header,
            "target": target,
            "samples": [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]],
        }
        for at, (header, target) in enumerate(zip(run.headers, mapping, strict=True))
    ]
    targets = all_targets(chosen_fields()).items()
    context = {"run": run, "columns": columns, "targets": targets, "problems": problems}
    status = 422 if problems else 200
    return render(request, "customers/import_columns.html", context, status=status)


@require_POST
@administrator_required
def import_columns(request: HttpRequest, run_id: int) -> HttpResponse:
    """The columns are settled: begin the dry run."""
    run = _run(request, run_id)
    mapping = request.POST.getlist("column")
    problems = check(run, mapping)
    if not problems:
        return redirect("customers-import-run", run.pk)
    fits = len(mapping) == len(run.headers)
    return _columns_page(request, run, mapping if fits else run.mapping, problems)


@require_POST
@administrator_required
def import_next(request: HttpRequest, run_id: int) -> HttpResponse:
    """One slice more; the page asks for the next one when it has painted this."""
    run = next_slice(_run(request, run_id))
    if "HX-Request" not in request.headers:
        return redirect("customers-import-run", run.pk)
    if run.state not in ImportRun.AT_WORK:
        return HttpResponse(headers={"HX-Redirect": reverse("customers-import-run", args=[run.pk])})
    return render(request, "customers/_import_progress.html", {"run": run})


@require_POST
@administrator_required
def import_step(request: HttpRequest, run_id: int, step: str) -> HttpResponse:
    """Import for good, go back to the columns, or give up."""
    run = _run(request, run_id)
    {"start": start, "back": change_columns, "abandon": abandon}[step](run)
    return redirect("customers-import-run", run.pk)


@require_GET
@administrator_required
def import_problems(request: HttpRequest, run_id: int) -> HttpResponse:
    """The refused rows as a file, to be mended and handed in again."""
    run = _run(request, run_id)
    user: Any = request.user
    AccessLog.objects.create(user=user, action="import-problems")
    lines = problem_file(run.headers, run.problems.order_by("row").iterator())
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-problems.csv"'
    return response
