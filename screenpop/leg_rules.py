"""What a signal does to the legs of a call: pure rules, no clock, no database.

Signals may repeat, come late, come first, or never. `at` is when the page saw the signal, not when it
reached us: order is the page's order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from screenpop.leg_state import (
    CLOCKS_APART,
    ECHO_OF_END,
    HUNT_ON,
    LATE_ANSWER,
    LATER_CALL,
    QUIET_REPEAT,
    RING_ALL_SLACK,
    RING_FORGOTTEN,
    TRANSFER_WINDOW,
    Action,
    Decision,
    LegView,
    Signal,
    State,
)


def leg_at(own: Sequence[LegView], signal: Signal, at: datetime) -> int | None:
    """The index of the agent's leg that a signal seen `at` concerns, whenever it reached us; None for a new one.

    That is the last leg that had begun by then. One that began a little later is meant when nothing was
    going on yet: its first signals came late. But nothing ends before it begins, and a dialled one begins
    with the click.
    """
    begun = [index for index, leg in enumerate(own) if leg.started_at <= at]
    talking = [index for index in begun if own[index].state is State.CONNECTED]
    if signal is Signal.END and talking:
        # Calling back is often clicked before the talk's own end has come: it ends the talk, not the dialling.
        begun = talking
    last = max(begun, key=lambda index: own[index].started_at, default=None)
    if last is not None and (own[last].is_live or at <= own[last].over_at):
        return last
    coming = [
        index
        for index, leg in enumerate(own)
        if at < leg.started_at
        and leg.started_at - at <= _may_come_late(leg, signal)
        and not (signal is Signal.END and leg.is_live)
        and leg.state is not State.DIALLED
    ]
    return min(coming, key=lambda index: own[index].started_at, default=last)


def _may_come_late(leg: LegView, signal: Signal) -> timedelta:
    """How long before a leg began, as far as it is known, a signal of it may have been seen."""
    if signal is Signal.END:
        return RING_ALL_SLACK
    if leg.is_told and leg.told_rang_at is not None:
        return max(leg.started_at - leg.told_rang_at, timedelta(0)) + CLOCKS_APART
    return RING_FORGOTTEN


def decide(
    own: LegView | None,
    others: Sequence[LegView],
    signal: Signal,
    at: datetime,
    *,
    repeats: bool = False,
) -> Decision:
    """What a signal does.

    `own` is this agent's leg that the signal concerns (`leg_at`), `others` are other agents' recent legs
    there (empty when the endpoint cannot tell one caller from another). `repeats` says that the page found
    this very hash when it loaded and that it equals the last event of `own`.
    """
    if own is None or own.is_forgotten(at):
        return _open(others, signal, at)
    if repeats and (own.state is State.CONNECTED or at - own.over_at < QUIET_REPEAT):
        return Decision(Action.QUIET)
    decision = _move(own, signal, at)
    if decision is None:
        return _open(others, signal, at)
    if decision.action is Action.MOVE and signal is Signal.CONNECT:
        return replace(decision, closes=_answered(others, at))
    if decision.state is State.MISSED and own.state is State.RINGING:
        return _missed(own, others, at)
    return decision


def _missed(own: LegView, others: Sequence[LegView], at: datetime) -> Decision:
    """A ring that ended: answered elsewhere when a colleague took it, missed when it was never theirs."""
    talking = _talking(others, at)
    if talking is not None:
        answered_at = others[talking].connected_at
        # A ring that began during the colleague's call was a transfer that nobody took.
        if answered_at and own.started_at <= answered_at + RING_ALL_SLACK:
            return Decision(Action.MOVE, State.CLOSED, elsewhere=True)
    return Decision(Action.MOVE, State.MISSED)


def _move(own: LegView, signal: Signal, at: datetime) -> Decision | None:
    """What the signal does to the agent's own leg; None when it belongs to a new one."""
    if own.is_live:
        return _move_live(own, signal, at)
    since = at - own.over_at
    if own.put_away and signal is not Signal.RING and since <= RING_FORGOTTEN:
        if signal is Signal.CONNECT:
            return Decision(Action.MOVE, State.CONNECTED)
        return Decision(Action.NOTHING)
    if signal is Signal.RING:
        # Seen before the end, or just after a colleague's answer: a tab that lagged behind, not a new call.
        lagged = since < timedelta(0) or (own.elsewhere and since <= RING_ALL_SLACK)
        return Decision(Action.NOTHING) if lagged else None
    if signal is Signal.CONNECT:
        if own.elsewhere and since < timedelta(0):
            # Seen before a colleague's answer closed it: this one had taken it, and handed it on.
            return (
                Decision(Action.NOTHING) if own.is_told else Decision(Action.MOVE, State.CONNECTED)
            )
        if own.elsewhere or since > LATE_ANSWER:
            return None
        if own.state is State.MISSED:
            return Decision(Action.MOVE, State.WRAP_UP)
        return Decision(Action.NOTHING)
    return Decision(Action.NOTHING) if since <= ECHO_OF_END else None


_LIVE_TABLE = {
    (State.DIALLED, Signal.RING): State.RINGING,
    (State.DIALLED, Signal.CONNECT): State.CONNECTED,
    (State.DIALLED, Signal.END): State.MISSED,
    (State.RINGING, Signal.RING): None,
    (State.RINGING, Signal.CONNECT): State.CONNECTED,
    (State.RINGING, Signal.END): State.MISSED,
    (State.CONNECTED, Signal.RING): None,
    (State.CONNECTED, Signal.CONNECT): None,
    (State.CONNECTED, Signal.END): State.WRAP_UP,
}


def _move_live(own: LegView, signal: Signal, at: datetime) -> Decision:
    target = _LIVE_TABLE[own.state, signal]
    if signal is Signal.END and _is_stale_end(own, at):
        target = None
    return Decision(Action.MOVE, target) if target else Decision(Action.NOTHING)


def _is_stale_end(own: LegView, at: datetime) -> bool:
    """An end that was seen before the leg's latest ring, or long before its answer, ended something earlier."""
    if own.state is State.RINGING:
        return at < own.last_signal_at
    return own.connected_at is not None and own.connected_at - at > LATE_ANSWER


def _open(others: Sequence[LegView], signal: Signal, at: datetime) -> Decision:
    """A new leg, in a colleague's interaction when the two belong to one call."""
    closes = _answered(others, at) if signal is Signal.CONNECT else ()
    talking = _talking(others, at)
    ringing = _ringing(others, at)
    if talking is not None and (others[talking].is_live or ringing is None):
        if _is_ring_all(others[talking], signal, at):
            return Decision(Action.OPEN, State.CLOSED, joins=talking, elsewhere=True)
        return Decision(Action.OPEN, _FIRST[signal], joins=talking, provisional=True, closes=closes)
    if ringing is None and closes:
        # An answer this soon after a colleague gave up takes that very call.
        ringing = closes[0]
    return Decision(Action.OPEN, _FIRST[signal], joins=ringing, closes=closes)


_FIRST = {
    Signal.RING: State.RINGING,
    Signal.CONNECT: State.CONNECTED,
    Signal.END: State.MISSED,
}


def _is_ring_all(answered: LegView, signal: Signal, at: datetime) -> bool:
    """Whether a first signal is only the rest of a ring that a colleague answered; else it is a transfer."""
    answered_at = answered.connected_at or at
    if signal is Signal.RING:
        # Whoever was seen to be rung only later was not rung together with this one, who handed the call on.
        was_rung = answered.started_at < answered_at
        later = was_rung and answered.started_at - at > HUNT_ON
        return at <= answered_at + RING_ALL_SLACK and not later
    return signal is Signal.END and abs(at - answered_at) <= LATE_ANSWER


def _talking(others: Sequence[LegView], at: datetime) -> int | None:
    """The colleague's leg that is connected, or ended within the transfer window; connected first, then the latest."""
    found = [
        (leg.is_live, leg.connected_at, index)
        for index, leg in enumerate(others)
        if leg.connected_at is not None
        and not leg.is_forgotten(at)
        and not leg.is_of_past_call(at)
        and leg.started_at - at <= LATER_CALL
        and (leg.is_live or at - leg.over_at <= TRANSFER_WINDOW)
    ]
    return max(found)[2] if found else None


def _ringing(others: Sequence[LegView], at: datetime) -> int | None:
    """A colleague's leg that rang then, or gave up just before: the same ring-all, or the queue's next agent."""
    for index, leg in enumerate(others):
        rings = leg.state is State.RINGING and not leg.is_forgotten(at)
        gave_up = leg.state is State.MISSED and at - leg.over_at <= HUNT_ON
        if leg.is_of_past_call(at):
            continue
        if (rings or gave_up) and leg.started_at - at <= HUNT_ON:
            return index
    return None


def _answered(others: Sequence[LegView], at: datetime) -> tuple[int, ...]:
    """Colleagues' legs that this answer ends: those that ring, and those given up about when it came."""
    return tuple(
        index for index, leg in enumerate(others) if _is_answered(leg, leg.started_at - at, at)
    )


def _is_answered(leg: LegView, begins_after: timedelta, at: datetime) -> bool:
    if leg.is_of_past_call(at) or leg.is_told:
        return False
    if leg.state is State.RINGING:
        return not leg.is_forgotten(at) and begins_after <= RING_ALL_SLACK
    gave_up = leg.state is State.MISSED and at - leg.over_at <= LATE_ANSWER
    # Of a leg that began with its end the ring was not seen.
    return gave_up and begins_after <= LATE_ANSWER
