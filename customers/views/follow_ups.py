"""The list of follow-ups, and what is done with one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from customers import follow_ups as rules
from customers.call_back_times import chosen_time, presets
from customers.follow_ups import Change, Due, FollowUpError, Scope, Section
from customers.models import FollowUp
from customers.number_view import NumberView, view_number
from customers.roles import is_supervisor, roles_of
from customers.templatetags.follow_up_words import overdue_words
from customers.templatetags.work_links import capped
from customers.views.access import View


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, as this user sees it."""

    follow_up: FollowUp
    number: NumberView | None
    overdue: str
    may_change: bool
    may_take: bool
    may_dial: bool


def role_required(view: View) -> View:
    """For anybody with a role. Strangers are asked to sign in, everybody else gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if "HX-Request" in request.headers:
                # A redirect would be followed and painted into a part of the page.
                return HttpResponse(headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
            return redirect_to_login(reverse("follow-ups"), resolve_url(settings.LOGIN_URL))
        if not roles_of(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@role_required
def follow_ups(request: HttpRequest) -> HttpResponse:
    """The list: 逾期, 今天, 以后. `tab` is "mine", "groups" or, for supervisors, "all".

    `section`, `after` and `at` read on in one section.
    """
    tab = _tab(request.GET.get("tab", ""), request.user)
    asked, after = request.GET.get("section", ""), request.GET.get("after", "")
    # A group keeps the bounds that its first page had, or rows would come twice as time goes on.
    now = timezone.now()
    at = _moment(request.GET.get("at", "")) or now
    rows = rules.listed(request.user, tab)
    context: dict[str, Any] = {"tab": tab, "at": at.isoformat(), "presets": presets(now)}
    context["may_open"] = is_supervisor(request.user)
    if "HX-Request" in request.headers and asked in list(Due):
        section = rules.section(rows, Due(asked), at, after)
        context["section"] = _shown(section, request.user, now)
        context["continued"] = True
        return render(request, "customers/_follow_ups_rows.html", context)
    sections = [rules.section(rows, due, at, after if due == asked else "") for due in Due]
    context |= {
        "sections": [_shown(section, request.user, now) for section in sections],
        "empty": not any(section.count for section in sections),
        "is_supervisor": is_supervisor(request.user),
        "unowned": rules.count_unowned(request.user, now) if tab is Scope.MINE else 0,
    }
    return render(request, "customers/follow_ups.html", context)


@require_POST
@role_required
def done(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """完成."""
    return _change(request, follow_up_id, lambda: rules.complete(follow_up_id, request.user))


@require_POST
@role_required
def reschedule(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """改期. Fields: `due` (a preset's value, "own"), `due_at` (local time, for "own"), `seen` (the due time shown)."""
    due = chosen_time(request.POST.get("due", ""), timezone.now())
    due_at = due or _moment(request.POST.get("due_at", ""))
    seen = request.POST.get("seen", "")
    return _change(
        request,
        follow_up_id,
        lambda: rules.reschedule(follow_up_id, request.user, due_at, seen),
    )


@require_POST
@role_required
def take(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """我来处理."""
    return _change(request, follow_up_id, lambda: rules.take(follow_up_id, request.user))


@require_POST
@role_required
def undo(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Take the last change back."""
    token = request.POST.get("token", "")
    return _change(request, follow_up_id, lambda: rules.undo(follow_up_id, request.user, token))


def _change(request: HttpRequest, pk: int, make: Callable[[], Change]) -> HttpResponse:
    """Make the change and paint the row anew; what could not be done is said in the row that stands there now."""
    change, problem = None, ""
    try:
        change = make()
    except FollowUp.DoesNotExist:
        raise Http404 from None
    except FollowUpError as error:
        problem = str(error)
    if "HX-Request" not in request.headers:
        messages.info(request, change.words if change else problem)
        return back(request)
    return painted(request, pk, change=change, problem=problem)


def back(request: HttpRequest) -> HttpResponse:
    """To the list, where no script paints rows."""
    tab = _tab(request.POST.get("tab", ""), request.user)
    return redirect(f"{reverse('follow-ups')}?tab={tab}")


def painted(request: HttpRequest, pk: int, **said: Any) -> HttpResponse:
    """A row as it stands now, with what is said below it, and the counts. Raises Http404."""
    tab = _tab(request.POST.get("tab", "") or request.GET.get("tab", ""), request.user)
    visible = FollowUp.objects.visible_to(request.user)
    related = visible.select_related("customer", "endpoint", "owner", "group", "interaction")
    row = get_object_or_404(related, pk=pk)
    now = timezone.now()
    rows = rules.listed(request.user, tab)
    context = {
        **said,
        "row": _row(row, request.user, now),
        "tab": tab,
        "presets": presets(now),
        "may_open": is_supervisor(request.user),
        "due_count": capped(rules.count_due(request.user, now)),
        "counts": {due: rules.count(rules.in_group(rows, due, now)) for due in Due},
    }
    return render(request, "customers/_follow_ups_changed.html", context)


def _shown(section: Section, user: Any, now: datetime) -> dict[str, Any]:
    rows = [_row(row, user, now) for row in section.rows]
    return {"due": section.due, "rows": rows, "more": section.more, "count": section.count}


def _row(row: FollowUp, user: Any, now: datetime) -> Row:
    number = view_number(row.endpoint, user) if row.endpoint else None
    may_change = rules.may_change(row, user)
    return Row(
        follow_up=row,
        number=number,
        overdue=overdue_words(row.due_at, now),
        may_change=may_change,
        may_take=row.owner_id is None and may_change,
        # Without a number of its own the customer's first one is meant.
        may_dial=may_change and (number.dialable if number else row.customer is not None),
    )


def _tab(asked: str, user: Any) -> Scope:
    """Supervisors begin with the whole centre, agents with their own; all of it is for supervisors alone."""
    supervises = is_supervisor(user)
    if asked == Scope.ALL and not supervises:
        return Scope.GROUPS
    if asked in list(Scope):
        return Scope(asked)
    return Scope.ALL if supervises else Scope.MINE


def _moment(text: str) -> datetime | None:
    """A time as a form or our own link gives it; one without a zone is local."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
