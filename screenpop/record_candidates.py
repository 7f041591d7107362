"""The legs that a record may be about, as the pure rules want them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import QuerySet

from customers.models import Endpoint, Interaction, Leg
from screenpop.cdr import CHAT, OUTBOUND, OUTSIDE, Part, Record
from screenpop.leg_state import CALL_FORGOTTEN
from screenpop.part_match import DIAL_AFTER, WINDOW, PartTimes, Seen
from screenpop.record_ends import Ends
from screenpop.record_seats import Seats, emails_of

_MOST = 60
# The last signal of a leg comes at most this long after its call, however its page lagged.
_LAST_HEARD = timedelta(hours=24)


def legs_near(
    record: Record, ends: Ends, rows: Sequence[Endpoint], seats: Seats, found: Interaction | None
) -> list[Leg]:
    """Legs of this customer's end, or of these seats, about the time of the record; not those of other records."""
    legs = Leg.objects.filter(interaction__channel_family__in=_families(record))
    found_keys: set[int] = set()
    # Each asked by itself: of conditions joined by "or" a database uses no index.
    if found is not None:
        found_keys |= _keys(Leg.objects.filter(interaction=found))
    if record.uui:
        found_keys |= _keys(legs.filter(dial_request__uui=record.uui))
    if (begins := record.begins_at) is not None:
        until = (record.ended_at or begins + CALL_FORGOTTEN) + WINDOW
        near = legs.filter(
            last_signal_at__gte=begins - DIAL_AFTER - WINDOW,
            last_signal_at__lte=until + _LAST_HEARD,
            started_at__lte=until,
        )
        if rows:
            found_keys |= _keys(near.filter(endpoint__in=rows))
        for user in seats.users:
            found_keys |= _keys(near.filter(user=user))
    kept = _with_all(Leg.objects.filter(pk__in=found_keys)).order_by("-last_signal_at", "-pk")
    return [leg for leg in kept if _may_be(leg, record, ends, found)]


def _keys(legs: QuerySet[Leg]) -> set[int]:
    return set(legs.order_by("-last_signal_at").values_list("pk", flat=True)[:_MOST])


def _with_all(legs: QuerySet[Leg]) -> QuerySet[Leg]:
    return legs.select_related("interaction", "endpoint", "dial_request")


def _families(record: Record) -> Sequence[str]:
    """A voice call out of a mini-program is a chat to the pop and a call to the record."""
    if record.family == CHAT or record.channel != "phone":
        return (Interaction.Family.CHAT, Interaction.Family.PHONE)
    return (Interaction.Family.PHONE,)


def _may_be(leg: Leg, record: Record, ends: Ends, found: Interaction | None) -> bool:
    home = leg.interaction
    if found is not None and home.pk == found.pk:
        return True
    if home.merged_into_id is not None or leg.told_sequence is not None:
        return False
    request = getattr(leg, "dial_request", None)
    if request is not None:
        by_number = request.dialled in ends.dialled
        return bool(record.uui and request.uui == record.uui) or by_number
    if record.family == CHAT and home.channel_family != Interaction.Family.CHAT:
        return False
    if leg.endpoint is None:
        # Two callers who show no number are not one for that: at most a person can tell.
        return not ends.address.value
    return ends.is_same(leg.endpoint)


def seen_of(legs: Iterable[Leg]) -> list[Seen]:
    """The legs as the rules want them."""
    legs = list(legs)
    emails = emails_of(legs)
    return [
        Seen(
            key=leg.pk,
            emails=emails[leg.pk],
            started_at=leg.started_at,
            rang_at=leg.rang_at,
            connected_at=leg.connected_at,
            # The end of a dialled leg is when its agent said how it went.
            ended_at=leg.ended_at,
            dialled=hasattr(leg, "dial_request"),
            doubtful=leg.endpoint_id is None,
        )
        for leg in legs
    ]


def times_of(record: Record, parts: Sequence[Part], direction: str) -> list[PartTimes]:
    """The parts as the rules want them. Of a part without any time of its own the session's stand for it."""
    lone = len(parts) == 1
    found = []
    for part in parts:
        bare = not (part.started_at or part.rang_at or part.connected_at)
        found.append(
            PartTimes(
                email=part.email,
                started_at=part.started_at or (record.started_at if lone or bare else None),
                rang_at=part.rang_at or (record.rang_at if lone or bare else None),
                connected_at=part.connected_at,
                ended_at=part.ended_at or record.ended_at,
                outbound=direction == OUTBOUND,
                outside=part.kind == OUTSIDE,
            )
        )
    return found


def whole_call(record: Record, direction: str) -> PartTimes:
    """A record that names no agent, as if it were one part of nobody's."""
    begins = record.begins_at
    rang = record.rang_at or record.queued_at or begins
    return PartTimes("", begins, rang, None, record.ended_at, outbound=direction == OUTBOUND)
