"""Legs in memory, moved by the rules as the session moves them in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from screenpop.leg_rules import decide, leg_at
from screenpop.leg_state import Action, LegView, Signal, State


@dataclass(frozen=True, slots=True)
class Kept:
    """A leg: whose, in which call, whether only time suggests that call, and what the rules know of it."""

    agent: int
    call: int
    by_time: bool
    view: LegView


def hear(
    legs: Sequence[Kept],
    signal: Signal,
    agent: int,
    at: datetime,
    *,
    mark: str = "",
    load: bool = False,
) -> tuple[list[Kept], Action]:
    """One event. `mark` stands for the hash, `load` says that the page found it when it loaded."""
    order = sorted(range(len(legs)), key=lambda i: (legs[i].view.last_signal_at, i), reverse=True)
    mine = [i for i in order if legs[i].agent == agent]
    theirs = [i for i in order if legs[i].agent != agent]
    index = leg_at([legs[i].view for i in mine], signal, at)
    own = None if index is None else mine[index]
    view = None if own is None else legs[own].view
    repeats = load and view is not None and view.last_signal == mark
    decision = decide(view, [legs[i].view for i in theirs], signal, at, repeats=repeats)
    new = list(legs)
    for closed in (theirs[i] for i in decision.closes):
        gone = new[closed].view
        gone = replace(gone, state=State.CLOSED, ended_at=gone.ended_at or at, elsewhere=True)
        new[closed] = replace(new[closed], view=gone)
    if decision.action is Action.OPEN:
        assert decision.state is not None
        call = 1 + max((kept.call for kept in legs), default=0)
        if decision.joins is not None:
            call = legs[theirs[decision.joins]].call
        view = LegView(decision.state, at, at, last_signal=mark, elsewhere=decision.elsewhere)
        view = _stamped(view, signal, at)
        return [*new, Kept(agent, call, decision.provisional, view)], decision.action
    assert own is not None
    assert view is not None
    if decision.action is Action.QUIET:
        return new, decision.action
    if at >= view.last_signal_at:
        view = replace(view, last_signal_at=at, last_signal=mark)
    if decision.action is Action.MOVE and decision.state:
        view = replace(view, state=decision.state, elsewhere=decision.elsewhere, put_away=False)
        view = _stamped(view, signal, at)
    new[own] = replace(new[own], view=view)
    return new, decision.action


def _stamped(view: LegView, signal: Signal, at: datetime) -> LegView:
    if view.state is State.RINGING:
        return view
    if view.state is State.CONNECTED:
        return replace(view, connected_at=view.connected_at or at, ended_at=None)
    if signal is Signal.CONNECT:
        return replace(view, connected_at=view.connected_at or min(at, view.ended_at or at))
    return replace(view, ended_at=at)
