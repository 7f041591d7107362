"""Calls that are made for a follow-up: each attempt is counted, and what came of it closes it or moves it.

A leg that was dialled for one names it. Reached, the wrap-up decides: done, left as it is, or promised anew. Not
reached, it stays with whoever called and may be moved to another time.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from customers.follow_ups import locked, may_change, move_to
from customers.models import ContactPoint, Endpoint, FollowUp, Leg


def begin(pk: int, by: Any) -> FollowUp:
    """Lock it and take it from the queue, so that no colleague calls as well; inside a transaction.

    Raises FollowUpError when it is done or somebody else's, DoesNotExist when it is not there.
    """
    row = locked(pk, by)
    if row.owner_id is None:
        row.owner = by
        row.save(update_fields=["owner"])
    return row


def number_of(row: FollowUp) -> Endpoint | None:
    """Whom to call: the number it was promised for, else the customer's first one."""
    if row.endpoint is not None or row.customer_id is None:
        return row.endpoint
    points = ContactPoint.objects.filter(
        customer=row.customer_id, endpoint__kind=Endpoint.Kind.PHONE, endpoint__invalid=False
    )
    point = points.select_related("endpoint").order_by("pk").first()
    return point.endpoint if point else None


def dialled(leg: Leg, row: FollowUp) -> None:
    """Note the attempt on both sides."""
    leg.follow_up = row
    leg.save(update_fields=["follow_up", "changed_at"])
    FollowUp.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1)
    row.attempts += 1


def not_dialled(leg: Leg) -> None:
    """没拨: the attempt does not count."""
    if leg.follow_up_id is not None:
        rows = FollowUp.objects.filter(pk=leg.follow_up_id, attempts__gt=0)
        rows.update(attempts=F("attempts") - 1)


@transaction.atomic
def not_reached(leg: Leg, by: Any, due_at: datetime | None) -> None:
    """未接: move it to `due_at`, or leave it as it is. Raises FollowUpError for a time that cannot be."""
    row = _open(leg, by)
    if row is not None and due_at is not None:
        move_to(row, due_at)


def reached(leg: Leg, by: Any, *, done: bool) -> None:
    """Wrapped up after a conversation: the follow-up is done, unless the agent says that it is not."""
    row = _open(leg, by)
    if row is None or not done or leg.connected_at is None:
        return
    row.done_at = leg.wrapped_up_at or timezone.now()
    row.done_by = by
    row.owner = row.owner or by
    row.save(update_fields=["done_at", "done_by", "owner"])


def promised_anew(
    leg: Leg, by: Any, *, owner: Any, group: Any, text: str, due_at: datetime
) -> bool:
    """The wrap-up promises another call: the same promise is moved. False where a new one must be made."""
    row = _open(leg, by)
    if row is None or row.kind != FollowUp.Kind.PROMISE:
        return False
    row.owner, row.group, row.text = owner, group, text[:300] or row.text
    row.due_at, row.announced_at = due_at, None
    row.save(update_fields=["owner", "group", "text", "due_at", "announced_at"])
    return True


def reopened(leg: Leg) -> None:
    """The wrap-up was taken back: what it had closed is open again."""
    if leg.follow_up_id is not None and leg.wrapped_up_at is not None:
        rows = FollowUp.objects.filter(pk=leg.follow_up_id, kind=FollowUp.Kind.PROMISE)
        rows.filter(done_at=leg.wrapped_up_at).update(done_at=None, done_by=None)


def _open(leg: Leg, by: Any) -> FollowUp | None:
    """The leg's follow-up under a lock, while it is open and still this user's to change."""
    if leg.follow_up_id is None:
        return None
    rows = FollowUp.objects.visible_to(by).open().select_for_update(of=("self",), no_key=True)
    row = rows.select_related("owner").filter(pk=leg.follow_up_id).first()
    return row if row is not None and may_change(row, by) else None
