"""The supervisors' board: what pops saw and records tell, where the two do not fit by themselves."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Interaction, Leg, Recording
from customers.models.interaction import INTERNAL
from customers.roles import is_supervisor
from customers.timeline import read_key
from customers.told import first_record_at, recordings_come
from screenpop.cdr import OUTSIDE
from screenpop.models import Discrepancy, Push
from screenpop.push import left_to_people
from screenpop.wrap_up_reminders import LATE, with_reminders

Kind = Discrepancy.Kind
PUSHES, SETTLED = "pushes", "settled"
# What people must look at comes first.
KINDS = (
    *(Kind.AMBIGUOUS.value, Kind.CUSTOMERS.value, Kind.NO_RECORD.value, Kind.NO_POP.value),
    *(Kind.NO_WRAP_UP.value, Kind.NO_RECORDING.value, PUSHES),
)
PAGE = 20
MOST_COUNTED = 100
# Older ones are history: nobody will remember what they were.
_WITHIN = timedelta(days=7)
_RECORDING_WITHIN = timedelta(hours=1)
_MOST_WAITING = 500


def rows_of(kind: str, user: Any, now: datetime) -> tuple[QuerySet[Any], str]:
    """What stands under one heading for this user, and the moment that it is ordered by, newest first."""
    if not is_supervisor(user):
        return Discrepancy.objects.none(), "found_at"
    if kind == PUSHES:
        return Push.objects.visible_to(user).filter(left_to_people()), "received_at"
    if kind == SETTLED:
        return Discrepancy.objects.visible_to(user).exclude(settled_at=None), "settled_at"
    if kind in (Kind.AMBIGUOUS, Kind.CUSTOMERS):
        return Discrepancy.objects.visible_to(user).open().filter(kind=kind), "found_at"
    finders = {
        Kind.NO_RECORD.value: _without_record,
        Kind.NO_POP.value: _without_pop,
        Kind.NO_WRAP_UP.value: _without_wrap_up,
        Kind.NO_RECORDING.value: _without_recording,
    }
    return finders[kind](now), "started_at"


def _without_record(now: datetime) -> QuerySet[Interaction]:
    """Seen by a pop, and no record after RECORD_OVERDUE_MINUTES; only since records come at all."""
    rows = Interaction.objects.filter(told_at=None, merged_into=None)
    since_record = Q(pk__in=[])
    overdue = now - timedelta(minutes=settings.RECORD_OVERDUE_MINUTES)
    for family in Interaction.Family.values:
        if first := first_record_at(family):
            start = max(first, now - _WITHIN)
            since_record |= Q(channel_family=family, started_at__gte=start)
    # A number that was never dialled has no call.
    part = Leg.objects.filter(interaction=OuterRef("pk")).exclude(state=Leg.State.DIALLED)
    part = part.exclude(ending=Leg.Ending.NOT_DIALLED)
    rows = rows.filter(since_record, Exists(part), started_at__lte=overdue)
    if waited_for := _waited_for():
        # A record that may be this one's is there already, under its own heading.
        rows = rows.exclude(legs__in=waited_for)
    return rows.filter(~Exists(_settled(Kind.NO_RECORD, interaction=OuterRef("pk"))))


def _waited_for() -> set[int]:
    """The legs that the oldest waiting records may be about."""
    waiting = Discrepancy.objects.open().filter(kind=Kind.AMBIGUOUS).order_by("found_at", "pk")
    candidates = waiting.values_list("candidates", flat=True)[:_MOST_WAITING]
    return {leg for parts in candidates for legs in parts.values() for leg in legs}


def _without_pop(now: datetime) -> QuerySet[Leg]:
    """Told of as answered by an agent, and no page ever showed it."""
    legs = Leg.objects.filter(last_signal="", told_sequence__isnull=False)
    legs = legs.filter(started_at__gte=now - _WITHIN, told_connected_at__isnull=False)
    legs = legs.exclude(told_kind=OUTSIDE).exclude(interaction__call_type=INTERNAL)
    return legs.filter(~Exists(_settled(Kind.NO_POP, leg=OuterRef("pk"))))


def _without_wrap_up(now: datetime) -> QuerySet[Leg]:
    """Spoken, over for an hour, and nothing said about it."""
    legs = Leg.objects.filter(state=Leg.State.WRAP_UP, wrapped_up_at=None)
    legs = legs.exclude(interaction__call_type=INTERNAL)
    legs = legs.filter(started_at__gte=now - _WITHIN, last_signal_at__lte=now - LATE)
    return legs.filter(~Exists(_settled(Kind.NO_WRAP_UP, leg=OuterRef("pk"))))


def _without_recording(now: datetime) -> QuerySet[Interaction]:
    """Spoken, over for an hour, and no recording came; only where recordings come at all."""
    rows = Interaction.objects.filter(merged_into=None, channel_family=Interaction.Family.PHONE)
    if not recordings_come():
        return rows.none()
    rows = rows.filter(
        told_connected_at__isnull=False,
        told_ended_at__lte=now - _RECORDING_WITHIN,
        started_at__gte=now - _WITHIN,
    ).exclude(call_type=INTERNAL)
    heard = Recording.objects.filter(interaction=OuterRef("pk"))
    settled = _settled(Kind.NO_RECORDING, interaction=OuterRef("pk"))
    return rows.filter(~Exists(heard), ~Exists(settled))


def _settled(kind: str, **of: Any) -> QuerySet[Discrepancy]:
    return Discrepancy.objects.filter(kind=kind, settled_at__isnull=False, **of)


def count(kind: str, user: Any, now: datetime) -> int:
    """How many, up to MOST_COUNTED."""
    rows, _order = rows_of(kind, user, now)
    return len(rows.values_list("pk", flat=True)[:MOST_COUNTED])


def page(kind: str, user: Any, now: datetime, after: str = "") -> tuple[list[Any], str]:
    """A page, newest first, and the key of the next one ("" on the last)."""
    rows, order = rows_of(kind, user, now)
    rows = rows.order_by(f"-{order}", "-pk")
    if rows.model is Interaction:
        rows = rows.select_related("customer", "endpoint").prefetch_related("legs__user")
    elif rows.model is Leg:
        rows = rows.select_related("user", "interaction__customer", "interaction__endpoint")
        if kind == Kind.NO_WRAP_UP:
            rows = with_reminders(rows)
    elif rows.model is Discrepancy:
        rows = rows.select_related(
            *("endpoint", "interaction__customer", "interaction__endpoint", "settled_by"),
            *("other__customer", "interaction__linked_by", "other__linked_by"),
            *("leg__user", "leg__interaction__customer", "leg__interaction__endpoint"),
        )
    if key := read_key(after):
        moment, pk = key
        earlier = Q(**{f"{order}__lt": moment}) | Q(**{order: moment, "pk__lt": pk})
        rows = rows.filter(earlier)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return shown, f"{getattr(last, order).isoformat()}~{last.pk}" if last else ""
