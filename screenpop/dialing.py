"""Click to dial: what is asked of the workbench, and the leg that waits for its record."""

import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers import follow_up_calls
from customers.follow_ups import FollowUpError
from customers.matching import Reason
from customers.models import Customer, Endpoint, FollowUp, Interaction, Leg
from customers.number_view import PROBLEMS
from customers.phone_display import dial_form
from customers.row_locks import lock_endpoints, lock_legs
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
    user: Any,
    endpoint: Endpoint,
    customer: Customer | None,
    about: Leg | None,
    *,
    confirmed: bool,
    follow_up: FollowUp | None = None,
) -> tuple[DialRequest, Leg]:
    """Note the request and open a `dialled` leg. Raises NotDialableError or DoNotCallError.

    A call that is made for a `follow_up` counts as an attempt there; wants one from `follow_up_calls.begin`.
    """
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
    if follow_up is not None:
        follow_up_calls.dialled(leg, follow_up)
    return request, leg


@transaction.atomic
def dial_follow_up(user: Any, pk: int, *, confirmed: bool) -> tuple[DialRequest, Leg]:
    """Call whom a follow-up is owed to. Raises as `dial` does, FollowUpError, or FollowUp.DoesNotExist."""
    endpoint = follow_up_calls.number_of(FollowUp.objects.visible_to(user).get(pk=pk))
    if endpoint is not None:
        # A record locks the number before what is owed to it.
        lock_endpoints([endpoint.pk])
    row = follow_up_calls.begin(pk, user)
    if endpoint is None:
        raise NotDialableError(str(PROBLEMS["withheld"]))
    return dial(user, endpoint, row.customer, row.leg, confirmed=confirmed, follow_up=row)


@transaction.atomic
def dial_again(
    user: Any, leg: Leg, endpoint: Endpoint, *, confirmed: bool
) -> tuple[DialRequest, Leg]:
    """Dial a number of a card; what its call was made for, this one is made for too while it is open."""
    row = None
    if leg.follow_up_id is not None:
        lock_endpoints([endpoint.pk])
        # Done meanwhile, or somebody else's: then it is an ordinary call.
        with suppress(FollowUpError, FollowUp.DoesNotExist):
            row = follow_up_calls.begin(leg.follow_up_id, user)
    customer = leg.interaction.customer
    return dial(user, endpoint, customer, leg, confirmed=confirmed, follow_up=row)


OUTCOMES = {
    "connected": (Leg.State.WRAP_UP, Leg.Ending.NONE),
    "no-answer": (Leg.State.CLOSED, Leg.Ending.NO_ANSWER),
    "not-dialled": (Leg.State.CLOSED, Leg.Ending.NOT_DIALLED),
}


@transaction.atomic
def mark_outcome(leg: Leg, outcome: str, by: Any, due_at: datetime | None = None) -> None:
    """接通 / 未接 / 没拨, as the agent tells: `callOut` itself gives no answer. Raises KeyError for anything else.

    Not reached, the follow-up that was called for is moved to `due_at`; FollowUpError for a time that cannot be.
    """
    state, ending = OUTCOMES[outcome]
    lock_legs([leg.pk])
    if outcome == "not-dialled":
        follow_up_calls.not_dialled(leg)
    elif outcome == "no-answer":
        follow_up_calls.not_reached(leg, by, due_at)
    leg.state, leg.ending, leg.ended_at = state, ending, timezone.now()
    fields = ["state", "ending", "ended_at", "changed_at"]
    if outcome == "connected":
        leg.connected_at = leg.connected_at or leg.started_at
        fields.append("connected_at")
    leg.save(update_fields=fields)
