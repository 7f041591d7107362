"""小结: the coded outcome of a leg, its ticket, and what was promised. Can be undone and, on the same day, reopened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers import follow_up_calls
from customers.do_not_call import register
from customers.models import Disposition, DoNotCallChange, FollowUp, Leg, LegChange, SkillGroup
from customers.outcomes import Choice, asks_for_more, choices_for, has_choices
from customers.row_locks import lock_endpoints

__all__ = [
    "Choice",
    "Preset",
    "Promise",
    "WrapUpError",
    "choices_for",
    "is_required",
    "presets",
    "reopen",
    "talk_seconds",
    "wrap_up",
]


class WrapUpError(ValueError):
    """The wrap-up cannot be taken as it is; the text says what is missing. `field` names the form's field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Promise:
    """A call-back that the agent promised. `mine` makes them its owner, else the queue of `group`, or everybody's."""

    due_at: datetime
    mine: bool = True
    text: str = ""
    group: SkillGroup | None = None


def talk_seconds(leg: Leg, now: datetime) -> float:
    """How long the leg spoke: as the pop saw it, or as the platform told of one that no pop saw."""
    start = leg.connected_at or leg.told_connected_at
    if start is None:
        return 0.0
    end = leg.ended_at or leg.told_ended_at or now
    return max(0.0, (end - start).total_seconds())


def is_required(leg: Leg, now: datetime) -> bool:
    """Whether this leg must say how it ended: one that spoke longer than WRAP_UP_REQUIRED_SECONDS."""
    return talk_seconds(leg, now) > settings.WRAP_UP_REQUIRED_SECONDS


@transaction.atomic
def wrap_up(
    leg: Leg,
    by: Any,
    *,
    outcome: Disposition | None,
    ticket: str = "",
    promise: Promise | None = None,
    follow_up_done: bool = True,
) -> None:
    """Finish the agent's work on a leg. Raises WrapUpError when something that must be said is missing.

    `follow_up_done`: whether a call that was made for a follow-up, and reached somebody, settles it.
    """
    now = timezone.now()
    if outcome is not None and outcome.sets_do_not_call:
        # Written at the end, and locked as everybody locks: before the leg.
        lock_endpoints([leg.endpoint_id])
    leg = (
        Leg.objects.select_for_update(of=("self",), no_key=True)
        .select_related("interaction", "endpoint")
        .get(pk=leg.pk)
    )
    if leg.state in (Leg.State.CONNECTED, Leg.State.DIALLED):
        raise WrapUpError("state", _("通话还没有结束。"))
    if outcome is None and is_required(leg, now) and has_choices(leg, by):
        raise WrapUpError("outcome", _("请选择结果。"))
    if outcome is not None and asks_for_more(leg, by, outcome):
        raise WrapUpError("outcome", _("请再选择结果。"))
    if promise is not None and promise.due_at <= now:
        raise WrapUpError("due", _("回访时间已经过去，请另选时间。"))
    _remember(leg, by, "wrapped-up", now)
    leg.disposition = outcome
    leg.ticket = ticket.strip()[:60]
    leg.state = Leg.State.CLOSED
    leg.ending = leg.ending or Leg.Ending.WRAPPED_UP
    leg.wrapped_up_at = now
    leg.ended_at = leg.ended_at or leg.told_ended_at or now
    leg.save(
        update_fields=[
            *("disposition", "ticket", "state", "ending"),
            *("wrapped_up_at", "ended_at", "changed_at"),
        ]
    )
    if promise is None:
        follow_up_calls.reached(leg, by, done=follow_up_done)
    else:
        _promise(leg, by, promise)
    if outcome is not None and outcome.sets_do_not_call and leg.endpoint is not None:
        register(leg.endpoint, by, reason=outcome.name_zh, source=DoNotCallChange.Source.WRAP_UP)


def _promise(leg: Leg, by: Any, promise: Promise) -> None:
    """One promise per leg: wrapping up again moves it. A call for a promise that is promised anew moves that one."""
    owner = by if promise.mine else None
    group = None if promise.mine else promise.group
    if follow_up_calls.promised_anew(
        leg, by, owner=owner, group=group, text=promise.text, due_at=promise.due_at
    ):
        return
    follow_up_calls.reached(leg, by, done=True)
    FollowUp.objects.update_or_create(
        leg=leg,
        kind=FollowUp.Kind.PROMISE,
        done_at=None,
        defaults={
            "customer": leg.interaction.customer,
            "endpoint": leg.interaction.endpoint,
            "owner": owner,
            "group": group,
            "text": promise.text[:300],
            "due_at": promise.due_at,
            "announced_at": None,
        },
    )


@transaction.atomic
def reopen(leg: Leg, by: Any) -> None:
    """Undo a wrap-up, on the day that it was made. Raises WrapUpError afterwards."""
    now = timezone.now()
    leg = Leg.objects.select_for_update(no_key=True).get(pk=leg.pk)
    if leg.wrapped_up_at is None:
        raise WrapUpError("state", _("这张卡片还没有小结。"))
    if timezone.localdate(leg.wrapped_up_at) != timezone.localdate(now):
        raise WrapUpError("state", _("小结只能在当天修改；请联系班长更正。"))
    _remember(leg, by, "reopened", now)
    follow_up_calls.reopened(leg)
    spoke = leg.connected_at or leg.told_connected_at
    leg.state = Leg.State.WRAP_UP if spoke else Leg.State.MISSED
    leg.ending = Leg.Ending.NONE
    leg.wrapped_up_at = None
    leg.save(update_fields=["state", "ending", "wrapped_up_at", "changed_at"])


def _remember(leg: Leg, by: Any, what: str, now: datetime) -> None:
    before = {
        "state": leg.state,
        "disposition": leg.disposition_id,
        "ticket": leg.ticket,
        "wrapped_up_at": leg.wrapped_up_at.isoformat() if leg.wrapped_up_at else None,
    }
    LegChange.objects.create(leg=leg, by=by, what=what, at=now, before=before)


@dataclass(frozen=True, slots=True)
class Preset:
    """A call-back time that makes sense at this hour."""

    code: str
    due_at: datetime

    @property
    def words(self) -> str:
        """30 分钟后, 今天 17:00, 明早 9:30, 周一 9:30."""
        local = timezone.localtime(self.due_at)
        clock = date_format(local, "G:i")
        if self.code == "soon":
            return _("30 分钟后")
        if self.code == "today":
            return _("今天 %(time)s") % {"time": clock}
        if local.date() - timezone.localdate() == timedelta(days=1):
            return _("明早 %(time)s") % {"time": clock}
        return f"{date_format(local, 'D')} {clock}"


def presets(now: datetime) -> list[Preset]:
    """In half an hour; this afternoon while there is one; the next working morning; the one after a week."""
    local = timezone.localtime(now)
    found = [Preset("soon", now + timedelta(minutes=30))]
    afternoon = _at(local, 0, 17, 0)
    if local < afternoon - timedelta(hours=1):
        found.append(Preset("today", afternoon))
    next_day = {4: 3, 5: 2}.get(local.weekday(), 1)
    found.append(Preset("next", _at(local, next_day, 9, 30)))
    return found


def _at(local: datetime, days: int, hour: int, minute: int) -> datetime:
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)
