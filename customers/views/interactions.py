"""The centre's list of interactions, and one interaction with every leg."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from customers.contact_history import CHANNELS
from customers.interaction_list import (
    MOST_DAYS,
    Filters,
    agents,
    lines,
    read_filters,
    reasons,
)
from customers.interaction_page import chain_of, parts_of, reason_words, told_talk, with_parts
from customers.models import AccessLog, Interaction
from customers.number_view import view_number
from customers.recording_view import tracks_of, transcript_view
from customers.templatetags.timeline_words import duration, entry_words
from customers.views.access import supervisor_required


@require_GET
@supervisor_required
def interactions(request: HttpRequest) -> HttpResponse:
    """The list. The filters stand in the address, so that they can be kept and passed on: none of them is a number."""
    today = timezone.localdate()
    filters = read_filters(request.GET, today)
    before = request.GET.get("before", "")
    rows, more = lines(request.user, filters, before)
    context: dict[str, Any] = {
        "rows": rows,
        "more": more,
        "before": before,
        "filters": filters,
        "asked": _asked(filters),
        "most_days": MOST_DAYS,
    }
    if "HX-Request" in request.headers:
        return render(request, "customers/_interactions_rows.html", context)
    context |= {
        "agents": agents(),
        "reasons": reasons(),
        "channels": CHANNELS.items(),
        "directions": Interaction.Direction.choices,
        "usual": filters == read_filters({}, today),
        "latest": "?" + urlencode(_asked(filters)),
    }
    return render(request, "customers/interactions.html", context)


def _asked(filters: Filters) -> dict[str, str]:
    """The filters as they stand in an address."""
    values = {
        "from": filters.since.isoformat(),
        "to": filters.until.isoformat(),
        "agent": filters.agent,
        "channel": filters.channel,
        "direction": filters.direction,
        "answered": filters.answered,
        "disposition": filters.disposition,
    }
    return {name: str(value) for name, value in values.items() if value}


@require_GET
@supervisor_required
def interaction(request: HttpRequest, interaction_id: int) -> HttpResponse:
    """One interaction. Opening the page is a look at personal data, and recorded."""
    user: Any = request.user
    shown = with_parts(user).filter(pk=interaction_id).first()
    if shown is None:
        merged = get_object_or_404(Interaction.objects.exclude(merged_into=None), pk=interaction_id)
        return redirect("interaction", merged.merged_into_id)
    AccessLog.objects.create(
        user=user, action="interaction", customer=shown.customer, endpoint=shown.endpoint
    )
    ends = [end for end in (shown.endpoint, shown.second_endpoint) if end is not None]
    context = {
        "interaction": shown,
        "words": entry_words(shown),
        "channel": CHANNELS.get(shown.channel, shown.channel),
        "numbers": [view_number(end, user) for end in ends],
        "line": view_number(shown.line, user) if shown.line else None,
        "talk": duration(talk) if (talk := told_talk(shown)) else "",
        "chain": chain_of(shown),
        "tracks": tracks_of([shown], user).get(shown.pk, []),
        "transcript": transcript_view(shown, user),
        "reason": reason_words(shown),
        "parts": parts_of(shown),
        "now": timezone.now(),
    }
    return render(request, "customers/interaction.html", context)
