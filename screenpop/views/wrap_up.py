"""小结 in the card: outcome, ticket, promise; undo."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers import wrap_up as wrapping
from customers.call_back_times import chosen_time
from customers.groups import queues_for
from customers.models import Disposition, Leg
from customers.outcomes import may_choose
from screenpop import wrap_up_reminders
from screenpop.views.access import leg_write, refusal
from screenpop.views.actions import painted


@require_POST
@leg_write
def wrap_up(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Fields: `outcome` (or `reason` alone where it has no outcomes), `ticket`, `due` (a preset's value, "own" or ""),
    `due_at` (local time, for "own"), `owner` ("me", "queue" or "group-" and its key), `promise` (what was promised),
    `follow_up` ("open" where the follow-up that was called for is not settled), `promised` (the form
    showed what an earlier wrap-up of this card promised).
    """
    try:
        with transaction.atomic():
            wrapping.wrap_up(
                leg,
                request.user,
                outcome=_outcome(request, leg),
                ticket=request.POST.get("ticket", ""),
                promise=_promise(request),
                follow_up_done=request.POST.get("follow_up") != "open",
                withdraws="promised" in request.POST,
            )
            wrap_up_reminders.wrapped_up(leg, request.user)
    except wrapping.WrapUpError as error:
        return refusal(409, error.field, str(error))
    return painted(request, leg.pk)


@require_POST
@leg_write
def reopen(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Take a wrap-up back, on the same day."""
    try:
        with transaction.atomic():
            wrapping.reopen(leg, request.user)
            wrap_up_reminders.reopened(leg)
    except wrapping.WrapUpError as error:
        return refusal(409, error.field, str(error))
    return painted(request, leg.pk)


def _outcome(request: HttpRequest, leg: Leg) -> Disposition | None:
    """What was chosen; refused when it is not (or no longer) one of this leg's."""
    chosen = request.POST.get("outcome") or request.POST.get("reason") or ""
    if not chosen:
        return None
    rows = Disposition.objects.filter(is_active=True).select_related("parent")
    is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18
    outcome = rows.filter(pk=int(chosen)).first() if is_key else None
    if outcome is None or not may_choose(leg, request.user, outcome):
        raise wrapping.WrapUpError("outcome", _("这个结果刚刚被管理员停用或改动，请另选一个。"))
    return outcome


def _promise(request: HttpRequest) -> wrapping.Promise | None:
    due = request.POST.get("due", "")
    if not due:
        return None
    due_at = chosen_time(due, timezone.now()) or _own_time(request.POST.get("due_at", ""))
    if due_at is None:
        raise wrapping.WrapUpError("due", _("请填写回访时间。"))
    owner, text = request.POST.get("owner", ""), request.POST.get("promise", "").strip()
    if not owner.startswith("group-"):
        return wrapping.Promise(due_at, owner != "queue", text)
    key = owner.removeprefix("group-")
    groups = {str(group.pk): group for group in queues_for(request.user)}
    if key not in groups:
        raise wrapping.WrapUpError("owner", _("这个技能组刚刚被停用，请另选谁来回访。"))
    return wrapping.Promise(due_at, mine=False, text=text, group=groups[key])


def _own_time(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
