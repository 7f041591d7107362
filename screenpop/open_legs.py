"""Which legs stand on an agent's screen, and when their cards must be painted anew."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Max, Q, QuerySet, Value, When

from customers.models import Leg
from customers.told import RECORD_WITHIN, was_never_dialled

_OPEN_FOR = timedelta(hours=24)
_MISSED_FOR = timedelta(minutes=30)
_CLOSED_FOR = timedelta(minutes=3)
MOST_CARDS = 12
# What must never be pushed off the screen by newer calls comes first.
_URGENCY = Case(
    When(state=Leg.State.CONNECTED, then=Value(0)),
    When(state__in=[Leg.State.DIALLED, Leg.State.RINGING], then=Value(1)),
    When(state=Leg.State.WRAP_UP, then=Value(2)),
    default=Value(3),
)
LIVE = (Leg.State.DIALLED, Leg.State.RINGING, Leg.State.CONNECTED)


def shown_state(leg: Leg, now: datetime) -> tuple[str, bool]:
    """The state as shown, and whether it is a ring that fell silent.

    Such a one is shown as missed and kept as ringing, so that a late signal revives it. In the same way a number that
    was asked for, and of which the platform tells no call, is shown as closed.
    """
    if was_never_dialled(leg, now):
        return str(Leg.State.CLOSED), True
    silence = timedelta(seconds=settings.RING_SILENCE_SECONDS)
    if leg.state == Leg.State.RINGING and now - leg.last_signal_at > silence:
        return str(Leg.State.MISSED), True
    # A leg just written holds a member of an enumeration, one just read a plain word: versions must not differ by it.
    return str(leg.state), False


def for_cards(legs: QuerySet[Leg]) -> QuerySet[Leg]:
    """The legs with all that their cards and versions need."""
    return legs.select_related(
        "interaction__customer", "interaction__endpoint", "interaction__second_endpoint"
    ).annotate(
        call_changed_at=Max("interaction__legs__changed_at"),
        conflicts_at=Max("conflicts__saved_at"),
    )


def as_opened(leg: Leg) -> Leg:
    """A leg that was made a moment ago, with what `for_cards` would find: its own making is the call's last change."""
    opened: Any = leg
    opened.call_changed_at, opened.conflicts_at = leg.changed_at, None
    opened.may_be_verified = False
    return leg


def open_legs(user: Any, now: datetime) -> list[Leg]:
    """The legs whose cards stand on the agent's screen, live ones first, then the newest."""
    legs = (
        for_cards(Leg.objects.of_agent(user))
        .filter(last_signal_at__gte=now - _OPEN_FOR, wrapped_up_at=None)
        .filter(
            ~Q(state__in=[Leg.State.MISSED, Leg.State.CLOSED])
            | Q(state=Leg.State.MISSED, last_signal_at__gte=now - _MISSED_FOR)
            | Q(state=Leg.State.CLOSED, last_signal_at__gte=now - _CLOSED_FOR)
        )
        .annotate(urgency=_URGENCY)
        .order_by("urgency", "-last_signal_at", "-pk")[: MOST_CARDS * 2]
    )
    shown: list[Leg] = [leg for leg in legs if not _is_stale_ring(leg, now)]
    return sorted(shown, key=lambda leg: shown_state(leg, now)[0] not in LIVE)[:MOST_CARDS]


def _is_stale_ring(leg: Leg, now: datetime) -> bool:
    quiet = now - leg.last_signal_at
    if leg.state == Leg.State.DIALLED and quiet > RECORD_WITHIN + _CLOSED_FOR:
        return was_never_dialled(leg, now)
    return leg.state == Leg.State.RINGING and quiet > _MISSED_FOR


def version_of(leg: Leg, now: datetime) -> str:
    """Changes whenever the card would look different. Wants a leg of `for_cards` or `as_opened`."""
    interaction, customer = leg.interaction, leg.interaction.customer
    parts = (
        leg.changed_at,
        shown_state(leg, now),
        getattr(leg, "call_changed_at", None),
        getattr(leg, "conflicts_at", None),
        interaction.customer_id,
        interaction.linked_at,
        interaction.unlinked,
        interaction.nickname,
        (interaction.told_at, interaction.end_status, interaction.satisfaction),
        customer.updated_at if customer else None,
        customer is None and interaction.endpoint and interaction.endpoint.is_shared,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
