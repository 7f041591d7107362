"""Dialling from a page that no workbench frames: the wish waits some seconds for the agent's own pop.

Only a page inside the workbench can ask it to dial, and storage and channels of a frame are another site's. So the
wish goes by the server: the pop hears of it at its next refresh, one of its tabs takes it, and dials.
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers import follow_up_calls
from customers.follow_ups import FollowUpError, locked
from customers.models import FollowUp, Leg
from screenpop.dialing import DoNotCallError, NotDialableError, check_dialable, dial_follow_up
from screenpop.models import DialRequest, HandedDial

# Long enough to go over to the workbench's tab; a call later than this would surprise.
WITHIN = timedelta(seconds=30)
# An idle pop asks every ten seconds. After half of it, it is worth saying what to look for.
PATIENCE = timedelta(seconds=5)


class State(enum.StrEnum):
    """What has become of a wish."""

    WAITING = "waiting"
    LATE = "late"
    TAKEN = "taken"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Handed:
    """A wish as its page shows it."""

    follow_up_id: int
    key: str
    state: State
    problem: str = ""

    @property
    def waits(self) -> bool:
        """Whether a pop may still take it."""
        return self.state in (State.WAITING, State.LATE)


def hand_over(user: Any, pk: int, *, confirmed: bool) -> Handed:
    """Ask the user's pop to call for a follow-up; an earlier wish that waits is given up.

    Raises what `dialing.dial_follow_up` raises, though nothing is dialled or counted yet.
    """
    with transaction.atomic():
        row = locked(pk, user)
        check_dialable(follow_up_calls.number_of(row), confirmed=confirmed)
    # Its lock is let go first: the pop takes these two rows the other way round, and looks at all of this again.
    now = timezone.now()
    values = {
        "key": uuid.uuid4().hex,
        "follow_up": row,
        "despite_do_not_call": confirmed,
        "asked_at": now,
        "taken_by": "",
        "leg": None,
        "problem": "",
    }
    handed, _made = HandedDial.objects.update_or_create(user=user, defaults=values)
    return _shown(handed, now)


def standing(user: Any, pk: int, key: str) -> Handed:
    """What has become of a wish. One that the next has replaced was not dialled."""
    now = timezone.now()
    handed = HandedDial.objects.filter(user=user, key=key, follow_up=pk).first()
    return _shown(handed, now) if handed else Handed(pk, key, State.EXPIRED)


def give_up(user: Any, pk: int, key: str) -> Handed | None:
    """不拨了. Gives what it has become where a pop was faster, else None."""
    gone, _by_model = HandedDial.objects.filter(user=user, key=key, taken_by="").delete()
    if gone or not HandedDial.objects.filter(user=user, key=key).exists():
        return None
    return standing(user, pk, key)


def waiting_key(user: Any, now: datetime) -> str:
    """The key of the wish that the user's pop should take, "" for none."""
    waiting = HandedDial.objects.filter(
        user=user, taken_by="", problem="", asked_at__gt=now - WITHIN
    )
    return waiting.values_list("key", flat=True).first() or ""


def take_up(user: Any, key: str, tab: str) -> tuple[DialRequest, Leg] | None:
    """Dial what was asked for; None when it is over, or when another tab has it.

    Raises what `dialing.dial_follow_up` raises; then no tab tries again, and the page says why.
    """
    try:
        return _take(user, key, tab)
    except (NotDialableError, DoNotCallError, FollowUpError) as reason:
        HandedDial.objects.filter(user=user, key=key).update(problem=str(reason)[:200])
        raise
    except FollowUp.DoesNotExist:
        HandedDial.objects.filter(user=user, key=key).delete()
        return None


@transaction.atomic
def _take(user: Any, key: str, tab: str) -> tuple[DialRequest, Leg] | None:
    since = timezone.now() - WITHIN
    waiting = HandedDial.objects.filter(user=user, key=key, asked_at__gt=since, problem="")
    # One UPDATE decides: a second tab waits for the first, and finds nothing.
    mine = waiting.filter(taken_by="").update(taken_by=tab)
    handed = waiting.filter(taken_by=tab).select_related("leg__dial_request").first()
    if handed is None:
        return None
    if not mine:
        return (handed.leg.dial_request, handed.leg) if handed.leg else None
    confirmed = handed.despite_do_not_call
    request, leg = dial_follow_up(user, handed.follow_up_id, confirmed=confirmed)
    HandedDial.objects.filter(pk=handed.pk).update(leg=leg)
    return request, leg


def _shown(handed: HandedDial, now: datetime) -> Handed:
    return Handed(handed.follow_up_id, handed.key, _state(handed, now), handed.problem)


def _state(handed: HandedDial, now: datetime) -> State:
    waited = now - handed.asked_at
    if handed.problem:
        return State.FAILED
    if handed.taken_by:
        return State.TAKEN
    if waited >= WITHIN:
        return State.EXPIRED
    return State.LATE if waited >= PATIENCE else State.WAITING
