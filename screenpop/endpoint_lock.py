"""The endpoints of an event: the strongest one's row is locked, the other's is only read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from customers.addresses import Address
from customers.identity import PERSON
from customers.models import Endpoint, Interaction, Leg
from customers.phone_display import dial_form
from screenpop.leg_state import CALL_FORGOTTEN, DIAL_JOIN
from screenpop.models import DialRequest
from screenpop.own_numbers import is_ours
from screenpop.part_match import SLACK

_RECENT = timedelta(hours=24)


def dialled_lately(user: Any, address: Address, at: datetime) -> QuerySet[DialRequest]:
    """This agent's requests whose number was sent as this address would be: the workbench names it as it was sent."""
    form = dial_form(address.number).text if address.number else ""
    if not form:
        return DialRequest.objects.none()
    return DialRequest.objects.filter(user=user, dialled=form, asked_at__gte=at - DIAL_JOIN)


def legs_since(at: datetime) -> QuerySet[Leg]:
    """The legs that an event of this time can still be about."""
    return Leg.objects.filter(last_signal_at__gte=at - _RECENT)


def told_call(at: datetime) -> Subquery:
    """The call at an endpoint that, as the platform told already, went on at this time."""
    calls = Interaction.objects.filter(
        endpoint=OuterRef("pk"),
        merged_into=None,
        started_at__gte=at - CALL_FORGOTTEN,
        told_started_at__lte=at + SLACK,
        told_ended_at__gte=at,
    )
    return Subquery(calls.order_by("-started_at").values("pk")[:1])


def lock_strongest(user: Any, addresses: Sequence[Address], at: datetime) -> list[Endpoint]:
    """The rows of the strongest address, locked, its own kind first; made when there is none.

    Without any address the agent's own row is the lock. The locks let others refer to the rows (a chat
    names a number that a call is locking, and the other way round).
    """
    if not addresses:
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        return []
    first = addresses[0]
    kinds = PERSON if first.kind in PERSON else (first.kind,)
    rows = Endpoint.objects.select_for_update(no_key=True).filter(kind__in=kinds, value=first.value)
    # Asked in the same query: whether it is one of ours, whether this agent dialled it a moment ago, and
    # whether there are legs to be looked at: a first ring mostly finds none.
    questions: dict[str, Any] = {
        "is_ours": is_ours(first.value),
        "was_dialled": Exists(dialled_lately(user, first, at)),
    }
    has_legs = Exists(legs_since(at).filter(endpoint=OuterRef("pk")))
    rows = rows.annotate(**questions, has_legs=has_legs, told_call=told_call(at)).order_by("pk")
    found = list(rows)
    if found:
        return sorted(found, key=lambda row: row.kind != first.kind)
    made: Any = _made(first)
    if made is None:
        # Asked anew: a queryset keeps its first answer.
        return list(rows.all())
    made.has_legs = made.is_ours = made.was_dialled = False
    made.told_call = None
    if first.number:
        asked = Endpoint.objects.filter(pk=made.pk).annotate(**questions).values(*questions).get()
        made.is_ours, made.was_dialled = asked["is_ours"], asked["was_dialled"]
    return [made]


def read_second(addresses: Sequence[Address]) -> Endpoint | None:
    """The endpoint of the weaker address, made when new; not locked: half a centre may share it."""
    if len(addresses) < 2:
        return None
    second = addresses[1]
    rows = Endpoint.objects.filter(kind=second.kind, value=second.value)
    rows = rows.annotate(is_ours=is_ours(second.value))
    return rows.first() or _made(second) or rows.get()


def _made(address: Address) -> Endpoint | None:
    """The new row; None when somebody else made it at the same moment."""
    endpoint = Endpoint(
        kind=address.kind, value=address.value, reversed_digits=address.digits[::-1]
    )
    try:
        with transaction.atomic():
            endpoint.save(force_insert=True)
    except IntegrityError:
        return None
    endpoint.is_new = True
    return endpoint
