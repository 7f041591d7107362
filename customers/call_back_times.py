"""Call-back times to choose from: those that make sense at this hour, and what was chosen read back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.templatetags.follow_up_words import DAYS

_SOON = timedelta(minutes=30)
# Nobody is called back earlier or later than this, unless the agent writes such a time.
_EARLIEST, _LATEST = time(8), time(21)
_MORNING, _AFTERNOON = time(9, 30), time(17)
# A time that is nearer than this is no promise for later any more.
_AHEAD = timedelta(hours=1)
_SATURDAY = 5
_AT = "at-"


@dataclass(frozen=True, slots=True)
class Preset:
    """A call-back time. `days` is how many days after the one on which it is offered."""

    code: str
    due_at: datetime
    days: int = 0

    @property
    def value(self) -> str:
        """What a form sends. A moment, not the code: what "tomorrow morning" means changes while a page is open."""
        return self.code if self.code == "soon" else f"{_AT}{self.due_at.isoformat()}"

    @property
    def words(self) -> str:
        """30 分钟后, 今天 17:00, 明早 9:30, 周一 9:30."""
        if self.code == "soon":
            return _("30 分钟后")
        local = timezone.localtime(self.due_at)
        clock = date_format(local, "G:i")
        if self.days == 0:
            return _("今天 %(time)s") % {"time": clock}
        if self.days == 1:
            return _("明早 %(time)s") % {"time": clock}
        return f"{DAYS[local.weekday()]} {clock}"


def presets(now: datetime) -> list[Preset]:
    """In half an hour while people can be called; this afternoon while there is one; the next working morning."""
    local = timezone.localtime(now)
    found = []
    soon = local + _SOON
    if soon.date() == local.date() and _EARLIEST <= soon.time() <= _LATEST:
        found.append(Preset("soon", soon))
    afternoon = _at(local, 0, _AFTERNOON)
    if local < afternoon - _AHEAD:
        found.append(Preset("today", afternoon))
    days = _days_to_morning(local)
    found.append(Preset("next", _at(local, days, _MORNING), days))
    return found


def chosen_time(chosen: str, now: datetime) -> datetime | None:
    """The moment behind what a form sent for a preset; None for anything else.

    "soon" counts from now on, at any hour. The other codes are what pages of an earlier release send.
    """
    if chosen == "soon":
        return now + _SOON
    if not chosen.startswith(_AT):
        return {preset.code: preset.due_at for preset in presets(now)}.get(chosen)
    try:
        moment = parse_datetime(chosen.removeprefix(_AT))
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


def _days_to_morning(local: datetime) -> int:
    """To the next morning of a working day: today's, where it is still far enough away."""
    days = 0 if local < _at(local, 0, _MORNING) - _AHEAD else 1
    while (local.weekday() + days) % 7 >= _SATURDAY:
        days += 1
    return days


def _at(local: datetime, days: int, clock: time) -> datetime:
    """Wall time in the zone of `local`, also over a change of its clocks."""
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=local.tzinfo)
