"""Who listened to what, kept once per listen."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from customers.models import AccessLog, Recording

# A player asks for a recording in many parts, and anew when somebody seeks. What the same person asks for within this
# time is one listen. By the clock, not by the part that begins at 0: leaving out the first byte would leave no trace.
ONE_LISTEN = timedelta(minutes=30)


def note_listen(user: Any, recording: Recording, now: datetime) -> bool:
    """Write down that this person listens, unless this listen is written down already. Tells whether it was."""
    if _noted(user, recording, now):
        return False
    with transaction.atomic():
        # Two parts asked for at once are one listen.
        Recording.objects.select_for_update().only("pk").get(pk=recording.pk)
        if _noted(user, recording, now):
            return False
        note_act(user, recording, "listen")
    return True


def note_act(user: Any, recording: Recording, action: str) -> None:
    """Write down what somebody did with a recording."""
    at = recording.interaction
    AccessLog.objects.create(
        user=user,
        action=action,
        recording=recording,
        customer_id=at.customer_id if at else None,
        endpoint_id=at.endpoint_id if at else None,
    )


def _noted(user: Any, recording: Recording, now: datetime) -> bool:
    rows = AccessLog.objects.filter(recording=recording, user=user, action="listen")
    return rows.filter(at__gt=now - ONE_LISTEN).exists()
