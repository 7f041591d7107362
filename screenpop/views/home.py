"""The panel while nothing rings, its search, and dialling without a card."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.addresses import read_address
from customers.models import ContactPoint, Customer, Endpoint, FollowUp
from customers.search import search
from screenpop import dialing
from screenpop.contact_match import match_contact
from screenpop.dialing import dial
from screenpop.home import FEW, home_of, people_of, typed_number
from screenpop.views.access import agent_required, refusal
from screenpop.views.dial import answered


@require_GET
@agent_required
def home(request: HttpRequest) -> HttpResponse:
    """Due promises, unfinished cards, recent contacts."""
    return render(request, "pop/_home.html", {"home": home_of(request.user, timezone.now())})


@require_POST
@agent_required
def find(request: HttpRequest) -> HttpResponse:
    """Customers for what was typed; a number that can be dialled is offered too, with its place."""
    term = request.POST.get("term", "").strip()[:60]
    found = search(request.user, term) if term else None
    people = people_of(found.customers[:FEW], request.user) if found else []
    _address, number = typed_number(term, request.user) if term else (None, None)
    context = {"term": term, "people": people, "number": number}
    return render(request, "pop/_home_found.html", context)


@require_POST
@agent_required
def dial_anyone(request: HttpRequest) -> HttpResponse:
    """Dial `number` as typed, or the contact point `endpoint`. Answers as the dial button of a card does."""
    endpoint = _endpoint(request)
    if endpoint is None:
        return refusal(422, "not-dialable", _("没有号码可拨"))
    customer = match_contact([endpoint]).customer
    confirmed = request.POST.get("confirmed") == "1"
    return answered(
        request, lambda: dial(request.user, endpoint, customer, None, confirmed=confirmed)
    )


@require_POST
@agent_required
def dial_follow_up(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Call whom a follow-up is owed to; it is taken from the queue and the attempt is counted."""
    confirmed = request.POST.get("confirmed") == "1"
    try:
        return answered(
            request, lambda: dialing.dial_follow_up(request.user, follow_up_id, confirmed=confirmed)
        )
    except FollowUp.DoesNotExist:
        return refusal(404, "no-follow-up", _("这条待办已经不在了。"))


def _endpoint(request: HttpRequest) -> Endpoint | None:
    if number := request.POST.get("number", "")[:128]:
        return Endpoint.objects.of(read_address("phone", number))
    pk = request.POST.get("endpoint", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    visible = Customer.objects.visible_to(request.user)
    points = ContactPoint.objects.filter(endpoint=int(pk), customer__in=visible)
    point = points.select_related("endpoint").first()
    return point.endpoint if point else None
