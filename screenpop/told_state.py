"""What a record's end means for the state of an agent's leg; pure."""

from screenpop.cdr import INTERNAL, OUTBOUND, OUTSIDE, Part, Record
from screenpop.leg_state import LIVE, RING_ALL_SLACK, State

ELSEWHERE, NO_ANSWER, NONE = "elsewhere", "no-answer", ""


def first_state(part: Part, record: Record) -> tuple[State, str]:
    """The state and ending of a leg that no pop ever saw: a talk is to be wrapped up, wherever it was answered."""
    if part.kind == OUTSIDE or (record.call_type == INTERNAL and part.connected_at):
        return State.CLOSED, NONE
    if part.connected_at:
        return State.WRAP_UP, NONE
    return _unanswered(part, record)


def told_state(
    state: str, ending: str, part: Part, record: Record, *, wrapped_up: bool
) -> tuple[State, str] | None:
    """Where a leg that a pop saw goes once its record is there; None when it stays.

    What its agent did with it stays: a leg that was wrapped up is never moved.
    """
    if wrapped_up or not (part.ended_at or record.ended_at):
        return None
    if part.connected_at:
        return None if state == State.WRAP_UP else (State.WRAP_UP, NONE)
    if state == State.CONNECTED:
        # Its agent saw the answer.
        return State.WRAP_UP, NONE
    # Whether a colleague took this very call the record tells better than what the pages saw at about that time.
    guessed = state == State.MISSED or ending == ELSEWHERE
    found = _unanswered(part, record) if state in LIVE or guessed else None
    return None if found == (state, ending) else found


def _unanswered(part: Part, record: Record) -> tuple[State, str]:
    if record.direction == OUTBOUND:
        return State.CLOSED, NO_ANSWER
    for other in record.parts:
        # A ring-all rings for everybody at one moment; a queue that hunts on, one after the other.
        if other.connected_at and other.rang_at and part.rang_at:
            apart = abs(other.rang_at - part.rang_at)
            if other is not part and apart <= RING_ALL_SLACK:
                return State.CLOSED, ELSEWHERE
    return State.MISSED, NONE
