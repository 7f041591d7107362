"""One page of listed call records, taken in as if each had been pushed."""

import logging
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from customers.models import Interaction, Recording
from screenpop import reconciliation
from screenpop.cdr import Unreadable
from screenpop.cdr_audio import read_voicemail
from screenpop.sync_changes import Change
from screenpop.sync_records import as_push, recordings_of, voicemails_of

log = logging.getLogger(__name__)


def take_calls(
    rows: list[dict[str, Any]], app_id: int, *, dry_run: bool
) -> tuple[Counter[str], list[Change]]:
    """Apply each record in a transaction of its own; counts "created", "unchanged" (told before) and "failed".

    One that cannot be read, or that breaks us, holds up none behind it. A database that fails does: it raises.
    """
    known = _told(rows)
    counts: Counter[str] = Counter()
    changes: list[Change] = []
    for row in rows:
        session = str(row.get("SessionId") or "")
        fault = "" if dry_run else _take(row, app_id)
        action = "failed" if fault else "unchanged" if session in known else "created"
        counts[action] += 1
        if action != "unchanged":
            fields = {"start": ["", _start(row)]} | ({"fault": ["", fault]} if fault else {})
            changes.append(Change("failed" if fault else "create", session, fields))
    return counts, changes


def _told(rows: list[dict[str, Any]]) -> set[str]:
    """The sessions of which the platform told already, by a push or an earlier listing."""
    sessions = [str(row["SessionId"]) for row in rows if row.get("SessionId")]
    told = Interaction.objects.filter(
        session_id__in=sessions,
        channel_family=Interaction.Family.PHONE,
        told_at__isnull=False,
    )
    return {session or "" for session in told.values_list("session_id", flat=True)}


def _take(row: dict[str, Any], app_id: int) -> str:
    """Apply one record and its recordings; gives what went wrong, by the error's class."""
    now = timezone.now()
    try:
        with transaction.atomic():
            reconciliation.apply("cdr", as_push(row, app_id), now)
            for body in _as_pushed(row, app_id):
                reconciliation.apply("record", body, now)
            reconciliation.hear_listed(
                [read_voicemail(body) for body in voicemails_of(row, app_id)], now
            )
    except (OperationalError, InterfaceError):
        raise
    except Unreadable:
        return "Unreadable"
    except Exception as error:  # noqa: BLE001 - a defect of ours must not stop the records behind it
        log.error("a listed call record: %s", type(error).__name__)
        return type(error).__name__
    return ""


def _as_pushed(row: dict[str, Any], app_id: int) -> list[dict[str, Any]]:
    """Its recordings; one that was told before keeps the party as it was told then, so that it stays one recording."""
    bodies = list(recordings_of(row, app_id))
    told = Recording.objects.filter(
        session_id=str(row.get("SessionId") or ""),
        channel_family=Interaction.Family.PHONE,
        kind=Recording.Kind.CALL,
    ).exclude(record_id="")
    parties = dict(told.values_list("record_id", "party_raw")) if bodies else {}
    for body in bodies:
        body["EndpointUser"] = parties.get(str(body["RecordId"]), body["EndpointUser"])
    return bodies


def _start(row: dict[str, Any]) -> str:
    """When it began, for the list of differences."""
    try:
        stamp = int(row.get("StartTimestamp") or row.get("Time") or 0)
        return datetime.fromtimestamp(stamp, UTC).isoformat() if stamp else ""
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
