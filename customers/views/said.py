"""The search of what was said in calls."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from customers.interaction_list import MOST_DAYS, read_filters
from customers.models import AccessLog
from customers.said import LONGEST, SHORTEST, Hits, clean, search
from customers.views.access import supervisor_required


@require_http_methods(["GET", "POST"])
@supervisor_required
def said(request: HttpRequest) -> HttpResponse:
    """The page and its results. The words come by POST: people say numbers, and these never stand in an address."""
    term = clean(request.POST.get("words", ""))
    after = request.POST.get("after", "")
    asked = request.POST if request.method == "POST" else request.GET
    filters = read_filters(
        {name: asked.get(name, "") for name in ("from", "to")}, timezone.localdate()
    )
    too_short = bool(term) and len(term) < SHORTEST
    searched = bool(term) and not too_short
    found = search(request.user, term, filters, after) if searched else Hits([])
    if searched and not after:
        user: Any = request.user
        AccessLog.objects.create(user=user, action="transcript-search")
    context = {
        "term": term,
        "filters": filters,
        "found": found,
        "after": after,
        "searched": searched,
        "too_short": too_short,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "most_days": MOST_DAYS,
    }
    if "HX-Request" in request.headers:
        return render(request, "customers/_said_rows.html", context)
    return render(request, "customers/said.html", context)
