"""Records that wait: more than one leg may be theirs, or only a person can tell."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from django.utils import timezone

from customers.models import Endpoint, Interaction
from screenpop.cdr import Record
from screenpop.models import Discrepancy

_AMBIGUOUS = Discrepancy.Kind.AMBIGUOUS


def keep_waiting(
    record: Record,
    action: str,
    body: dict[str, Any],
    rows: Sequence[Endpoint],
    found: Interaction | None,
    open_parts: Mapping[int, Sequence[int]],
) -> None:
    """Keep the record, with the legs that it may be about."""
    sequences = [part.sequence for part in record.parts] or [0]
    candidates = {str(sequences[index]): sorted(keys) for index, keys in open_parts.items()}
    Discrepancy.objects.update_or_create(
        kind=_AMBIGUOUS,
        session_id=record.session_id,
        channel_family=record.family,
        settled_at=None,
        defaults={
            "action": action,
            "body": _storable(body),
            "endpoint": rows[0] if rows else None,
            "interaction": found,
            "candidates": candidates,
        },
    )


def _storable(value: Any) -> Any:
    """JSON that every database takes: no NUL, no half characters, no number beyond all bounds."""
    if isinstance(value, dict):
        return {_storable(str(name)): _storable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    return value if not isinstance(value, float) or isfinite(value) else None


def forget_waiting(record: Record, found: Interaction | None) -> None:
    """What waited has been settled by what came since."""
    rows = Discrepancy.objects.open().filter(
        kind=_AMBIGUOUS, session_id=record.session_id, channel_family=record.family
    )
    rows.update(
        settled_at=timezone.now(),
        settlement=Discrepancy.Settlement.BY_ITSELF,
        interaction=found,
    )


def was_kept_alone(record: Record) -> bool:
    """Whether a person said that this record is about none of the legs that it might have been."""
    rows = Discrepancy.objects.filter(
        kind=_AMBIGUOUS, session_id=record.session_id, channel_family=record.family
    )
    return rows.filter(settlement=Discrepancy.Settlement.ALONE).exists()


def waiting_at(rows: Sequence[Endpoint]) -> list[Discrepancy]:
    """What waits at these ends, the oldest first."""
    waiting = Discrepancy.objects.open().filter(kind=_AMBIGUOUS, endpoint__in=rows)
    return list(waiting.order_by("pk")[:20])
