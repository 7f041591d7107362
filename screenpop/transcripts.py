"""What was said in a call, from the platform's speech recognition (DescribeTelRecordAsr)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from customers.models import Interaction, Leg, Recording, Transcript, TranscriptLine
from screenpop.record_seats import emails_of
from screenpop.retry_pace import LEASE, next_try
from screenpop.tencent import TencentError, call, is_configured
from screenpop.told_values import Fields
from screenpop.worker_stop import Stop

# Calls that ended longer ago get theirs by a click only.
_NEW = timedelta(days=2)
_AT_ONCE = 20
# So often it is asked for by itself: over some two days.
_ATTEMPTS = 6
_MOST_LINES = 5000
_LONGEST_LINE = 4000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as the platform told it: who (an agent's e-mail, else the customer), when, how long, what."""

    email: str
    said_at: datetime
    milliseconds: int
    text: str


def read_sentences(answer: Mapping[str, Any]) -> list[Sentence]:
    """The sentences of an answer in their order; those without words or time are left out. Pure."""
    listed = answer.get("AsrDataList")
    found = (
        [_sentence(row) for row in listed if isinstance(row, dict)]
        if isinstance(listed, list)
        else []
    )
    told = [sentence for sentence in found if sentence is not None]
    return sorted(told, key=lambda sentence: sentence.said_at)[:_MOST_LINES]


def _sentence(row: Mapping[str, Any]) -> Sentence | None:
    told = Fields(row)
    text = told.text("Message", most=_LONGEST_LINE)
    begin, end = told.number("Start", "Timestamp"), told.number("End") or 0
    if not text or not begin:
        return None
    # Milliseconds; the general time stamp beside it may be seconds.
    begin = begin if begin > 10**11 else begin * 1000
    try:
        said_at = datetime.fromtimestamp(begin / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    speaker = told.text("User")
    lasted = end - begin if 0 < end - begin < 3_600_000 else 0
    return Sentence(speaker.lower() if "@" in speaker else "", said_at, lasted, text)


def fetch(interaction: Interaction) -> str:
    """Ask for an interaction's transcript and keep it; gives the code of what went wrong, "" when nothing did."""
    row, _created = Transcript.objects.get_or_create(interaction=interaction)
    if not interaction.session_id:
        return "NoSession"
    try:
        answer = call("DescribeTelRecordAsr", {"SessionId": interaction.session_id})
    except TencentError as error:
        _failed(row, error.code[:80], again=not error.permanent)
        return error.code
    sentences = read_sentences(answer)
    if sentences:
        _keep(row, interaction, sentences)
    elif row.state != Transcript.State.READY:
        # Recognition takes its time: nothing now may be something later.
        row.state = Transcript.State.EMPTY
        row.save(update_fields=["state"])
        _failed(row, "", again=True)
    return ""


def _keep(row: Transcript, interaction: Interaction, sentences: list[Sentence]) -> None:
    legs = list(interaction.legs.all())
    emails = emails_of(legs) if legs else {}
    lines = [
        TranscriptLine(
            transcript=row,
            party=Recording.Party.AGENT if one.email else Recording.Party.CUSTOMER,
            leg=_leg_at(one, legs, emails),
            said_at=one.said_at,
            milliseconds=one.milliseconds,
            text=one.text,
        )
        for one in sentences
    ]
    with transaction.atomic():
        Transcript.objects.select_for_update().get(pk=row.pk)
        row.lines.all().delete()
        TranscriptLine.objects.bulk_create(lines, batch_size=500)
        row.state, row.error, row.fetched_at = Transcript.State.READY, "", timezone.now()
        row.attempts, row.retry_at = 0, None
        row.save(update_fields=["state", "error", "fetched_at", "attempts", "retry_at"])


def _leg_at(one: Sentence, legs: list[Leg], emails: dict[int, frozenset[str]]) -> Leg | None:
    """The part of the agent who said it: of several of the same agent the last that had begun."""
    own = [leg for leg in legs if one.email and one.email in map(str.lower, emails[leg.pk])]
    begun = [leg for leg in own if (leg.told_connected_at or leg.started_at) <= one.said_at]
    return begun[-1] if begun else next(iter(own), None)


def _failed(row: Transcript, code: str, *, again: bool) -> None:
    row.attempts += 1
    row.error = code
    again = again and row.attempts < _ATTEMPTS
    row.retry_at = next_try(row.attempts, timezone.now()) if again else None
    row.save(update_fields=["attempts", "error", "retry_at"])


def fetch_new(stop: Stop) -> None:
    """For the worker: the transcripts of calls that ended lately, and those whose turn it is again."""
    if not settings.TRANSCRIPTS or not is_configured():
        return
    for row in _due(timezone.now()):
        if stop.asked():
            return
        if _claim(row):
            fetch(row.interaction)


def _due(now: datetime) -> list[Transcript]:
    waiting = Transcript.objects.filter(retry_at__lte=now).select_related("interaction")
    due = list(waiting.order_by("retry_at")[:_AT_ONCE])
    heard = Recording.objects.filter(
        kind=Recording.Kind.CALL, recorded_at__gt=now - _NEW, interaction__isnull=False
    )
    new = Interaction.objects.filter(
        Q(pk__in=heard.values("interaction")),
        started_at__gt=now - _NEW - timedelta(days=1),
        transcript__isnull=True,
        session_id__isnull=False,
    ).order_by("started_at")[: _AT_ONCE - len(due)]
    made = [Transcript(interaction=one, retry_at=now) for one in new]
    if made:
        # Another worker may have begun the same.
        Transcript.objects.bulk_create(made, ignore_conflicts=True)
        mine = Transcript.objects.filter(interaction__in=[row.interaction for row in made])
        due += list(mine.filter(retry_at__lte=now).select_related("interaction"))
    return due


def _claim(row: Transcript) -> bool:
    """Have it alone for a while; of two workers one gets it."""
    mine = Transcript.objects.filter(pk=row.pk, retry_at=row.retry_at)
    return mine.update(retry_at=timezone.now() + LEASE) == 1
