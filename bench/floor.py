"""The floors: the least that a Django view does to look a caller up, show them and note the event; to keep a push.

For a pop session auth and CSRF as everywhere, then 6 reads by index and 1 insert in one transaction; no template, no
rules. For a push one insert; no credentials, nothing read.
"""

from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from customers.models import ContactPoint, Endpoint, FollowUp, Interaction, Leg
from screenpop.models import AgentSeat, PopEvent, Push


@require_POST
def floor(request: HttpRequest) -> HttpResponse:
    """Form field: `value`, the canonical number."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    now = timezone.now()
    with transaction.atomic():
        endpoint = Endpoint.objects.get(kind="phone", value=request.POST["value"])
        point = ContactPoint.objects.select_related("customer").filter(endpoint=endpoint)[0]
        seat = AgentSeat.objects.filter(email=f"{request.user.get_username()}@demo.example").first()
        calls = list(
            Interaction.objects.filter(customer=point.customer_id).order_by("-started_at", "-id")[
                :10
            ]
        )
        legs = list(Leg.objects.filter(interaction__in=calls))
        promises = list(FollowUp.objects.filter(customer=point.customer_id)[:2])
        PopEvent.objects.create(
            event_id=uuid4().hex,
            user=request.user,
            tab="floor",
            sequence=1,
            trigger="hashchange",
            observed_at=now,
        )
    notes = {leg.interaction_id: leg.note for leg in legs}
    lines = [
        f"<h1>{escape(point.customer.name)}</h1><p>{escape(', '.join(point.customer.tags))}</p>",
        f"<p>{escape(seat.email if seat else '')}</p>",
        *(f"<p>{one.due_at:%m-%d %H:%M} {escape(one.text)}</p>" for one in promises),
        *(
            f"<li>{one.started_at:%m-%d %H:%M} {escape(notes.get(one.pk, ''))}</li>"
            for one in calls
        ),
    ]
    return HttpResponse("".join(lines))


@csrf_exempt
@require_POST
def push_floor(request: HttpRequest) -> HttpResponse:
    """Keeps the body as one row of the same table, in a state that nothing takes up."""
    Push.objects.create(
        action="floor",
        push_uuid=uuid4().hex,
        body=request.body.decode(),
        state=Push.State.IGNORED,
    )
    return JsonResponse({"ErrCode": 0, "ErrMsg": ""})
