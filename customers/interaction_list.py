"""The centre's interactions, newest first, narrowed by what a supervisor asks for.

The list is always bounded by dates: that is what keeps a filter that fits little from reading through years. Within
the bounds it follows the index on the start, page by page, by key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.agent_names import agent_name
from customers.contact_history import CHANNELS
from customers.models import Disposition, Endpoint, Interaction, Leg
from customers.number_view import number_text
from customers.roles import ROLES
from customers.templatetags.timeline_words import (
    EntryWords,
    disposition_name,
    duration,
    entry_words,
    talk_of,
)
from customers.timeline import page_of, read_key

PAGE = 30
USUAL_DAYS = 7
MOST_DAYS = 92
_LONGEST_ID = 18
_SPOKE = Q(connected_at__isnull=False) | Q(told_connected_at__isnull=False)
_NUMBERS = (Endpoint.Kind.PHONE, Endpoint.Kind.MASKED, Endpoint.Kind.MAPPED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; `since` and `until` are days, both included. `clipped`: the dates given lay too far apart."""

    since: date
    until: date
    agent: int | None = None
    channel: str = ""
    direction: str = ""
    answered: str = ""
    disposition: int | None = None
    clipped: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One interaction as the list shows it."""

    interaction: Interaction
    words: EntryWords
    channel: str
    title: str
    number: str
    agents: str
    talk: str
    outcome: str
    note: str


def read_filters(query: Mapping[str, str], today: date) -> Filters:
    """What an address asks for. What cannot be read is not asked for; dates default to the last seven days."""
    until = _day(query.get("to", "")) or today
    since = _day(query.get("from", "")) or _earlier(until, USUAL_DAYS)
    if since > until:
        since, until = until, since
    clipped = (until - since).days >= MOST_DAYS
    if clipped:
        since = _earlier(until, MOST_DAYS)
    return Filters(
        since=since,
        until=until,
        agent=_id(query.get("agent", "")),
        channel=_one_of(query.get("channel", ""), CHANNELS),
        direction=_one_of(query.get("direction", ""), Interaction.Direction.values),
        answered=_one_of(query.get("answered", ""), ("yes", "no")),
        disposition=_id(query.get("disposition", "")),
        clipped=clipped,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The ends of the calendar cannot be moved into another time zone.
    return day if 1970 <= day.year <= 9000 else None


def _earlier(day: date, days: int) -> date:
    """The first of `days` days that end with `day`."""
    return day - timedelta(days=days - 1)


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_ID else None


def _one_of(text: str, allowed: Iterable[str]) -> str:
    return text if text in allowed else ""


def listed(user: Any, filters: Filters, before: str = "") -> QuerySet[Interaction]:
    """The interactions that fit. `before` only tells the database where to begin; the page itself is cut elsewhere."""
    start, end = _midnight(filters.since), _midnight(filters.until + timedelta(days=1))
    rows = Interaction.objects.visible_to(user).filter(started_at__gte=start, started_at__lt=end)
    if key := read_key(before):
        rows = rows.filter(started_at__lte=key[0])
    if filters.channel:
        rows = rows.filter(channel=filters.channel)
    if filters.direction:
        rows = rows.filter(direction=filters.direction)
    outcomes = _outcomes(filters.disposition)
    if filters.agent:
        return _with_agent(rows, filters, outcomes)
    part = Leg.objects.filter(interaction=OuterRef("pk"))
    if outcomes:
        rows = rows.filter(Exists(part.filter(disposition__in=outcomes)))
    if filters.answered:
        spoke = Exists(part.filter(_SPOKE))
        rows = rows.filter(spoke if filters.answered == "yes" else ~spoke)
    return rows


def _with_agent(
    rows: QuerySet[Interaction], filters: Filters, outcomes: list[int]
) -> QuerySet[Interaction]:
    """With an agent chosen, outcome and answer are those of this agent's own part.

    As a list, not row by row: beside each interaction SQLite would walk through all that the agent ever took. A leg is
    never heard of last before its interaction began, which bounds the list by date; clocks get a day's grace.
    """
    since = _midnight(filters.since - timedelta(days=1))
    part = Leg.objects.filter(user=filters.agent, last_signal_at__gte=since)
    spoke = part.filter(_SPOKE)
    if filters.answered == "no":
        rows = rows.exclude(pk__in=spoke.values("interaction"))
    elif filters.answered:
        part = spoke
    if outcomes:
        part = part.filter(disposition__in=outcomes)
    return rows.filter(pk__in=part.values("interaction"))


def _outcomes(chosen: int | None) -> list[int]:
    """An outcome, or a reason with all its outcomes; one that is not there fits nothing."""
    if chosen is None:
        return []
    found = Disposition.objects.filter(Q(pk=chosen) | Q(parent=chosen))
    return list(found.values_list("pk", flat=True)) or [0]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def lines(user: Any, filters: Filters, before: str = "") -> tuple[list[Line], str]:
    """A page, newest first, and the key of the next one ("" on the last)."""
    rows = listed(user, filters, before).select_related("customer", "endpoint")
    page = page_of(rows, before, size=PAGE)
    return [_line(entry, user) for entry in page.entries], page.more


def _line(entry: Interaction, user: Any) -> Line:
    legs = list(entry.legs.all())
    end = entry.endpoint
    number = number_text(end, user) if end else ""
    who = entry.customer.name if entry.customer else entry.nickname
    notes = [leg.note.strip() for leg in legs if leg.note.strip()]
    outcomes = [disposition_name(leg) for leg in legs if leg.disposition]
    spoken = [talk for leg in legs if (talk := talk_of(leg))]
    return Line(
        interaction=entry,
        words=entry_words(entry),
        channel=str(CHANNELS.get(entry.channel, entry.channel)),
        title=who or number or _("未显示号码"),
        # Beside a name an account's letters tell nothing.
        number=number if who and end and end.kind in _NUMBERS else "",
        agents=agent_chain(legs),
        talk=duration(sum(spoken, timedelta())) if spoken else "",
        outcome=outcomes[-1] if outcomes else "",
        note=notes[0].splitlines()[0] if notes else "",
    )


def agent_chain(legs: list[Leg]) -> str:
    """A → B: who spoke, one after the other; when nobody did, those whom it rang for."""
    spoke = [leg for leg in legs if leg.connected_at or leg.told_connected_at]
    names: list[str] = []
    for name in map(agent_name, spoke or legs):
        if not names or names[-1] != name:
            names.append(name)
    return " → ".join(names) if spoke else _("、").join(dict.fromkeys(names))


def agents() -> list[Any]:
    """Everybody who may have taken a contact, for the filter; those who left stand at the end."""
    users: Any = get_user_model().objects
    found = users.filter(Q(groups__name__in=ROLES) | Q(is_superuser=True)).distinct()
    return sorted(found, key=lambda user: (not user.is_active, user.shown_name))


def reasons() -> list[tuple[Disposition, list[Disposition]]]:
    """The coded outcomes by their reasons, for the filter: also those no longer in use."""
    rows = list(Disposition.objects.all())
    return [
        (top, [row for row in rows if row.parent_id == top.pk])
        for top in rows
        if top.parent_id is None
    ]
