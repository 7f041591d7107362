"""Recordings and voicemail, joined with their session and with the agent's part, whichever comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import QuerySet

from customers.models import Interaction, Leg, Recording
from screenpop.cdr_audio import Audio
from screenpop.models import AgentSeat
from screenpop.record_seats import emails_of
from screenpop.seats import canonical_mobile

# The platform keeps what it recorded so long.
_KEPT_IN_CLOUD = timedelta(days=90)
# In the place of an id: a voicemail that was listed and not pushed yet.
_LISTED = "listed:"


def keep_audio(audio: Audio, at: datetime) -> Recording:
    """Store it, or what is new of it: a push that is older than what stands there changes nothing."""
    family = Interaction.Family.PHONE
    recorded_at = audio.recorded_at or at
    sessions = Interaction.objects.filter(session_id=audio.session_id, channel_family=family)
    if audio.is_voicemail:
        _claim_listed(audio)
    recording, created = Recording.objects.get_or_create(
        session_id=audio.session_id,
        channel_family=family,
        kind=Recording.Kind.VOICEMAIL if audio.is_voicemail else Recording.Kind.CALL,
        party_raw=audio.party,
        record_id=audio.record_id,
        defaults={
            "party": _party(audio),
            "url": audio.url,
            "url_at": at if audio.url else None,
            "own_url": audio.own_url,
            "recorded_at": recorded_at,
            "expires_at": recorded_at + _KEPT_IN_CLOUD,
            "interaction": sessions.first(),
        },
    )
    if not created:
        _renew(recording, audio, at)
    if recording.interaction is not None:
        place([recording], recording.interaction)
    return recording


def keep_listed(voicemails: Sequence[Audio], at: datetime) -> list[Recording]:
    """The voicemails of one session as a listing names them: all of them, by their links alone.

    Each that was pushed is one of these: by its file, else any. Only what is listed beyond those is new.
    """
    known = list(_voicemails(voicemails[0].session_id))
    count, found, strange = len(known), [], []
    for audio in voicemails:
        same = next((row for row in known if _file(row.url) == _file(audio.url)), None)
        if same is None:
            strange.append(audio)
        else:
            known.remove(same)
            found.append((same, audio))
    for recording, audio in [*found, *zip(known, strange, strict=False)]:
        _renew(recording, audio, at)
    return [
        keep_audio(replace(audio, record_id=f"{_LISTED}{place}"), at)
        for place, audio in enumerate(strange[len(known) :], start=count)
    ]


def _claim_listed(audio: Audio) -> None:
    """A voicemail that a listing named first gets the name that its push gives it: it stays one."""
    rows = _voicemails(audio.session_id)
    if audio.record_id.startswith(_LISTED) or rows.filter(
        party_raw=audio.party, record_id=audio.record_id
    ):
        return
    listed = list(rows.filter(record_id__startswith=_LISTED))
    same = [row for row in listed if _file(row.url) == _file(audio.url)]
    for row in (same or listed)[:1]:
        row.party_raw, row.record_id = audio.party, audio.record_id
        row.party = _party(audio)
        if audio.recorded_at:
            row.recorded_at = audio.recorded_at
            row.expires_at = audio.recorded_at + _KEPT_IN_CLOUD
        row.save(update_fields=["party_raw", "record_id", "party", "recorded_at", "expires_at"])


def _voicemails(session_id: str) -> QuerySet[Recording]:
    rows = Recording.objects.filter(
        session_id=session_id,
        channel_family=Interaction.Family.PHONE,
        kind=Recording.Kind.VOICEMAIL,
    )
    return rows.order_by("recorded_at", "pk")


def _file(url: str) -> str:
    """What stays of a link while the signature around it changes."""
    parts = urlsplit(url)
    return parts.path if len(parts.path) > 1 else parts.netloc


def _renew(recording: Recording, audio: Audio, at: datetime) -> None:
    changed = []
    if audio.url and (recording.url_at is None or recording.url_at < at):
        recording.url, recording.url_at = audio.url, at
        changed += ["url", "url_at"]
    if audio.own_url and audio.own_url != recording.own_url:
        recording.own_url = audio.own_url
        changed.append("own_url")
    if changed:
        recording.save(update_fields=changed)


def _party(audio: Audio) -> str:
    if "@" in audio.party:
        return Recording.Party.AGENT
    if audio.is_voicemail:
        return Recording.Party.CUSTOMER
    mobile = canonical_mobile(audio.party) if audio.party else ""
    if not mobile:
        return Recording.Party.UNKNOWN
    ours = AgentSeat.objects.filter(mobile=mobile).exists()
    return Recording.Party.AGENT if ours else Recording.Party.CUSTOMER


def place_all(interaction: Interaction) -> None:
    """Everything that was recorded of this session, with the legs as they are now."""
    rows = Recording.objects.filter(
        session_id=interaction.session_id, channel_family=interaction.channel_family
    )
    place(rows, interaction)


def place(recordings: Iterable[Recording], interaction: Interaction) -> None:
    """Give each its interaction and, of an agent's side, the leg."""
    recordings = list(recordings)
    if not recordings:
        return
    legs = list(interaction.legs.all())
    emails = emails_of(legs) if legs else {}
    for recording in recordings:
        leg = _leg_of(recording, legs, emails)
        if (recording.interaction_id, recording.leg_id) != (interaction.pk, leg and leg.pk):
            recording.interaction, recording.leg = interaction, leg
            recording.save(update_fields=["interaction", "leg"])


def _leg_of(recording: Recording, legs: list[Leg], emails: dict[int, frozenset[str]]) -> Leg | None:
    """The agent's part that was recorded: by the platform's id of it, else the agent's part that ended nearest."""
    if recording.party != Recording.Party.AGENT:
        return None
    party = recording.party_raw.lower()
    if "@" not in party:
        mobile = canonical_mobile(recording.party_raw)
        seats = AgentSeat.objects.filter(mobile=mobile).values_list("email", flat=True)
        theirs = {email.lower() for email in seats}
    else:
        theirs = {party}
    own = [leg for leg in legs if theirs & emails.get(leg.pk, frozenset())]
    named = [leg for leg in own if leg.told_record_id and leg.told_record_id == recording.record_id]
    if named:
        return named[0]
    spoke = [leg for leg in own if leg.told_connected_at or leg.connected_at] or own
    return min(spoke, key=lambda leg: abs(_over(leg) - recording.recorded_at), default=None)


def _over(leg: Leg) -> datetime:
    return leg.told_ended_at or leg.ended_at or leg.last_signal_at
