"""The outcomes, as cards name them."""

import time

from django.conf import settings

from customers.models import Disposition


class _Kept:
    """What this process read, and until when (time.monotonic) it is good."""

    rows: dict[int, Disposition] | None = None
    until = 0.0


def kept_outcomes() -> dict[int, Disposition]:
    """All outcomes with their reasons, at most SETUP_KEPT_SECONDS old: for painting only."""
    if _Kept.rows is None or time.monotonic() >= _Kept.until:
        rows = {outcome.pk: outcome for outcome in Disposition.objects.all()}
        for outcome in rows.values():
            if outcome.parent_id is not None:
                outcome.parent = rows[outcome.parent_id]
        _Kept.rows, _Kept.until = rows, time.monotonic() + settings.SETUP_KEPT_SECONDS
    return _Kept.rows


def forget() -> None:
    """Read anew at the next card."""
    _Kept.rows = None
