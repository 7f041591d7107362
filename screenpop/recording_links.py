"""A fresh link to a recording: links of the platform run out a day after they were given."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils import timezone

from customers.models import Recording
from screenpop.tencent import call
from screenpop.told_values import Fields

# The platform says 24 hours; our clock and its may differ.
LINK_LIVES = timedelta(hours=23)
# A call began at most so long before its recording was made.
_AROUND = timedelta(days=1)


def is_fresh(recording: Recording, now: datetime) -> bool:
    """Whether its link should still work."""
    return bool(recording.url and recording.url_at and now - recording.url_at < LINK_LIVES)


def renew(recording: Recording) -> bool:
    """Ask the platform for links of this session and keep the one of this recording. Raises TencentError.

    Tells whether there is one. What else the answer tells is reconciliation's, and left alone.
    """
    now = timezone.now()
    answer = call(
        "DescribeSessionDetail",
        {
            "SessionId": recording.session_id,
            "StartTimestamp": int((recording.recorded_at - _AROUND).timestamp()),
            "EndTimestamp": int(min(recording.recorded_at + _AROUND, now).timestamp()),
        },
    )
    url, own_url = links_of(answer, recording, _place_among_voicemails(recording))
    changed = []
    if url:
        recording.url, recording.url_at = url, now
        changed += ["url", "url_at"]
    if own_url and own_url != recording.own_url:
        recording.own_url = own_url
        changed.append("own_url")
    if changed:
        recording.save(update_fields=changed)
    return bool(changed)


def links_of(answer: Mapping[str, Any], recording: Recording, place: int = 0) -> tuple[str, str]:
    """(link, link of the centre's own copy) of a recording in the platform's answer; "" for what is not there.

    `place`: the how-manieth of the session's voicemails it is, from 0.
    """
    if recording.kind == Recording.Kind.VOICEMAIL:
        listed = answer.get("VoicemailRecordURL")
        links = [_link({"url": one}, "url") for one in listed] if isinstance(listed, list) else []
        same = [link for link in links if link and _file(link) == _file(recording.url)]
        if same:
            return same[0], ""
        return (links[place] if place < len(links) else "", "")
    if recording.party != Recording.Party.AGENT:
        return _link(answer, "RecordURL"), _link(answer, "CustomRecordURL")
    part = _part_of(answer, recording)
    return (_link(part, "RecordURL"), _link(part, "CustomRecordURL")) if part else ("", "")


def _part_of(answer: Mapping[str, Any], recording: Recording) -> Mapping[str, Any] | None:
    """The agent's part that was recorded: by its id, else by the agent, the one that ended nearest."""
    listed = answer.get("ServeParticipants")
    parts = [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []
    if recording.record_id:
        named = [part for part in parts if str(part.get("RecordId") or "") == recording.record_id]
        if named:
            return named[0]
    party = recording.party_raw.lower()
    own = [p for p in parts if party in (str(p.get(n) or "").lower() for n in ("Mail", "Phone"))]
    at = recording.recorded_at.timestamp()
    return min(own, key=lambda part: abs(_ended(part) - at), default=None) if party else None


def _ended(part: Mapping[str, Any]) -> float:
    ended = part.get("EndedTimestamp")
    return float(ended) if isinstance(ended, int | float) else 0.0


def _link(told: Mapping[str, Any], name: str) -> str:
    found = Fields(told).text(name, most=2001)
    return found if len(found) <= 2000 and found.lower().startswith(("http://", "https://")) else ""


def _file(url: str) -> str:
    """The file's name in a link: it stays while the signature around it changes."""
    return urlsplit(url).path.rpartition("/")[2]


def _place_among_voicemails(recording: Recording) -> int:
    if recording.kind != Recording.Kind.VOICEMAIL:
        return 0
    earlier = Q(recorded_at__lt=recording.recorded_at) | Q(
        recorded_at=recording.recorded_at, pk__lt=recording.pk
    )
    same = Recording.objects.filter(
        session_id=recording.session_id,
        channel_family=recording.channel_family,
        kind=Recording.Kind.VOICEMAIL,
    )
    return same.filter(earlier).count()
