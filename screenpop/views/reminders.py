"""What the agent must not forget: cards without a wrap-up, promises that became overdue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers.overdue import newly_overdue
from screenpop.home import unfinished_of
from screenpop.views.access import agent_required


@require_POST
@agent_required
def reminders(request: HttpRequest) -> HttpResponse:
    """Chips for the shelf, and a line for each promise that became overdue. A POST because the lines come once."""
    now = timezone.now()
    overdue, more = newly_overdue(request.user, now)
    context = {"unfinished": unfinished_of(request.user, now), "overdue": overdue, "more": more}
    return render(request, "pop/_reminders.html", context)
