"""Which seat of the workbench belongs to whom, and what follows when the hash names another one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.addresses import read_address
from customers.models import Endpoint, Leg
from screenpop.models import AgentSeat, SeatRequest

# A leg that was handed over and that nobody signed in for stays without a user.
_WAITS_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SeatCheck:
    """How a leg's seat and the signed-in agent agree.

    `locked`: nothing may be written on this card until the agent says who they are. `unbound`: the seat is
    nobody's, and binding it can be asked for; `asked` when that has happened.
    """

    email: str = ""
    locked: bool = False
    unbound: bool = False
    asked: bool = False


def seats_of(user: Any) -> frozenset[str]:
    """The user's seats, in lower case; read once per request."""
    cached: frozenset[str] | None = getattr(user, "_seats", None)
    if cached is None:
        emails = AgentSeat.objects.filter(user=user, is_active=True).values_list("email", flat=True)
        cached = frozenset(email.lower() for email in emails)
        user._seats = cached
    return cached


def check_seat(user: Any, leg: Leg) -> SeatCheck:
    """Compare the seat that the workbench named with the agent who is signed in here."""
    email = leg.agent_email
    if not email or leg.recorded_despite == email:
        return SeatCheck(email)
    seats = seats_of(user)
    if email in seats:
        return SeatCheck(email)
    if seats:
        return SeatCheck(email, locked=True)
    if AgentSeat.objects.filter(email=email, is_active=True).exclude(user=None).exists():
        return SeatCheck(email, locked=True)
    asked = SeatRequest.objects.filter(user=user, email=email, granted=None).exists()
    return SeatCheck(email, unbound=True, asked=asked)


def record_despite(leg: Leg) -> None:
    """仍以…记录: the agent says that the work on this card is theirs, whatever the seat."""
    leg.recorded_despite = leg.agent_email
    leg.save(update_fields=["recorded_despite", "changed_at"])


def hand_over(leg: Leg) -> None:
    """切换登录: the leg waits for the agent whose seat it was announced to."""
    leg.user = None
    leg.save(update_fields=["user", "changed_at"])


def claim_legs(user: Any) -> int:
    """At sign-in: the recent legs that were handed over to this agent's seats; gives how many."""
    seats = seats_of(user)
    if not seats:
        return 0
    since = timezone.now() - _WAITS_FOR
    waiting = Leg.objects.filter(user=None, agent_email__in=seats, last_signal_at__gte=since)
    # Each by itself: of several in one transaction another one may hold the second and wait for the first.
    each = [waiting.filter(pk=pk) for pk in waiting.values_list("pk", flat=True)]
    return sum(leg.update(user=user, changed_at=timezone.now()) for leg in each)


def ask_for_seat(user: Any, email: str) -> SeatRequest:
    """绑定此坐席: leave the wish for an administrator; asking twice is asking once."""
    request, _created = SeatRequest.objects.get_or_create(user=user, email=email, granted=None)
    return request


def decide_request(request: SeatRequest, granted: bool, by: Any) -> None:
    """An administrator grants or refuses the binding."""
    if granted:
        AgentSeat.objects.update_or_create(
            email=request.email, defaults={"user": request.user, "is_active": True}
        )
    request.granted = granted
    request.decided_by = by
    request.decided_at = timezone.now()
    request.save(update_fields=["granted", "decided_by", "decided_at"])


def canonical_mobile(raw: str) -> str:
    """An agent's own mobile as it is compared: canonical, "" when blank."""
    return read_address("phone", raw).value


@transaction.atomic
def record_mobile(seat: AgentSeat, raw: str) -> bool:
    """Note an agent's own mobile, also as one of our own numbers: it is then nobody's wherever it is asked about.

    Tells whether an earlier mobile is still marked although no seat has it any more: it may be one of our lines
    as well, so that only an administrator can say.
    """
    before = AgentSeat.objects.filter(pk=seat.pk).values_list("mobile", flat=True).first() or ""
    seat.mobile = canonical_mobile(raw)
    seat.save()
    mark_as_ours(seat.mobile)
    return is_left_marked(before)


def mark_as_ours(value: str) -> Endpoint | None:
    """Mark a canonical number as one of our own; None when there is none."""
    endpoint = Endpoint.objects.at("phone", value) if value else None
    if endpoint is not None and not endpoint.is_own_line:
        endpoint.is_own_line = True
        endpoint.save(update_fields=["is_own_line"])
    return endpoint


def is_left_marked(mobile: str) -> bool:
    """Whether this former mobile is one of our own numbers and no active seat's."""
    if not mobile or AgentSeat.objects.filter(mobile=mobile, is_active=True).exists():
        return False
    return Endpoint.objects.filter(kind="phone", value=mobile, is_own_line=True).exists()
