"""Which leg that a pop saw is which part of a record: by seat and time, one to one, where it is certain; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# Page, server and platform have three clocks.
SLACK = timedelta(seconds=5)
# The same moment, told and seen, lies at most this far apart.
WINDOW = timedelta(seconds=120)
# The nearest is meant only when the next one lies this much farther: the same caller may ring twice within a minute.
MARGIN = timedelta(seconds=10)
# A call starts this much before (two clocks) to this long after it was asked for with a click.
DIAL_BEFORE = timedelta(seconds=5)
DIAL_AFTER = timedelta(seconds=180)


@dataclass(frozen=True, slots=True)
class PartTimes:
    """One part of a record, as the platform tells it; times that it did not tell are the session's."""

    email: str
    started_at: datetime | None
    rang_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    outbound: bool = False
    # Somebody outside, to whom no pop ever shows.
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """One leg as the pop saw it. `emails`: its seats, empty when nobody told. `doubtful`: only a person can say."""

    key: int
    emails: frozenset[str]
    started_at: datetime
    rang_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    dialled: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """`pairs`: index of a part → key of its leg. `open`: index of a part → the keys of those it may be."""

    pairs: dict[int, int]
    open: dict[int, tuple[int, ...]]


_Edges = dict[int, dict[int, timedelta]]


def assign(
    parts: Sequence[PartTimes], seen: Sequence[Seen], fixed: Mapping[int, int] | None = None
) -> Assignment:
    """Give each part its leg. `fixed` pairs are known already: by what travelled with the call, or a person's word."""
    pairs = dict(fixed or {})
    sure, unsure = _edges(parts, seen)
    while found := _certain(_free(sure, pairs)):
        pairs.update(found)
    left, doubtful = _free(sure, pairs), _free(unsure, pairs)
    may_be = {index: left.get(index) or doubtful.get(index) for index in range(len(parts))}
    return Assignment(pairs, {index: tuple(keys) for index, keys in may_be.items() if keys})


def _edges(parts: Sequence[PartTimes], seen: Sequence[Seen]) -> tuple[_Edges, _Edges]:
    """How far apart each part and each leg that may be it lie: certain of their seat, and doubtful."""
    sure: _Edges = {}
    unsure: _Edges = {}
    for index, part in enumerate(parts):
        for leg in seen:
            if part.outside or (leg.emails and part.email and part.email not in leg.emails):
                continue
            apart = distance(part, leg)
            if apart is None:
                continue
            known = bool(leg.emails and part.email) and not leg.doubtful
            (sure if known else unsure).setdefault(index, {})[leg.key] = apart
    return sure, unsure


def _free(edges: _Edges, pairs: Mapping[int, int]) -> _Edges:
    taken = set(pairs.values())
    free = {
        index: {key: apart for key, apart in legs.items() if key not in taken}
        for index, legs in edges.items()
        if index not in pairs
    }
    return {index: legs for index, legs in free.items() if legs}


def _certain(edges: _Edges) -> dict[int, int]:
    """One pair of which each is the other's nearest, and by far."""
    for index, legs in edges.items():
        key = min(legs, key=lambda k: (legs[k], k))
        rivals = [apart for k, apart in legs.items() if k != key]
        rivals += [others[key] for i, others in edges.items() if i != index and key in others]
        if all(apart - legs[key] >= MARGIN for apart in rivals):
            return {index: key}
    return {}


def distance(part: PartTimes, leg: Seen) -> timedelta | None:
    """How far apart a part and a leg lie; None when the leg cannot be it."""
    start = part.started_at or part.rang_at
    if leg.dialled:
        if not part.outbound or start is None:
            return None
        after = start - leg.started_at
        return abs(after) if -DIAL_BEFORE <= after <= DIAL_AFTER else None
    # A ring seen after the end of a call is another call, and so is one that was over before it began.
    if part.ended_at and leg.started_at > part.ended_at + SLACK:
        return None
    if start and leg.ended_at and leg.ended_at < start - SLACK:
        return None
    apart = _apart(part, leg)
    return apart if apart is not None and apart <= WINDOW else None


def _apart(part: PartTimes, leg: Seen) -> timedelta | None:
    """Between the same moment told and seen: the ring, else the answer, else whatever began it."""
    if part.rang_at and leg.rang_at:
        return abs(part.rang_at - leg.rang_at)
    if part.connected_at and leg.connected_at:
        return abs(part.connected_at - leg.connected_at)
    told = part.rang_at or part.started_at or part.connected_at
    if told:
        return abs(told - leg.started_at)
    # Of a record that tells nothing but its end, the end is compared.
    return abs(part.ended_at - (leg.ended_at or leg.started_at)) if part.ended_at else None
