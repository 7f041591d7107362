"""The simulator's page, and the export of a trace."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from customers.roles import is_administrator
from screenpop.hash_contract import PARAMETERS
from screenpop.models import AgentSeat, PopEvent
from screenpop.simulator.scenarios import callers, scenarios, texts
from screenpop.trace import Seen, export_trace

View = Callable[..., HttpResponse]

MOST_EVENTS = 5000
LONGEST_MINUTES = 7 * 24 * 60
_MOST_CHOICES = 500


def administrators_only(view: View) -> View:
    """Send whoever is not signed in to sign-in; refuse everybody but administrators."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_administrator(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def other_origin(here: str) -> str:
    """Where the framed page is taken from: another site than this page's; "" when this page's own is not allowed."""
    if here not in settings.SIMULATOR_ORIGINS:
        return ""
    return next((origin for origin in settings.SIMULATOR_ORIGINS if origin != here), "")


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The workbench with the pop in its frame."""
    here = f"{request.scheme}://{request.get_host()}"
    frame = other_origin(here)
    users = get_user_model().objects.filter(is_active=True).order_by("username")[:_MOST_CHOICES]
    seats = AgentSeat.objects.filter(is_active=True).order_by("email")
    everybody = callers()
    return render(
        request,
        "simulator/page.html",
        {
            "here": here,
            "frame_origin": frame,
            "allowed": settings.SIMULATOR_ORIGINS,
            "callers": everybody,
            "scenarios": scenarios(),
            "parameters": [name for name in PARAMETERS if name not in ("type", "status")],
            "seats": list(seats.values_list("email", flat=True)[:_MOST_CHOICES]),
            "people": users,
            "script_data": {
                "callers": [caller.parameters() for caller in everybody],
                "texts": texts(),
            },
        },
    )


@require_GET
@administrators_only
def trace(request: HttpRequest) -> HttpResponse:
    """The events of the last minutes as a file, anonymised. Query: `minutes`, `user` (empty = everybody)."""
    minutes, user = request.GET.get("minutes", "60"), request.GET.get("user", "")
    if (
        not _is_whole(minutes)
        or not 1 <= int(minutes) <= LONGEST_MINUTES
        or (user and not _is_whole(user))
    ):
        return HttpResponse(
            _("时间或坐席不对，请返回重选。"), status=400, content_type="text/plain; charset=utf-8"
        )
    since = timezone.now() - timedelta(minutes=int(minutes))
    events = PopEvent.objects.visible_to(request.user).filter(received_at__gte=since)
    if user:
        events = events.filter(user=int(user))
    # The newest are the ones that somebody wants to show.
    newest = events.order_by("-received_at", "-pk")[:MOST_EVENTS]
    seen = [
        _seen(event) for event in sorted(newest, key=lambda e: (e.observed_at, e.tab, e.sequence))
    ]
    try:
        content = export_trace(seen, secrets.token_bytes(32))
    except ValueError:
        return HttpResponse(
            _("不同的号码太多，无法脱敏；请缩短时间。"),
            status=400,
            content_type="text/plain; charset=utf-8",
        )
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="screenpop-trace.json"'
    return response


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _seen(event: PopEvent) -> Seen:
    return Seen(
        at=event.observed_at,
        agent=str(event.user_id),
        tab=event.tab,
        sequence=event.sequence,
        trigger=event.trigger,
        pairs=event.pairs,
        truncated=event.truncated,
        outcome=event.outcome,
    )
