"""Search of what was said: words in the transcripts of a range of dates, newest first.

The range is at most as long as that of the list of interactions. One request reads whole days backwards, by the index
on the moment, and stops when a page is full or its time is over: what is left is told, and one click goes on there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from django.db.models import Q
from django.utils import timezone

from customers.interaction_list import Filters
from customers.models import Interaction, TranscriptLine
from customers.recording_view import speaker
from customers.roles import is_supervisor
from customers.timeline import LARGEST_KEY, read_key

PAGE = 30
SHORTEST = 2
LONGEST = 60
# Seconds of reading in one request; at least one day is read.
BUDGET = 2.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence with the words, cut into what stands before, the words themselves, and what follows."""

    line: TranscriptLine
    interaction: Interaction
    who: str
    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True)
class Hits:
    """A page. `more`: the key to go on with, "" at the end; `read_to`: the day at which time was over, else None."""

    hits: list[Hit]
    more: str = ""
    read_to: date | None = None


def clean(term: str) -> str:
    """The words as they are looked for."""
    return " ".join(term.split())[:LONGEST]


def search(
    user: Any,
    term: str,
    filters: Filters,
    after: str = "",
    now: Callable[[], float] = time.monotonic,
) -> Hits:
    """A page of the sentences that hold these words, in the days of `filters`. `after`: the key of an earlier page."""
    words, key = clean(term), read_key(after)
    if len(words) < SHORTEST or not is_supervisor(user):
        return Hits([])
    day = filters.until
    if key:
        day = min(day, timezone.localdate(key[0]))
    found: list[TranscriptLine] = []
    began = now()
    while day >= filters.since:
        wanted = PAGE + 1 - len(found)
        found += _of_day(day, words, key, wanted)
        if len(found) > PAGE:
            last = found[PAGE - 1]
            return Hits(_hits(found[:PAGE], words), _key(last.said_at, last.pk))
        day -= timedelta(days=1)
        if now() - began > BUDGET and day >= filters.since:
            # The last moment of the next day to be read.
            end = _midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
            return Hits(_hits(found, words), _key(end, LARGEST_KEY), day)
    return Hits(_hits(found, words))


def _of_day(
    day: date, words: str, key: tuple[datetime, int] | None, wanted: int
) -> list[TranscriptLine]:
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    rows = TranscriptLine.objects.filter(said_at__gte=start, said_at__lt=end, text__icontains=words)
    if key:
        at, pk = key
        rows = rows.filter(said_at__lte=at).filter(Q(said_at__lt=at) | Q(pk__lt=pk))
    related = rows.select_related("transcript__interaction__customer", "leg__user")
    return list(related.order_by("-said_at", "-pk")[:wanted])


def _hits(lines: list[TranscriptLine], words: str) -> list[Hit]:
    return [_hit(line, words) for line in lines]


def _hit(line: TranscriptLine, words: str) -> Hit:
    at = line.text.lower().find(words.lower())
    end = at + len(words)
    # Letters whose small form is longer would shift the place: then the sentence stands there as it is.
    if at < 0 or line.text[at:end].lower() != words.lower():
        at = end = 0
    return Hit(
        line,
        line.transcript.interaction,
        speaker(line.party, line.leg),
        line.text[:at],
        line.text[at:end],
        line.text[end:],
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock.min))


def _key(at: datetime, pk: int) -> str:
    return f"{at.astimezone(UTC).isoformat()}~{pk}"
