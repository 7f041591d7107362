"""The endpoints of an event: the strongest one's row is locked, the other's is only read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from customers.addresses import Address
from customers.identity import PERSON
from customers.models import Endpoint, Leg
from customers.phone_display import dial_form
from screenpop import endpoint_questions as questions
from screenpop.leg_state import DIAL_JOIN, EVENT_REACH
from screenpop.models import DialRequest
from screenpop.own_numbers import is_ours


def dialled_lately(user: Any, address: Address, at: datetime) -> QuerySet[DialRequest]:
    """This agent's requests whose number was sent as this address would be: the workbench names it as it was sent."""
    form = dial_form(address.number).text if address.number else ""
    if not form:
        return DialRequest.objects.none()
    return DialRequest.objects.filter(user=user, dialled=form, asked_at__gte=at - DIAL_JOIN)


def legs_since(at: datetime) -> QuerySet[Leg]:
    """The legs that an event of this time can still be about."""
    return Leg.objects.filter(last_signal_at__gte=at - EVENT_REACH)


def lock_strongest(
    user: Any, addresses: Sequence[Address], at: datetime, seat: str = ""
) -> list[Endpoint]:
    """The rows of the strongest address, locked, its own kind first; made when there is none.

    Each with what is asked of it, as `endpoint_questions` gives it; `seat` is the one that the event names.

    Without any address the agent's own row is the lock. The locks let others refer to the rows (a chat
    names a number that a call is locking, and the other way round).
    """
    if not addresses:
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        return []
    first = addresses[0]
    kinds = PERSON if first.kind in PERSON else (first.kind,)
    rows = Endpoint.objects.filter(kind__in=kinds, value=first.value).order_by("pk")
    asked = questions.of_any(user, seat, first, at)
    found = _locked(rows, asked, at)
    if not found and (made := _made(first)) is not None:
        return [_asked_of_new(made, asked)]
    # Somebody else made it at the same moment.
    found = found or _locked(rows, asked, at)
    return sorted(found, key=lambda row: row.kind != first.kind)


def _locked(rows: QuerySet[Endpoint], asked: Mapping[str, RawSQL], at: datetime) -> list[Endpoint]:
    """The rows under a lock, with what is asked of them: a first ring mostly finds neither legs nor words.

    Locked first and asked then: a statement that waits for a lock sees everything else as it was before it
    waited, so that what another worker did meanwhile would be overlooked. SQLite locks the whole file at BEGIN.
    """
    if connection.features.has_select_for_update:
        locking = rows.select_for_update(no_key=True).values_list("pk", flat=True)
        if not list(locking):
            return []
    return list(rows.annotate(**asked, **questions.of_known(at)))


def _asked_of_new(made: Any, asked: Mapping[str, RawSQL]) -> Endpoint:
    """A row made just now: nothing happened there, but its number may be one of ours or have been dialled."""
    made.has_legs = made.has_words = False
    made.told_call = None
    answers = Endpoint.objects.filter(pk=made.pk).annotate(**asked).values(*asked).get()
    for name, answer in answers.items():
        setattr(made, name, answer)
    return made  # type: ignore[no-any-return]


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
