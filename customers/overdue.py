"""Promises that have just become overdue: told to their owner once."""

from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import FollowUp

# More at once are marked too and left to the list: nobody can hear them all, and their lines would hide the card.
MOST_TOLD = 1
_MOST_MARKED = 200


def newly_overdue(user: Any, now: datetime) -> tuple[list[FollowUp], int]:
    """The user's own promises past their time that nobody was told of, the latest first, and how many more there are.

    They count as told from now on, so that two tabs, or a page loaded again, never tell them twice.
    """
    waiting = FollowUp.objects.visible_to(user).open()
    waiting = waiting.filter(owner=user, due_at__lt=now, announced_at=None)
    # Nearly always there are none, and a transaction that may write is dear on SQLite.
    if not waiting.exists():
        return [], 0
    with transaction.atomic():
        latest = waiting.order_by("-due_at", "-pk").values_list("pk", flat=True)
        # Locked in the order of their ids, as everybody locks several.
        mine = waiting.filter(pk__in=list(latest[:_MOST_MARKED])).order_by("pk")
        mine = mine.select_for_update(of=("self",), no_key=True).select_related(
            "customer", "endpoint"
        )
        rows = sorted(mine, key=lambda row: (row.due_at, row.pk), reverse=True)
        FollowUp.objects.filter(pk__in=[row.pk for row in rows]).update(announced_at=now)
    return rows[:MOST_TOLD], max(0, len(rows) - MOST_TOLD)
