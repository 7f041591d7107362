"""Recordings and transcripts ready to be painted: whose voice, how long it is kept, what was said when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.agent_names import agent_name
from customers.copy_words import copy_fault_text
from customers.models import Interaction, Leg, Recording, Transcript
from customers.roles import is_supervisor

# From then on it is told with emphasis.
_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Track:
    """One recording with its words. The moments are in milliseconds since 1970: when the call began, when this party
    was connected, and when the recording ended; 0 for what is not known."""

    recording: Recording
    who: str
    expiry: str
    expires_soon: bool
    copy: str
    copy_failed: bool
    may_pin: bool
    began_ms: int
    connected_ms: int
    ended_ms: int
    # Belongs to the address for a player whose browser sends no cookie.
    key: str = ""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One sentence. `clock`: when it began, from the first second of the call."""

    pk: int
    who: str
    party: str
    clock: str
    at_ms: int
    text: str
    leg_id: int | None


@dataclass(frozen=True, slots=True)
class TranscriptView:
    """A transcript as a person may see it. `may_ask`: there is something to ask for, and this person may."""

    state: str
    lines: list[SpokenLine]
    may_ask: bool
    fetched_at: datetime | None


def tracks_of(interactions: Iterable[Interaction], user: Any) -> dict[int, list[Track]]:
    """What this user may hear of each interaction, in the order of recording; one query."""
    rows = Recording.objects.visible_to(user).filter(
        interaction__in=[one.pk for one in interactions]
    )
    found: dict[int, list[Track]] = {}
    related = rows.select_related("interaction__customer", "leg__user")
    for recording in related.order_by("recorded_at", "pk"):
        found.setdefault(recording.interaction_id or 0, []).append(track_of(recording, user))
    return found


def track_of(recording: Recording, user: Any) -> Track:
    """One recording as this user sees it."""
    left = recording.expires_at - timezone.now() if recording.expires_at else None
    kept = bool(recording.copy_name)
    return Track(
        recording=recording,
        who=_who(recording),
        expiry=_expiry(left),
        expires_soon=left is not None and left < _SOON and not kept,
        copy=_copy(recording),
        copy_failed=bool(recording.copy_error) and not kept,
        may_pin=is_supervisor(user),
        began_ms=_ms(_began(recording.interaction)),
        connected_ms=_ms(_connected(recording)),
        ended_ms=_ms(recording.recorded_at),
    )


def _began(interaction: Interaction | None) -> datetime | None:
    return (interaction.told_started_at or interaction.started_at) if interaction else None


def _connected(recording: Recording) -> datetime | None:
    leg, home = recording.leg, recording.interaction
    own = (leg.told_connected_at or leg.connected_at) if leg else None
    return own or (home.told_connected_at if home else None)


def _who(recording: Recording) -> str:
    home = recording.interaction
    if recording.kind == Recording.Kind.VOICEMAIL:
        return _("语音信箱")
    if recording.party == Recording.Party.CUSTOMER:
        name = home.customer.name if home and home.customer else ""
        return _("客户 %(name)s") % {"name": name} if name else _("客户")
    if recording.party == Recording.Party.AGENT:
        name = agent_name(recording.leg) if recording.leg else recording.party_raw
        return _("坐席 %(name)s") % {"name": name} if "@" in name or recording.leg else _("坐席")
    return _("双方") if recording.party == Recording.Party.BOTH else _("通话录音")


def _expiry(left: timedelta | None) -> str:
    if left is None:
        return ""
    if left < timedelta(0):
        return _("云端副本已过期")
    if left < timedelta(days=1):
        return _("云端副本一天内过期")
    words = ngettext("云端副本 %(n)d 天后过期", "云端副本 %(n)d 天后过期", left.days)
    return words % {"n": left.days}


def _copy(recording: Recording) -> str:
    if recording.copy_name:
        size = filesizeformat(recording.copy_size or 0)
        return _("本系统已留存副本（%(size)s）") % {"size": size}
    if settings.RECORDING_COPY == "off":
        return _("没有开启留存，只靠云端副本") if recording.pinned else ""
    if recording.copy_error:
        return copy_fault_text(recording.copy_error)
    return _("等待留存副本") if recording.pinned or settings.RECORDING_COPY == "all" else ""


def transcript_view(interaction: Interaction, user: Any) -> TranscriptView | None:
    """What was said, for whoever may hear it; None where there is nothing to ask for."""
    if not interaction.session_id or interaction.channel_family != Interaction.Family.PHONE:
        return None
    row = Transcript.objects.visible_to(user).filter(interaction=interaction).first()
    may_ask = is_supervisor(user)
    if row is None:
        return TranscriptView("", [], may_ask, None) if may_ask else None
    lines = row.lines.select_related("leg__user").order_by("said_at", "pk")
    return TranscriptView(
        row.state, [_line(one, interaction) for one in lines], may_ask, row.fetched_at
    )


def _line(line: Any, interaction: Interaction) -> SpokenLine:
    began = interaction.told_started_at or interaction.started_at
    since = max(line.said_at - began, timedelta(0))
    # The platform's moments are cut to milliseconds, ours are not.
    minutes, seconds = divmod(int(since.total_seconds() + 0.01), 60)
    return SpokenLine(
        pk=line.pk,
        who=speaker(line.party, line.leg),
        party=line.party or "unknown",
        clock=f"{minutes:02}:{seconds:02}",
        at_ms=_ms(line.said_at),
        text=line.text,
        leg_id=line.leg_id,
    )


def speaker(party: str, leg: Leg | None) -> str:
    """Who said a sentence."""
    if leg is not None:
        return agent_name(leg)
    return _("坐席") if party == Recording.Party.AGENT else _("客户")


def _ms(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0
