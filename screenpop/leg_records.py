"""Writing down what the rules decided: the agent's leg, and the colleagues' legs that it ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from customers.models import Endpoint, Interaction, Leg
from screenpop.hash_contract import Facts
from screenpop.leg_state import Action, Decision, LegView, Signal, State

_OVER = (State.WRAP_UP, State.MISSED, State.CLOSED)


def view_of(leg: Leg) -> LegView:
    """A leg as the rules see it."""
    return LegView(
        state=State(leg.state),
        started_at=leg.started_at,
        last_signal_at=leg.last_signal_at,
        connected_at=leg.connected_at or leg.told_connected_at,
        ended_at=leg.ended_at or leg.told_ended_at,
        last_signal=leg.last_signal,
        elsewhere=leg.ending == Leg.Ending.ELSEWHERE,
        # A leg that had ended before keeps the time of its end when its agent puts it away.
        put_away=leg.ending == Leg.Ending.WRAPPED_UP
        and leg.connected_at is None
        and leg.told_connected_at is None
        and leg.ended_at == leg.wrapped_up_at,
        call_over_at=leg.interaction.told_ended_at,
        is_told=leg.told_sequence is not None and leg.told_ended_at is not None,
        told_rang_at=leg.told_rang_at,
    )


def add_leg(
    interaction: Interaction,
    endpoint: Endpoint | None,
    user: Any,
    facts: Facts,
    decision: Decision,
    at: datetime,
    mark: str,
    *,
    is_first: bool,
) -> Leg:
    """A new leg, the interaction's next."""
    state = decision.state
    if state is None:
        raise ValueError("a new leg needs a state")
    highest = None
    if not is_first:
        highest = interaction.legs.aggregate(highest=Max("sequence"))["highest"]
    leg = Leg(
        interaction=interaction,
        sequence=(highest or 0) + 1,
        endpoint=endpoint,
        user=user,
        agent_email=facts.agent_email,
        state=state,
        ending=Leg.Ending.ELSEWHERE if decision.elsewhere else Leg.Ending.NONE,
        provisional=decision.provisional,
        started_at=at,
        last_signal_at=at,
        last_signal=mark,
    )
    _stamp(leg, state, facts.signal, at)
    leg.save()
    return leg


def move_leg(
    leg: Leg, user: Any, decision: Decision, facts: Facts, at: datetime, mark: str
) -> bool:
    """Write what the signal changed, and nothing else; tell whether the state did."""
    # `changed_at` tells the pages to paint anew: an echo of what is known changes nothing on a card.
    changed = {"last_signal_at", "last_signal"}
    is_news = at >= leg.last_signal_at
    if leg.told_sequence is not None and decision.action is Action.NOTHING:
        # The platform told of this leg before its page did.
        if seen := _see_late(leg, facts.signal, at):
            changed |= seen | {"changed_at"}
        if leg.user_id is None:
            leg.user = user
            changed |= {"user", "changed_at"}
    if is_news or not leg.last_signal:
        leg.last_signal_at, leg.last_signal = max(at, leg.last_signal_at), mark
    # Whoever signs in to the workbench last sits at it; a card that was recorded under another seat locks again.
    if (
        facts.agent_email
        and (is_news or not leg.agent_email)
        and leg.agent_email != facts.agent_email
    ):
        leg.agent_email = facts.agent_email
        changed |= {"agent_email", "changed_at"}
    moved = decision.action is Action.MOVE and decision.state is not None
    if moved and decision.state:
        leg.state = decision.state
        leg.ending = Leg.Ending.ELSEWHERE if decision.elsewhere else Leg.Ending.NONE
        changed |= {"state", "ending", "changed_at"} | _stamp(leg, decision.state, facts.signal, at)
    leg.save(update_fields=changed)
    _learn_face(leg.interaction, facts)
    return moved


def _stamp(leg: Leg, state: State, signal: Signal, at: datetime) -> set[str]:
    """Set the times that belong to a new state; give the names of the fields written."""
    if state is State.RINGING:
        leg.rang_at = leg.rang_at or at
        return {"rang_at"}
    if state is State.CONNECTED:
        leg.connected_at = leg.connected_at or at
        # It may have been put away while it still rang.
        leg.ended_at = leg.wrapped_up_at = None
        return {"connected_at", "ended_at", "wrapped_up_at"}
    if signal is Signal.CONNECT:
        # The answer of a call whose end is known: seen late, it did not come after that end.
        leg.connected_at = leg.connected_at or min(at, leg.ended_at or at)
        return {"connected_at"}
    if state in _OVER:
        leg.ended_at = at
    return {"ended_at"}


def _see_late(leg: Leg, signal: Signal, at: datetime) -> set[str]:
    """Note when a page saw what the record had told already; give the names of the fields written."""
    column = {Signal.RING: "rang_at", Signal.CONNECT: "connected_at", Signal.END: "ended_at"}[
        signal
    ]
    after_answer = signal is Signal.RING and leg.connected_at is not None and at > leg.connected_at
    if getattr(leg, column) is not None or after_answer:
        return set()
    setattr(leg, column, at)
    return {column}


def _learn_face(interaction: Interaction, facts: Facts) -> None:
    changed = []
    for field, value in (("nickname", facts.nickname), ("avatar", facts.avatar)):
        if value and not getattr(interaction, field):
            setattr(interaction, field, value)
            changed.append(field)
    if changed:
        interaction.save(update_fields=changed)


def answered_elsewhere(legs: Sequence[Leg], at: datetime) -> None:
    """Close colleagues' legs of a call that somebody took."""
    for leg in legs:
        leg.state = Leg.State.CLOSED
        leg.ending = Leg.Ending.ELSEWHERE
        leg.ended_at = leg.ended_at or at
        leg.save(update_fields=["state", "ending", "ended_at", "changed_at"])
