"""The administrator's page of numbers that must not be called."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import do_not_call as rules
from customers.do_not_call import Listed
from customers.file_import_reading import RefusedFileError
from customers.models import Endpoint
from customers.number_list import LONGEST_REMARK, MOST_CHARACTERS, MOST_ROWS, Row
from customers.number_view import view_number
from screenpop.views.pasted_numbers import left_over, pasted_text, read_listing, refused
from screenpop.views.setup import administrator_required

_LONGEST_TERM = 60


@require_http_methods(["GET", "POST"])
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The list. A POST with `action` "find" looks for `term`, one with "add" puts `numbers` or `file` on the list.

    Numbers come and go in POSTs only; `after` is the key of the next page.
    """
    action = request.POST.get("action", "")
    if action == "add":
        return _add(request)
    if action == "find":
        term = request.POST.get("term", "").strip()[:_LONGEST_TERM]
        if term:
            return _page(request, term=term)
    return _page(request)


def _add(request: HttpRequest) -> HttpResponse:
    reason = " ".join(request.POST.get("reason", "").split())[:LONGEST_REMARK]
    try:
        listing = read_listing(pasted_text(request))
    except RefusedFileError as refusal:
        return _page(request, status=400, problem=str(refusal), reason=reason)
    if not listing.rows:
        problem = _("没有读到任何号码。请每行填一个，后面可以写原因。")
        return _page(request, status=400, problem=problem, reason=reason)
    rows = [_with_reason(row, reason) for row in listing.rows]
    good = [row for row in rows if not row.problem]
    new = rules.register_many([(row.address, row.remark) for row in good], request.user)
    result = {
        "added": len(new),
        "already": len(good) - len(new),
        "refused": refused(rows),
        "cut": listing.cut,
    }
    return _page(request, result=result, text=left_over(rows), reason=reason)


def _with_reason(row: Row, reason: str) -> Row:
    """The row's own reason before the one for all; without any it is not taken."""
    if row.problem or row.remark:
        return row
    return replace(row, remark=reason) if reason else replace(row, problem="no-reason")


def _page(request: HttpRequest, *, status: int = 200, term: str = "", **more: Any) -> HttpResponse:
    after = request.POST.get("after", "") if term else request.GET.get("after", "")
    found = rules.found(term, after) if term else rules.listed(after)
    context = {
        "rows": [_shown(request, one) for one in found.rows],
        "more": found.more,
        "term": term,
        "is_first": not after,
        "most_rows": MOST_ROWS,
        "most_characters": MOST_CHARACTERS,
        "longest_reason": LONGEST_REMARK,
    }
    return render(request, "setup/do_not_call.html", context | more, status=status)


def _shown(request: HttpRequest, one: Listed) -> dict[str, Any]:
    return {"number": view_number(one.endpoint, request.user), "change": one.change}


@require_POST
@administrator_required
def remove(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """Take a number off the list, with a `reason`."""
    endpoint = Endpoint.objects.filter(pk=endpoint_id).first()
    reason = " ".join(request.POST.get("reason", "").split())
    if not reason:
        messages.error(request, _("请写明移出的原因，没有改动。"))
    elif endpoint is not None and rules.remove(endpoint, request.user, reason=reason):
        messages.success(request, _("已移出勿扰名单，变更记录里可以查到。"))
    else:
        messages.warning(request, _("这个号码已经不在名单里了。"))
    return redirect(reverse("setup-do-not-call"))


@require_GET
@administrator_required
def changes(request: HttpRequest) -> HttpResponse:
    """Who put what on the list and took it off, the newest first."""
    after = request.GET.get("after", "")
    found = rules.changes(after)
    rows = [
        {"number": view_number(one.endpoint, request.user), "change": one} for one in found.rows
    ]
    context = {"rows": rows, "more": found.more, "is_first": not after}
    return render(request, "setup/do_not_call_changes.html", context)
