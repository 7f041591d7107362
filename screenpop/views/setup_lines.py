"""The administrator's page of the centre's own lines, which are nobody's customer."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.addresses import read_address
from customers.file_import_reading import RefusedFileError
from customers.models import Endpoint
from customers.number_list import MOST_CHARACTERS, MOST_ROWS, Listing
from customers.number_view import view_number
from customers.own_line_editing import Noted, note_lines, remove_line
from screenpop.models import AgentSeat
from screenpop.views.pasted_numbers import left_over, pasted_text, read_listing, refused
from screenpop.views.setup import administrator_required

_PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The lines and the form; a POST notes what was pasted and says what became of each row.

    The answer stands in the POST alone: a number is in no address, and a repetition changes nothing.
    """
    if request.method == "GET":
        return _page(request)
    try:
        listing = read_listing(pasted_text(request))
    except RefusedFileError as reason:
        return _page(request, status=400, problem=str(reason))
    if not listing.rows:
        return _page(request, status=400, problem=_("没有读到任何号码。请每行填一个。"))
    return _noted(request, listing, note_lines(listing.rows))


def _noted(request: HttpRequest, listing: Listing, noted: list[Noted]) -> HttpResponse:
    result = {
        "added": sum(one.result == "added" for one in noted),
        "already": sum(one.result == "already" for one in noted),
        "refused": refused(listing.rows),
        "held": [
            {"number": _view(request, one.row.address.value), "holders": one.holders}
            for one in noted
            if one.holders
        ],
        "cut": listing.cut,
    }
    return _page(request, result=result, text=left_over(listing.rows))


def _view(request: HttpRequest, value: str) -> Any:
    return view_number(Endpoint(kind=Endpoint.Kind.PHONE, value=value), request.user)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    after = request.GET.get("after", "")
    lines = Endpoint.objects.filter(is_own_line=True).order_by("-pk")
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        lines = lines.filter(pk__lt=int(after))
    found = list(lines[: _PER_PAGE + 1])
    shown = found[:_PER_PAGE]
    seats = _seats([line.value for line in shown])
    fixed = [read_address("phone", line).value or line for line in settings.OWN_LINES]
    context = {
        "lines": [
            {"number": view_number(line, request.user), "seat": seats.get(line.value)}
            for line in shown
        ],
        "next": shown[-1].pk if len(found) > _PER_PAGE else None,
        "is_first": not after,
        "fixed": [_view(request, value) for value in fixed],
        "most_rows": MOST_ROWS,
        "most_characters": MOST_CHARACTERS,
    }
    return render(request, "setup/lines.html", context | more, status=status)


def _seats(values: list[str]) -> dict[str, AgentSeat]:
    """The active seats that have one of these as their agent's mobile."""
    seats = AgentSeat.objects.filter(mobile__in=values, is_active=True).select_related("user")
    return {seat.mobile: seat for seat in seats}


@require_POST
@administrator_required
def remove(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """No line of ours any more; an agent's mobile is changed with the seat."""
    line = Endpoint.objects.filter(pk=endpoint_id, is_own_line=True).first()
    if line is None:
        messages.warning(request, _("这个号码已经不在名单里了。"))
        return redirect("setup-lines")
    seat = _seats([line.value]).get(line.value)
    if seat is not None:
        text = _("这是坐席 %(seat)s 的手机，请先在管理里改掉坐席的手机。") % {"seat": seat.email}
        messages.warning(request, text)
    elif remove_line(line):
        messages.success(request, _("已移出。这个号码来电时会按普通号码匹配客户。"))
    return redirect("setup-lines")
