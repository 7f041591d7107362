"""The board of what does not fit, for supervisors."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from customers.templatetags.work_links import capped
from customers.told import records_come
from customers.views.access import supervisor_required
from screenpop import board, board_actions
from screenpop.board_actions import BoardError
from screenpop.board_lines import lines_of
from screenpop.models import Discrepancy, Push
from screenpop.push import left_to_people

_TITLES = {
    **{kind: Discrepancy.Kind(kind).label for kind in board.KINDS if kind != board.PUSHES},
    board.PUSHES: gettext_lazy("读不了的推送"),
    board.SETTLED: gettext_lazy("已处理的"),
}


@require_GET
@supervisor_required
def page(request: HttpRequest) -> HttpResponse:
    """One heading's lines, and how many stand under each. `kind` and `after` stand in the address."""
    now = timezone.now()
    counts = {kind: board.count(kind, request.user, now) for kind in board.KINDS}
    first = next((kind for kind in board.KINDS if counts[kind]), board.KINDS[0])
    kind = request.GET.get("kind", "")
    kind = kind if kind in _TITLES else first
    after = request.GET.get("after", "")
    rows, more = board.page(kind, request.user, now, after)
    tabs = [(code, title, capped(counts.get(code, 0))) for code, title in _TITLES.items()]
    context = {
        "tabs": tabs,
        "kind": kind,
        "title": _TITLES[kind],
        "lines": lines_of(kind, rows, request.user),
        "after": after,
        "more": more,
        "records_come": records_come(),
    }
    return render(request, "reconciliation/page.html", context)


@require_POST
@supervisor_required
def ambiguous(request: HttpRequest, pk: int) -> HttpResponse:
    """Field `choice`: "alone", or the part and the leg that it is, as "0:123"."""
    row = get_object_or_404(Discrepancy.objects.visible_to(request.user), pk=pk)
    choice = request.POST.get("choice", "")
    part, _colon, leg = choice.partition(":")

    def settle() -> str:
        if choice == "alone":
            board_actions.keep_alone(row, request.user)
            return _("已单独成为一条记录。")
        board_actions.join_waiting(row, _number(part), _number(leg), request.user)
        return _("话单已经合到所选的卡片。")

    return _done(request, Discrepancy.Kind.AMBIGUOUS, settle)


@require_POST
@supervisor_required
def customers(request: HttpRequest, pk: int) -> HttpResponse:
    """Field `choice`: "interaction" or "other"."""
    row = get_object_or_404(Discrepancy.objects.visible_to(request.user), pk=pk)

    def settle() -> str:
        board_actions.keep_customer(row, request.POST.get("choice", ""), request.user)
        return _("已按所选的客户保存。")

    return _done(request, Discrepancy.Kind.CUSTOMERS, settle)


@require_POST
@supervisor_required
def join(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A record and a card that are one. `choice`: the card of a record `pk`; or, of a card, "leg:leg of the record"."""
    seen, _colon, told = request.POST.get("choice", "").partition(":")

    def settle() -> str:
        if kind == Discrepancy.Kind.NO_POP:
            board_actions.join_pop(pk, _number(seen), request.user)
        else:
            board_actions.join_pop(_number(told), _number(seen), request.user)
        return _("话单已经合到所选的卡片。")

    return _done(request, kind, settle)


@require_POST
@supervisor_required
def seen(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """已核实."""
    if kind not in board.KINDS[2:6]:
        raise Http404

    def settle() -> str:
        board_actions.accept(kind, pk, request.user)
        return _("已记为核实过。")

    return _done(request, kind, settle)


@require_POST
@supervisor_required
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the agent of a talk without a wrap-up for it."""

    def settle() -> str:
        return _("已提醒 %(name)s。") % {"name": board_actions.remind(pk, request.user)}

    return _done(request, Discrepancy.Kind.NO_WRAP_UP, settle)


@require_POST
@supervisor_required
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a push again that failed, or that nobody takes up any more."""
    push = get_object_or_404(Push.objects.visible_to(request.user), left_to_people(), pk=pk)
    return _done(request, board.PUSHES, lambda: board_actions.replay(push))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise BoardError(_("请先选择一项。"))
    return int(text)


def _done(request: HttpRequest, kind: str, settle: Callable[[], Any]) -> HttpResponse:
    try:
        messages.success(request, settle())
    except BoardError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('reconciliation')}?kind={kind}")
