"""One timeline entry in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Interaction, Leg
from customers.told import was_never_dialled

register = template.Library()
_ICONS = {"inbound": "↙", "outbound": "↗", "missed": "×", "chat": "✉"}


@dataclass(frozen=True, slots=True)
class EntryWords:
    """What one line of the timeline says."""

    kind: str
    icon: str
    agent: str
    what: str
    when: str
    note: str
    skill_group: str = ""
    satisfaction: str = ""
    has_recording: bool = False
    # As the platform told it, of a contact in which nobody spoke.
    end_status: str = ""


@register.filter
def entry_words(entry: Interaction) -> EntryWords:
    """The entry of an interaction whose legs are prefetched: the leg that spoke tells it, else the last one."""
    legs = list(entry.legs.all())
    spoke = [leg for leg in legs if talk_of(leg)]
    leg = spoke[-1] if spoke else (legs[-1] if legs else None)
    kind = _kind(entry, leg)
    notes = [one.note.strip() for one in legs if one.note.strip()]
    if leg and leg.disposition:
        notes.insert(0, disposition_name(leg))
    return EntryWords(
        kind=kind,
        icon=_ICONS[kind],
        agent=_chain(spoke) if len(spoke) > 1 else _agent(leg),
        what=_what(entry, leg, kind),
        when=short_time(entry.started_at),
        note=" · ".join(notes)[:300],
        skill_group=entry.skill_group.name if entry.skill_group_id and entry.skill_group else "",
        satisfaction=entry.satisfaction,
        has_recording=bool(getattr(entry, "has_recording", False)),
        end_status="" if spoke else entry.end_status,
    )


def _agent(leg: Leg | None) -> str:
    if leg is None:
        return ""
    return str(leg.user.shown_name) if leg.user else leg.agent_email


def _chain(legs: list[Leg]) -> str:
    """A → B → A: who spoke, one after the other."""
    names = [_agent(leg) or _("未知坐席") for leg in legs]
    return " → ".join(name for n, name in enumerate(names) if not n or name != names[n - 1])


@register.filter
def disposition_name(leg: Leg) -> str:
    """The outcome in the reader's language."""
    outcome = leg.disposition
    if outcome is None:
        return ""
    if outcome.parent is None:
        return outcome.name
    return f"{outcome.parent.name} / {outcome.name}"


def talk_of(leg: Leg) -> timedelta | None:
    """How long a leg spoke: what the platform told before what we saw."""
    start = leg.told_connected_at or leg.connected_at
    end = leg.told_ended_at or leg.ended_at
    return end - start if start and end and end > start else None


def _kind(entry: Interaction, leg: Leg | None) -> str:
    if leg is not None and leg.state == Leg.State.MISSED:
        return "missed"
    if leg is None and entry.told_at and not entry.told_connected_at:
        # It rang at nobody.
        return "missed" if entry.direction == Interaction.Direction.INBOUND else "outbound"
    if entry.channel_family == Interaction.Family.CHAT:
        return "chat"
    return str(entry.direction)


def _what(entry: Interaction, leg: Leg | None, kind: str) -> str:
    if leg is None:
        return _("未接来电") if entry.direction == "inbound" else _("外呼")
    spoken = talk_of(leg)
    if kind == "missed":
        return _("未接来电")
    if entry.direction == "outbound" and was_never_dialled(leg, timezone.now()):
        return _("未拨出")
    if entry.direction == "outbound":
        return _("外呼 %(time)s") % {"time": duration(spoken)} if spoken else _("外呼未接通")
    if kind == "chat":
        return _("会话 %(time)s") % {"time": duration(spoken)} if spoken else _("会话")
    return (
        _("接听 %(time)s") % {"time": duration(spoken)} if spoken else str(leg.get_state_display())
    )


def duration(span: timedelta | None) -> str:
    """4 分 12 秒."""
    seconds = int(span.total_seconds()) if span else 0
    minutes, seconds = divmod(seconds, 60)
    if not minutes:
        return ngettext("%(s)d 秒", "%(s)d 秒", seconds) % {"s": seconds}
    return _("%(m)d 分 %(s)02d 秒") % {"m": minutes, "s": seconds}


@register.filter
def short_time(moment: datetime) -> str:
    """今天 16:20, 昨天 16:20, 11月12日, 2025年11月12日: as short as the distance allows."""
    local, now = timezone.localtime(moment), timezone.localtime()
    days = (now.date() - local.date()).days
    clock = date_format(local, "H:i")
    if days == 0:
        return _("今天 %(time)s") % {"time": clock}
    if days == 1:
        return _("昨天 %(time)s") % {"time": clock}
    if local.year == now.year:
        return date_format(local, _("n月j日 H:i"))
    return date_format(local, _("Y年n月j日"))
