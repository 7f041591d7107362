"""The state of a leg, as its own agent sees it: the words that `leg_rules` is written in, and its times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Signal(StrEnum):
    """What one hash says: its `status` 100 (and anything missing or unknown), 200, 400."""

    RING = "ring"
    CONNECT = "connect"
    END = "end"


class State(StrEnum):
    """Values of `Leg.state`."""

    DIALLED = "dialled"
    RINGING = "ringing"
    CONNECTED = "connected"
    WRAP_UP = "wrap-up"
    MISSED = "missed"
    CLOSED = "closed"


LIVE = {State.DIALLED, State.RINGING, State.CONNECTED}

# A 200 this soon after a 400 is the answer arriving late; another agent's leg this near is a transfer.
LATE_ANSWER = timedelta(seconds=30)
TRANSFER_WINDOW = timedelta(seconds=30)
# A lone 400 this soon after an ended leg is its echo.
ECHO_OF_END = timedelta(seconds=60)
# A ring of ring-all may be seen this much after a colleague's answer; nobody transfers a call within it.
RING_ALL_SLACK = timedelta(seconds=1)
# A queue rings the next agent this soon after one gave up; nobody hangs up and dials again as fast.
HUNT_ON = timedelta(seconds=5)
# The platform's clock and a page's differ by this much at most.
CLOCKS_APART = timedelta(seconds=5)
# A colleague's leg that began this long after a signal was seen is a later call, not the signal's.
LATER_CALL = timedelta(minutes=2)
# A number dialled this recently and then named by a hash is that call.
DIAL_JOIN = timedelta(minutes=3)
# A hash re-created with the frame repeats the last event of a leg that ended this recently.
QUIET_REPEAT = timedelta(minutes=10)
# Without its 400 (a closed browser) a leg does not swallow calls for ever.
RING_FORGOTTEN = timedelta(minutes=10)
CALL_FORGOTTEN = timedelta(hours=4)
# So long a leg can be what an event is about.
EVENT_REACH = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LegView:
    """What the rules need to know of a leg. Times are when the page saw things; None when it did not.

    `elsewhere`: closed because a colleague answered. `put_away`: closed by its agent while it still rang.
    A time that nobody saw is the platform's, where it told one.
    """

    state: State
    started_at: datetime
    last_signal_at: datetime
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    last_signal: str = ""
    elsewhere: bool = False
    put_away: bool = False
    # When the whole call was over, as the platform told.
    call_over_at: datetime | None = None
    # How this very part went is told, and when it rang: no page's guess changes it.
    is_told: bool = False
    told_rang_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether its end is still to come."""
        return self.state in LIVE

    @property
    def over_at(self) -> datetime:
        """When it ended, as far as anybody saw."""
        return self.ended_at or self.last_signal_at

    def is_of_past_call(self, at: datetime) -> bool:
        """Whether the platform told that the call was over by then: what comes later is another one."""
        return self.call_over_at is not None and at > self.call_over_at

    def is_forgotten(self, at: datetime) -> bool:
        """Whether a live leg is too old for a new signal to belong to it."""
        limit = {
            State.DIALLED: DIAL_JOIN,
            State.RINGING: RING_FORGOTTEN,
            State.CONNECTED: CALL_FORGOTTEN,
        }.get(self.state)
        return limit is not None and at - self.last_signal_at > limit


class Action(StrEnum):
    """What to do with a signal."""

    NOTHING = "nothing"
    QUIET = "quiet"
    MOVE = "move"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a signal. `joins` is the index in `others` of the leg whose interaction a new leg enters.

    `closes` are the indexes of others' legs that were answered elsewhere by this signal. `provisional`
    marks a join that only time suggests (a transfer).
    """

    action: Action
    state: State | None = None
    joins: int | None = None
    provisional: bool = False
    elsewhere: bool = False
    closes: tuple[int, ...] = ()
