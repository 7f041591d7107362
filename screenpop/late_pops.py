"""A pop that comes after its record, and names the call otherwise than the record did.

Of a number that it masks, and of a call that it calls by another channel, the leg that the record made is found as a
record finds a pop's: by seat and time, one to one, where it is certain. What is not certain stays for the board.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from customers.addresses import Address, read_address
from customers.models import Endpoint, Interaction, Leg
from customers.phone_masks import is_telling
from customers.row_locks import lock_endpoints
from screenpop.cdr import OUTBOUND, OUTSIDE
from screenpop.hash_contract import Facts
from screenpop.leg_state import CALL_FORGOTTEN, Signal
from screenpop.models import AgentSeat
from screenpop.part_match import SLACK, WINDOW, PartTimes, Seen, assign
from screenpop.record_candidates import seen_of
from screenpop.record_ends import Ends
from screenpop.session_lock import lock_seats

# The channels by which records may tell of what a hash calls so: sound and text together are a call (CallType 3, which
# is "om") and a chat ("im"); and a colleague's page may have renamed either already.
_ALSO_TOLD_AS = {"om": ("oim",), "oim": ("om", "im")}
# No leg has it: the one that this pop would be.
_THIS = 0
_MOST = 60


def lock_masked(user: Any, facts: Facts, addresses: Sequence[Address], at: datetime) -> None:
    """Before a masked pop locks its own endpoint: its record locks another one, and so both take the seat's lock."""
    if not _is_masked(addresses):
        return
    lock_seats(_emails(user, facts))
    legs = [leg for leg in _told(user, facts, at) if _hides(addresses[0], leg)]
    if legs:
        own = Endpoint.objects.filter(kind=addresses[0].kind, value=addresses[0].value)
        keys = [leg.interaction.endpoint_id for leg in legs] + list(
            own.values_list("pk", flat=True)
        )
        lock_endpoints(keys)


def told_leg(
    user: Any, facts: Facts, addresses: Sequence[Address], ends: Sequence[Endpoint], at: datetime
) -> Leg | None:
    """The leg of a record that no page has shown yet and that this pop is certainly about, found by neither its own
    endpoint nor its channel alone."""
    masked = _is_masked(addresses)
    renamed = facts.channel in _ALSO_TOLD_AS and any(getattr(e, "has_legs", True) for e in ends)
    if not ends or not (masked or renamed):
        return None
    legs = [
        leg
        for leg in _told(user, facts, at)
        if leg.interaction.channel in told_as(facts.channel)
        and (_hides(addresses[0], leg) if masked else _is_at(leg, ends))
    ]
    if not legs:
        return None
    pop = _seen(frozenset(_emails(user, facts)), facts.signal, at)
    found = assign([_times(leg) for leg in legs], [pop, *seen_of(_rivals(user, facts, ends, at))])
    return next((legs[index] for index, key in found.pairs.items() if key == _THIS), None)


def claim(leg: Leg, facts: Facts, ends: Sequence[Endpoint]) -> None:
    """The leg is this pop's: it becomes what it would be had the pop come first."""
    home = leg.interaction
    if ends[0].kind == Endpoint.Kind.MASKED and _is_untouched(home):
        # What the record's number says is offered, as a mask makes nobody known.
        home.customer = home.linked_at = None
        home.link_reason = ""
        home.save(update_fields=["customer", "linked_at", "link_reason"])
    rename(home, facts)
    leg.endpoint = ends[0]
    leg.save(update_fields=["endpoint"])


def told_as(channel: str) -> tuple[str, ...]:
    """The channels that the interaction of a record may have when a hash calls it so."""
    return (channel, *_ALSO_TOLD_AS.get(channel, ()))


def rename(home: Interaction, facts: Facts) -> None:
    """The channel is the pop's, as it is when the pop comes first: its next signals look for it there."""
    if home.channel != facts.channel:
        home.channel = facts.channel
        home.save(update_fields=["channel"])


def _is_untouched(home: Interaction) -> bool:
    """Whether a machine alone linked it, and nobody has seen or done anything about it."""
    if home.linked_by_id is not None or home.customer_id is None:
        return False
    legs = home.legs.all()
    return not any(leg.last_signal or leg.note or leg.wrapped_up_at for leg in legs)


def _is_masked(addresses: Sequence[Address]) -> bool:
    if not addresses or addresses[0].kind != Endpoint.Kind.MASKED:
        return False
    number = addresses[0].number
    return number is not None and is_telling(number)


def _emails(user: Any, facts: Facts) -> list[str]:
    """The seats that the page may be: the one that it names, or all of its agent's."""
    if facts.agent_email:
        return [facts.agent_email]
    rows = AgentSeat.objects.filter(user=user, is_active=True)
    return [email.lower() for email in rows.values_list("email", flat=True)]


def _told(user: Any, facts: Facts, at: datetime) -> list[Leg]:
    """Legs that records told of about that time, at this agent's seat or at one that is nobody's, and no page saw."""
    legs = Leg.objects.filter(
        last_signal="",
        told_sequence__isnull=False,
        interaction__merged_into=None,
        started_at__gte=at - CALL_FORGOTTEN,
        started_at__lte=at + WINDOW + SLACK,
        last_signal_at__gte=at - SLACK - WINDOW,
    ).select_related("interaction__endpoint")
    found = list(legs.filter(user=user).order_by("-started_at", "-pk")[:_MOST])
    if facts.agent_email:
        nobodys = legs.filter(user=None, agent_email=facts.agent_email)
        found += nobodys.order_by("-started_at", "-pk")[:_MOST]
    return found


def _is_at(leg: Leg, ends: Sequence[Endpoint]) -> bool:
    return leg.endpoint_id in {end.pk for end in ends}


def _hides(masked: Address, leg: Leg) -> bool:
    """Whether the mask may hide the number that the record told."""
    end = leg.interaction.endpoint
    if end is None or end.kind != Endpoint.Kind.PHONE:
        return False
    return Ends("", masked, read_address("phone", "")).is_same(end)


def _rivals(user: Any, facts: Facts, ends: Sequence[Endpoint], at: datetime) -> list[Leg]:
    """This agent's other pops of the same address about that time, which no record has claimed."""
    legs = Leg.objects.filter(user=user, endpoint__in=ends, told_sequence=None).exclude(
        last_signal=""
    )
    near = legs.filter(last_signal_at__gte=at - WINDOW, started_at__lte=at + WINDOW)
    near = near.filter(interaction__channel=facts.channel)
    return list(
        near.select_related("interaction", "dial_request").order_by("-last_signal_at")[:_MOST]
    )


def _seen(emails: frozenset[str], signal: Signal, at: datetime) -> Seen:
    """The leg that this pop would open."""
    return Seen(
        key=_THIS,
        emails=emails,
        started_at=at,
        rang_at=at if signal is Signal.RING else None,
        connected_at=at if signal is Signal.CONNECT else None,
        ended_at=at if signal is Signal.END else None,
    )


def _times(leg: Leg) -> PartTimes:
    return PartTimes(
        email=leg.agent_email,
        started_at=leg.started_at,
        rang_at=leg.told_rang_at,
        connected_at=leg.told_connected_at,
        ended_at=leg.told_ended_at or leg.interaction.told_ended_at,
        outbound=leg.interaction.direction == OUTBOUND,
        outside=leg.told_kind == OUTSIDE,
    )
