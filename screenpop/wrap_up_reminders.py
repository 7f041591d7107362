"""A supervisor's reminder that a talk has no wrap-up: told to its agent once, shown until the wrap-up settles it.

It stands on the board's line of that leg, as an open discrepancy.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from customers.models import Leg
from screenpop.models import Discrepancy

# More at once are marked too and left to the panel, which lists them first: their lines would hide the card.
MOST_TOLD = 1
# A talk without a wrap-up is one for the board when it has been over for so long.
LATE = timedelta(hours=1)
_MOST_MARKED = 200
_KIND = Discrepancy.Kind.NO_WRAP_UP
_BY_WRAP_UP = Discrepancy.Settlement.WRAPPED_UP


def open_reminders() -> QuerySet[Discrepancy]:
    """Reminders whose talk still waits."""
    return Discrepancy.objects.open().filter(kind=_KIND, reminded_at__isnull=False)


def with_reminders(legs: QuerySet[Leg]) -> QuerySet[Leg]:
    """The legs with `reminders`, a list of none or one."""
    rows = open_reminders().select_related("reminded_by")
    return legs.prefetch_related(Prefetch("discrepancies", rows, to_attr="reminders"))


def asked_first(legs: QuerySet[Leg], *then: str) -> QuerySet[Leg]:
    """The legs with `reminders`, those that have one first, and `then` in the order of these columns."""
    asked = Exists(open_reminders().filter(leg=OuterRef("pk")))
    return with_reminders(legs).annotate(asked=asked).order_by("-asked", *then)


def reminder_of(leg: Leg) -> Discrepancy | None:
    """The open reminder of this leg."""
    return open_reminders().filter(leg=leg).select_related("reminded_by").first()


def newly_asked(user: Any, now: datetime) -> tuple[list[Discrepancy], int]:
    """Reminders that this agent has not been told of, the latest first, and how many more there are.

    They count as told from now on, so that two tabs, or a page loaded again, never tell them twice.
    """
    waiting = open_reminders().filter(
        reminder_told_at=None, leg__user=user, leg__state=Leg.State.WRAP_UP
    )
    # Nearly always there are none, and a transaction that may write is dear on SQLite.
    if not waiting.exists():
        return [], 0
    with transaction.atomic():
        latest = waiting.order_by("-reminded_at", "-pk").values_list("pk", flat=True)
        # Locked in the order of their ids, as everybody locks several.
        mine = waiting.filter(pk__in=list(latest[:_MOST_MARKED])).order_by("pk")
        people = ("reminded_by", "leg__interaction__customer")
        mine = mine.select_for_update(of=("self",)).select_related(*people)
        rows = sorted(mine, key=lambda row: (row.reminded_at or now, row.pk), reverse=True)
        keys = [row.pk for row in rows]
        Discrepancy.objects.filter(pk__in=keys).update(reminder_told_at=now)
    return rows[:MOST_TOLD], max(0, len(rows) - MOST_TOLD)


def wrapped_up(leg: Leg, by: Any) -> None:
    """The talk has its wrap-up: what was asked for is done."""
    open_reminders().filter(leg=leg).update(
        settled_at=timezone.now(), settled_by=by, settlement=_BY_WRAP_UP
    )


def reopened(leg: Leg) -> None:
    """The wrap-up was taken back: it is asked for as before, and stands on the board again."""
    rows = Discrepancy.objects.filter(kind=_KIND, leg=leg, settlement=_BY_WRAP_UP)
    rows.update(settled_at=None, settled_by=None, settlement="")
