"""Click to dial: what is asked of the workbench, and the leg that waits for its record."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.matching import Reason
from customers.models import Customer, Endpoint, Interaction, Leg
from customers.number_view import PROBLEMS
from customers.phone_display import dial_form
from screenpop.models import DialRequest
from screenpop.seats import seats_of


class NotDialableError(Exception):
    """The number cannot be dialled; the text says why, for the agent."""


class DoNotCallError(Exception):
    """The number's owner does not want calls: the agent must say that it has to be."""


def call_out_message(number: str, description: str) -> dict[str, Any]:
    """The message that the workbench's `ccc-sdk` listener takes (Tencent's page on the screen pop)."""
    message = {"phoneNumber": number, "desc": description}
    return {"source": "ccc-sdk", "payload": {"event": "callOut", "message": message}}


@transaction.atomic
def dial(
    user: Any, endpoint: Endpoint, customer: Customer | None, about: Leg | None, *, confirmed: bool
) -> tuple[DialRequest, Leg]:
    """Note the request and open a `dialled` leg. Raises NotDialableError or DoNotCallError."""
    form = dial_form(endpoint.value)
    if endpoint.kind not in ("phone", "masked", "mapped") or form.problem:
        raise NotDialableError(str(PROBLEMS.get(form.problem or "not-a-number")))
    if endpoint.do_not_call and not confirmed:
        raise DoNotCallError(_("客户已登记勿扰，确定要拨打吗？"))
    endpoint = Endpoint.objects.locked(endpoint.pk)
    now = timezone.now()
    interaction = Interaction.objects.create(
        direction=Interaction.Direction.OUTBOUND,
        endpoint=endpoint,
        customer=customer,
        linked_by=user if customer else None,
        linked_at=now if customer else None,
        link_reason=Reason.PICKED if customer else "",
        started_at=now,
    )
    leg = Leg.objects.create(
        interaction=interaction,
        endpoint=endpoint,
        user=user,
        agent_email=min(seats_of(user), default=""),
        state=Leg.State.DIALLED,
        started_at=now,
        last_signal_at=now,
    )
    request = DialRequest.objects.create(
        user=user,
        leg=leg,
        endpoint=endpoint,
        about=about,
        dialled=form.text,
        description=customer.name if customer else "",
        uui=str(uuid.uuid4()),
        despite_do_not_call=endpoint.do_not_call,
    )
    return request, leg


OUTCOMES = {
    "connected": (Leg.State.WRAP_UP, Leg.Ending.NONE),
    "no-answer": (Leg.State.CLOSED, Leg.Ending.NO_ANSWER),
    "not-dialled": (Leg.State.CLOSED, Leg.Ending.NOT_DIALLED),
}


def mark_outcome(leg: Leg, outcome: str) -> None:
    """接通 / 未接 / 没拨, as the agent tells: `callOut` itself gives no answer. Raises KeyError for anything else."""
    state, ending = OUTCOMES[outcome]
    leg.state, leg.ending, leg.ended_at = state, ending, timezone.now()
    fields = ["state", "ending", "ended_at", "changed_at"]
    if outcome == "connected":
        leg.connected_at = leg.connected_at or leg.started_at
        fields.append("connected_at")
    leg.save(update_fields=fields)
