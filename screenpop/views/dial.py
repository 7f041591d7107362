"""The dial button."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.follow_ups import FollowUpError
from customers.models import ContactPoint, Endpoint, Leg
from screenpop.cards import card_of
from screenpop.dialing import DoNotCallError, NotDialableError, call_out_message, dial_again
from screenpop.handed_dials import take_up
from screenpop.models import DialRequest
from screenpop.views.access import agent_required, leg_write, own_leg, refusal


@require_POST
@leg_write
def dial_number(request: HttpRequest, leg: Leg) -> HttpResponse:
    """Form fields: `endpoint`, and `confirmed=1` after the do-not-call question.

    Answers {"message": what to post to the workbench, "card": HTML of the new leg}; 409 with a question
    for a number that does not want calls, 422 with the reason for one that cannot be dialled.
    """
    endpoint = _endpoint(request, leg)
    if endpoint is None:
        return refusal(404, "no-number", _("这张卡片上没有这个号码。"))
    confirmed = request.POST.get("confirmed") == "1"
    return answered(request, lambda: dial_again(request.user, leg, endpoint, confirmed=confirmed))


@require_POST
@agent_required
def dial_handed(request: HttpRequest) -> HttpResponse:
    """Dial what the agent asked for on the page of follow-ups: `key`. 409 "taken" when another tab has done it."""
    key, tab = request.POST.get("key", "")[:32], request.headers.get("X-Pop-Tab", "")[:36]
    return answered(request, lambda: take_up(request.user, key, tab or "-"))


def answered(
    request: HttpRequest, dial: Callable[[], tuple[DialRequest, Leg] | None]
) -> HttpResponse:
    """Dial, and answer with the message and the card, or with what stood in the way."""
    try:
        found = dial()
    except DoNotCallError as question:
        return refusal(409, "do-not-call", str(question))
    except NotDialableError as reason:
        return refusal(422, "not-dialable", str(reason))
    except FollowUpError as reason:
        return refusal(409, "follow-up", str(reason))
    if found is None:
        return refusal(409, "taken", "")
    asked, dialled = found
    fresh = own_leg(request, dialled.pk)
    assert fresh is not None
    card = render_to_string("pop/_card.html", {"card": card_of(request.user, fresh)}, request)
    message: dict[str, Any] = call_out_message(asked.dialled, asked.description)
    return JsonResponse({"message": message, "leg": dialled.pk, "card": card})


def _endpoint(request: HttpRequest, leg: Leg) -> Endpoint | None:
    """Only numbers that stand on this card: the contact's own, its customer's, and those of its candidates."""
    pk = request.POST.get("endpoint", "")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    interaction = leg.interaction
    if int(pk) in (interaction.endpoint_id, interaction.second_endpoint_id):
        return Endpoint.objects.get(pk=pk)
    if interaction.customer_id is None:
        return None
    point = ContactPoint.objects.filter(customer=interaction.customer_id, endpoint=int(pk))
    found = point.select_related("endpoint").first()
    return found.endpoint if found else None
