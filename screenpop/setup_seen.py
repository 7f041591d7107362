"""What the workbench has told lately: counts over the latest events, never a caller's number or name."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from screenpop.hash_contract import PARAMETERS
from screenpop.models import PopEvent

SILENT_AFTER = timedelta(hours=24)
_DAY = timedelta(hours=24)
_WEEK = timedelta(days=7)
# The page reads an index backwards, and stops here however much a large centre rings.
MOST_EVENTS = 50_000
_MOST_READ = 2_000
_MOST_NAMES = 40
_KNOWN = {name.lower(): name for name in PARAMETERS}
_DIGITS = re.compile(r"\d{5,}")


@dataclass(frozen=True, slots=True)
class Application:
    """One sdkAppId that was told. `ours` when the setting names it, or names none."""

    sdk_app_id: str
    count: int
    ours: bool


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the last 24: new cards, and events in all."""

    starts: datetime
    pops: int
    events: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that is shown: `applications` of the last seven days, all else of the last 24 hours.

    `clipped` when there were more events than are read.
    """

    now: datetime
    last: datetime | None
    events: int
    applications: list[Application]
    parameters: list[tuple[str, int]]
    outcomes: dict[str, int]
    hours: list[Hour]
    clipped: bool


def seen_from_workbench(user: Any, now: datetime) -> Seen:
    """Three queries, each along the index of `received_at`, each with a limit."""
    events = PopEvent.objects.visible_to(user).order_by("-received_at", "-id")
    last = events.values_list("received_at", flat=True).first()
    week = events.filter(received_at__gt=now - _WEEK, received_at__lte=now)
    rows = list(week.values_list("received_at", "outcome", "sdk_app_id")[:MOST_EVENTS])
    day = [row for row in rows if row[0] > now - _DAY]
    pairs = week.filter(received_at__gt=now - _DAY).values_list("pairs", flat=True)[:_MOST_READ]
    applications = Counter(sdk_app_id for _at, _outcome, sdk_app_id in rows)
    return Seen(
        now=now,
        last=last,
        events=len(day),
        applications=[
            Application(name, count, _is_ours(name))
            for name, count in applications.most_common(_MOST_NAMES)
        ],
        parameters=_names(pairs),
        outcomes=dict(Counter(outcome for _at, outcome, _app in day)),
        hours=_hours([(at, outcome) for at, outcome, _app in day], now),
        clipped=len(rows) == MOST_EVENTS,
    )


def _is_ours(sdk_app_id: str) -> bool:
    ours = settings.TCCC_SDK_APP_ID
    return not ours or not sdk_app_id or sdk_app_id in ours


def _names(hashes: Any) -> list[tuple[str, int]]:
    """Names of parameters with the number of events that had them, documented ones first."""
    counts: Counter[str] = Counter()
    for pairs in hashes:
        counts.update({_shown(str(pair[0])) for pair in pairs if pair})
    ordered = sorted(
        counts.items(), key=lambda item: (item[0] not in PARAMETERS, -item[1], item[0])
    )
    return ordered[:_MOST_NAMES]


def _shown(name: str) -> str:
    """A documented name as documented. Of a hash without names the "name" may be the very number: no digits of it."""
    text = name.strip()
    return _KNOWN.get(text.lower()) or _DIGITS.sub("…", text)[:30] or "–"


def _hours(rows: list[tuple[datetime, str]], now: datetime) -> list[Hour]:
    """The 24 hours that end with the present one, the oldest first."""
    local = timezone.localtime(now)
    begun = now - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
    events: Counter[int] = Counter()
    pops: Counter[int] = Counter()
    for at, outcome in rows:
        back = -int((at - begun) // timedelta(hours=1))
        events[back] += 1
        pops[back] += outcome == PopEvent.Outcome.OPENED
    return [
        Hour(timezone.localtime(begun - timedelta(hours=back)), pops[back], events[back])
        for back in range(23, -1, -1)
    ]
