"""What the agent must not forget: cards without a wrap-up, those asked for, promises that became overdue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from customers.overdue import newly_overdue
from screenpop.home import unfinished_of
from screenpop.views.access import agent_required
from screenpop.wrap_up_reminders import newly_asked


@require_POST
@agent_required
def reminders(request: HttpRequest) -> HttpResponse:
    """Chips for the shelf, a line for a promise that became overdue, and one for a wrap-up that a supervisor asks for.

    A POST because the lines come once.
    """
    now = timezone.now()
    overdue, more = newly_overdue(request.user, now)
    asked, more_asked = newly_asked(request.user, now)
    context = {
        "unfinished": unfinished_of(request.user, now),
        "overdue": overdue,
        "more": more,
        "asked": asked,
        "more_asked": more_asked,
    }
    return render(request, "pop/_reminders.html", context)
