"""Which seats took calls lately, who worked on them, and where that differs from what is bound."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Max, Q

from customers.models import Interaction, Leg
from screenpop.models import AgentSeat, SeatRequest

_WINDOW = timedelta(days=7)
# Along the index of interactions by time; a large centre's week is cut to its latest part.
_MOST_INTERACTIONS = 30_000
_MOST_USES = 1_000
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Unbound:
    """A seat that is nobody's, and the people who recorded its calls."""

    email: str
    legs: int
    last: datetime
    users: list[Any]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Calls of a seat that somebody else recorded, or that were handed over and wait (`user` is None)."""

    email: str
    owner: Any | None
    user: Any | None
    legs: int
    despite: int
    last: datetime


@dataclass(frozen=True, slots=True)
class SeatUse:
    """What an administrator has to look at. `seats` counts the seats that took calls."""

    seats: int
    unbound: list[Unbound]
    mismatches: list[Mismatch]


def seats_in_use(user: Any, now: datetime) -> SeatUse:
    """The last seven days, by seat and person."""
    uses = _uses(user, now)
    emails = {use["agent_email"] for use in uses}
    bound = AgentSeat.objects.filter(email__in=emails, is_active=True).exclude(user=None)
    owners = {seat.email: seat.user_id for seat in bound}
    known = {use["user"] for use in uses} | set(owners.values())
    people = get_user_model().objects.in_bulk([key for key in known if key])
    unbound: dict[str, Unbound] = {}
    mismatches: list[Mismatch] = []
    for use in uses:
        email, who = use["agent_email"], people.get(use["user"])
        owner = owners.get(email)
        if owner is None:
            one = unbound.setdefault(email, Unbound(email, 0, use["last"], []))
            users = [*one.users, who] if who is not None and who.is_active else one.users
            unbound[email] = Unbound(
                email, one.legs + use["legs"], max(one.last, use["last"]), users
            )
        if use["despite"] or (owner is not None and use["user"] != owner):
            mismatches.append(
                Mismatch(email, people.get(owner), who, use["legs"], use["despite"], use["last"])
            )
    return SeatUse(
        len(emails),
        sorted(unbound.values(), key=lambda one: one.last, reverse=True),
        mismatches[:MOST_SHOWN],
    )


def _uses(user: Any, now: datetime) -> list[dict[str, Any]]:
    """One row for each seat and person, the latest first."""
    recent = (
        Interaction.objects.visible_to(user)
        .filter(started_at__gt=now - _WINDOW)
        .order_by("-started_at", "-id")
        .values("pk")[:_MOST_INTERACTIONS]
    )
    legs = Leg.objects.visible_to(user).filter(interaction__in=recent).exclude(agent_email="")
    rows = legs.values("agent_email", "user").annotate(
        legs=Count("pk"),
        despite=Count("pk", filter=~Q(recorded_despite="")),
        last=Max("last_signal_at"),
    )
    return [dict(row) for row in rows.order_by("-last")[:_MOST_USES]]


@dataclass(frozen=True, slots=True)
class Wish:
    """An open request, and whose seat it is now: granting takes it from them."""

    request: SeatRequest
    holder: Any | None


def open_requests() -> list[Wish]:
    """The oldest first."""
    found = SeatRequest.objects.filter(granted=None, user__is_active=True).select_related("user")
    requests = list(found.order_by("pk")[:MOST_SHOWN])
    emails = [one.email for one in requests]
    seats = AgentSeat.objects.filter(email__in=emails).exclude(user=None).select_related("user")
    holders = {seat.email: seat.user for seat in seats}
    return [Wish(one, holders.get(one.email)) for one in requests]
