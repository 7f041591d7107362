"""Follow-ups at work: what is due when, who may change one, and how it is done, moved, taken, and taken back.

Every change gives a signed token with the state before and after it. Undoing compares the second with what stands there
now, so it never runs over what somebody else did in between.
"""

import enum
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from customers.groups import groups_of
from customers.models import FollowUp
from customers.roles import is_supervisor, roles_of
from customers.templatetags.follow_up_words import due_time
from customers.timeline import read_key

PAGE = 20
# A count beyond this is shown as "99+": counting on would cost more than it tells.
MOST_COUNTED = 100
FARTHEST = timedelta(days=730)
_SALT = "customers.follow-ups.undo"
_UNDO_WITHIN = timedelta(hours=12)


class Due(enum.StrEnum):
    """The groups of the list, in its order."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


class Scope(enum.StrEnum):
    """Whose follow-ups a list shows."""

    MINE = "mine"
    GROUPS = "groups"
    ALL = "all"


class FollowUpError(ValueError):
    """The change cannot be made; the text says why."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of one group, the key of the next page ("" on the last), and how many there are in all."""

    due: Due
    rows: list[FollowUp]
    more: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a follow-up, in words, and the token that takes it back ("" when nothing does)."""

    follow_up: FollowUp
    words: str
    undo: str = ""


def end_of_day(now: datetime, zone: tzinfo) -> datetime:
    """The midnight that ends the day of `now` in `zone`."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=zone)


def bounds(due: Due, now: datetime, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """From when (included) to when (not included) a group reaches, by the day in `zone`; None is open."""
    midnight = end_of_day(now, zone)
    return {
        Due.OVERDUE: (None, now),
        Due.TODAY: (now, midnight),
        Due.LATER: (midnight, None),
    }[due]


def listed(user: Any, scope: Scope) -> QuerySet[FollowUp]:
    """The open ones: the user's own; those of their groups and everybody's queue; for supervisors all."""
    rows = FollowUp.objects.visible_to(user).open()
    if scope is Scope.MINE:
        return rows.filter(owner=user)
    if scope is Scope.ALL and is_supervisor(user):
        return rows
    return rows.filter(Q(group__in=groups_of(user)) | Q(group=None, owner=None))


def in_group(rows: QuerySet[FollowUp], due: Due, now: datetime) -> QuerySet[FollowUp]:
    """Those of one group, as it stood at `now`."""
    start, end = bounds(due, now, timezone.get_current_timezone())
    if start is not None:
        rows = rows.filter(due_at__gte=start)
    return rows if end is None else rows.filter(due_at__lt=end)


def section(rows: QuerySet[FollowUp], due: Due, now: datetime, after: str = "") -> Section:
    """One page of a group, the most urgent first. `after` is a key that an earlier page gave."""
    group = in_group(rows, due, now)
    page = group.select_related("customer", "endpoint", "owner", "group", "interaction").order_by(
        "due_at", "pk"
    )
    key = read_key(after)
    if key:
        due_at, pk = key
        # The first condition says nothing new, but lets the database begin at the key.
        page = page.filter(Q(due_at__gte=due_at), Q(due_at__gt=due_at) | Q(pk__gt=pk))
    found = list(page[: PAGE + 1])
    shown = found[:PAGE]
    more = f"{shown[-1].due_at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    return Section(due, shown, more, count(group) if more or key else len(shown))


def count(rows: QuerySet[FollowUp]) -> int:
    """How many, up to MOST_COUNTED."""
    return len(rows.values_list("pk", flat=True)[:MOST_COUNTED])


def count_due(user: Any, now: datetime) -> int:
    """How many of the user's own are overdue or due today; costs one indexed query."""
    if not roles_of(user):
        return 0
    midnight = end_of_day(now, timezone.get_current_timezone())
    return count(listed(user, Scope.MINE).filter(due_at__lt=midnight))


def count_unowned(user: Any, now: datetime) -> int:
    """How many in the user's queues are overdue or due today and wait for somebody to take them."""
    midnight = end_of_day(now, timezone.get_current_timezone())
    return count(listed(user, Scope.GROUPS).filter(owner=None, due_at__lt=midnight))


def may_change(follow_up: FollowUp, user: Any) -> bool:
    """The owner; of a group's queue its people, of everybody's queue anybody with a role; supervisors always."""
    if is_supervisor(user):
        return True
    if not roles_of(user):
        return False
    if follow_up.owner_id is None:
        return follow_up.group_id is None or follow_up.group_id in groups_of(user)
    return bool(follow_up.owner_id == user.pk)


@transaction.atomic
def complete(pk: int, by: Any) -> Change:
    """完成. Whoever does what was the queue's becomes its owner. Raises FollowUpError when it cannot be done."""
    row = locked(pk, by)
    before = _state(row)
    row.done_at = timezone.now()
    row.owner = row.owner or by
    row.done_by = by
    row.save(update_fields=["done_at", "done_by", "owner"])
    return _changed(row, by, before, _("已完成"))


@transaction.atomic
def reschedule(pk: int, by: Any, due_at: datetime | None, seen: str) -> Change:
    """改期. `seen` is the due time that the user had before their eyes: one that somebody moved is not moved again."""
    row = locked(pk, by)
    if due_at is None:
        raise FollowUpError(_("请填写改到什么时间。"))
    if _moment(seen) != row.due_at:
        raise FollowUpError(
            _("刚刚有人改到了%(time)s，请看过再改。") % {"time": due_time(row.due_at)}
        )
    before = _state(row)
    move_to(row, due_at)
    return _changed(row, by, before, _("已改到%(time)s") % {"time": due_time(due_at)})


def move_to(row: FollowUp, due_at: datetime) -> None:
    """Make it due at another time, of which it is told anew. Raises FollowUpError."""
    now = timezone.now()
    if due_at <= now:
        raise FollowUpError(_("这个时间已经过去，请另选时间。"))
    if due_at > now + FARTHEST:
        raise FollowUpError(_("时间太远，最多改到两年以内。"))
    row.due_at, row.announced_at = due_at, None
    row.save(update_fields=["due_at", "announced_at"])


@transaction.atomic
def take(pk: int, by: Any) -> Change:
    """我来处理: from the queue to this user."""
    row = locked(pk, by)
    if row.owner is not None:
        raise FollowUpError(_taken(row, by))
    before = _state(row)
    row.owner = by
    row.save(update_fields=["owner"])
    return _changed(row, by, before, _("已归到您名下"))


@transaction.atomic
def undo(pk: int, by: Any, token: str) -> Change:
    """Take one change back, unless it was long ago or something else happened since."""
    row = _find(pk, by)
    try:
        said = signing.loads(token, salt=_SALT, max_age=_UNDO_WITHIN)
    except signing.BadSignature:
        raise FollowUpError(_("已经不能撤销了。")) from None
    if said["id"] != row.pk or said["by"] != by.pk:
        raise FollowUpError(_("已经不能撤销了。"))
    if said["after"] != _state(row):
        raise FollowUpError(_("这条待办后来又有变动，没有撤销。"))
    before = said["before"]
    row.due_at = _moment(before["due"]) or row.due_at
    row.owner_id = before["owner"]
    row.done_at = _moment(before["done"])
    try:
        # A savepoint: what the database refuses must not spoil the transaction around.
        with transaction.atomic():
            row.save(update_fields=["due_at", "owner", "done_at"])
    except IntegrityError:
        text = _("这个号码后来又有未接来电，已另有一条待办，没有撤销。")
        raise FollowUpError(text) from None
    return replace(_changed(row, by, before, _("已撤销")), undo="")


def _find(pk: int, by: Any) -> FollowUp:
    rows = FollowUp.objects.visible_to(by)
    rows = rows.select_related("customer", "endpoint", "owner", "group")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def locked(pk: int, by: Any) -> FollowUp:
    """The open row, locked, which this user may change. Raises FollowUpError, or DoesNotExist."""
    row = _find(pk, by)
    if row.done_at is not None:
        raise FollowUpError(_("这条待办已经完成了（%(time)s）。") % {"time": due_time(row.done_at)})
    if not may_change(row, by):
        raise FollowUpError(_taken(row, by))
    return row


def _taken(row: FollowUp, by: Any) -> str:
    if row.owner is None and row.group is not None:
        return _("这条待办在%(name)s的队列里，只有本组的人或班长可以处理。") % {
            "name": row.group.name
        }
    if row.owner_id == by.pk or row.owner is None:
        return _("这条待办已经在您名下了。")
    return _("这条待办由%(name)s负责，只有本人或班长可以处理。") % {"name": row.owner.shown_name}


def _state(row: FollowUp) -> dict[str, Any]:
    """In UTC, as the database gives it back: the two sides of an undo are compared as they are written."""
    done = row.done_at.astimezone(UTC).isoformat() if row.done_at else None
    return {"due": row.due_at.astimezone(UTC).isoformat(), "owner": row.owner_id, "done": done}


def _changed(row: FollowUp, by: Any, before: dict[str, Any], words: str) -> Change:
    said = {"id": row.pk, "by": by.pk, "before": before, "after": _state(row)}
    return Change(row, words, signing.dumps(said, salt=_SALT))


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_datetime(text or "")
    except ValueError:
        return None
