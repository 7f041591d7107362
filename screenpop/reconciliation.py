"""One truth out of two tellings: what the platform pushes, joined with what the pops saw.

Everything happens under the locks that a pop takes as well, so that a pop and its record cannot cross. The same pushes
come to the same, applied twice or in any order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from customers.joining import renumber
from customers.missed import note_missed, note_spoken, note_tried
from customers.models import Endpoint, Interaction, Leg, Recording
from customers.row_locks import lock_endpoints
from screenpop.cdr import (
    INTERNAL,
    OUTBOUND,
    PHONE,
    Part,
    Record,
    read_call,
    read_chat,
)
from screenpop.cdr_audio import Audio, read_recording, read_voicemail
from screenpop.end_status import NOTHING_OWED, owes_a_call
from screenpop.models import Discrepancy
from screenpop.part_match import Assignment, assign
from screenpop.reconciliation_home import home_of, learn_end, part_with_strangers, session_of
from screenpop.record_audio import keep_audio, keep_listed, place_all
from screenpop.record_candidates import legs_near, seen_of, times_of, whole_call
from screenpop.record_ends import Ends, ends_of
from screenpop.record_facts import add_part, set_end, write_call, write_part
from screenpop.record_seats import Seats
from screenpop.session_lock import lock_session, try_lock_session
from screenpop.waiting import forget_waiting, keep_waiting, waiting_at, was_kept_alone

READERS = {"cdr": read_call, "imcdr": read_chat}
# A part that stands for a record which names no agent.
WHOLE = 0


def apply(action: str, body: dict[str, Any], at: datetime) -> bool:
    """Apply one push, inside the caller's transaction. `at` is when it came.

    False when there is nothing to do for this action. Raises screenpop.cdr.Unreadable.
    """
    name = action.strip().lower()
    if name in READERS:
        record = READERS[name](body)
        lock_session(record.family, record.session_id, (part.email for part in record.parts))
        settle(record, name, body, at)
        return True
    if name in ("record", "voicemail"):
        audio = read_voicemail(body) if name == "voicemail" else read_recording(body)
        lock_session(PHONE, audio.session_id)
        _hear(audio, at)
        return True
    return False


def _hear(audio: Audio, at: datetime) -> None:
    _heard([keep_audio(audio, at)], at)


def hear_listed(voicemails: Sequence[Audio], at: datetime) -> None:
    """All voicemails of one session as a listing names them, inside the caller's transaction."""
    heard = [audio for audio in voicemails if audio.url]
    if heard:
        lock_session(PHONE, heard[0].session_id)
        _heard(keep_listed(heard, at), at)


def _heard(recordings: Sequence[Recording], at: datetime) -> None:
    """A voicemail wants an answer."""
    for recording in recordings:
        interaction, kind = recording.interaction, recording.kind
        if kind == Recording.Kind.VOICEMAIL and interaction and interaction.endpoint_id:
            lock_endpoints([interaction.endpoint_id])
            _note_owed(interaction, at)


def settle(
    record: Record,
    action: str,
    body: dict[str, Any],
    at: datetime,
    *,
    chosen: Mapping[int, int] | None = None,
    alone: bool = False,
) -> Interaction | None:
    """Join one record; wants its session's lock. None when it waits for more to be known.

    `chosen` (sequence of a part → id of its leg) is a person's word; `alone`: what is ambiguous is none of those legs.
    """
    ends = ends_of(record)
    rows = ends.rows()
    seats = Seats(record.parts)
    record = replace(record, direction=ends.direction, parts=seats.named(record.parts))
    before = session_of(record, locked=False)
    near = legs_near(record, ends, rows, seats, before)
    keys = {row.pk for row in rows} | {leg.endpoint_id for leg in near if leg.endpoint_id}
    lock_endpoints(keys | ({before.endpoint_id} if before and before.endpoint_id else set()))
    # A new row is made behind the locks of older ones.
    rows = rows or ends.made_rows()
    # Read again: what was seen before the locks may have changed.
    found = session_of(record, locked=True)
    legs = legs_near(record, ends, rows, seats, found)
    plan = _plan(record, ends, legs, found, chosen or {})
    alone = alone or was_kept_alone(record)
    if plan.assignment.open and not alone:
        keep_waiting(plan.record, action, body, rows, found, plan.assignment.open)
        if not plan.matched and found is None:
            return None
    else:
        forget_waiting(record, found)
    home = _join(plan, ends, rows, seats, found, at, alone=alone)
    if any(leg.told_sequence is None for leg in plan.matched.values()):
        _try_again(rows, at)
    return home


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which leg is which part. `bare`: legs that an earlier telling made and that nobody has touched."""

    record: Record
    assignment: Assignment
    matched: dict[int, Leg]
    bare: list[Leg]


def _plan(
    record: Record,
    ends: Ends,
    legs: Sequence[Leg],
    found: Interaction | None,
    chosen: Mapping[int, int],
) -> _Plan:
    home = found.pk if found else None
    bare = [leg for leg in legs if leg.interaction_id == home and _is_bare(leg)]
    usable = {leg.pk: leg for leg in legs if leg not in bare}
    named = next((leg for leg in usable.values() if _carries(leg, record.uui)), None)
    if not record.parts:
        if pick := usable.get(chosen.get(WHOLE, 0)) or named:
            email = pick.agent_email
            part = Part(WHOLE, email, "", "", None, None, record.connected_at, record.ended_at)
            record = replace(record, parts=(part,))
            return _Plan(record, Assignment({0: pick.pk}, {}), {0: pick}, bare)
        claimed = any(leg.interaction_id == home for leg in legs)
        seen = [] if claimed else seen_of(usable.values())
        assignment = assign([whole_call(record, ends.direction)], seen)
        return _Plan(record, assignment, {}, bare)
    times = times_of(record, record.parts, ends.direction)
    fixed = _fixed(record, usable, home, named, chosen)
    assignment = assign(times, seen_of(usable.values()), fixed)
    matched = {index: usable[key] for index, key in assignment.pairs.items()}
    return _Plan(record, assignment, matched, bare)


def _is_bare(leg: Leg) -> bool:
    touched = leg.note or leg.disposition_id or leg.wrapped_up_at or leg.ticket
    return leg.told_sequence is not None and not leg.last_signal and not touched


def _carries(leg: Leg, uui: str) -> bool:
    request = getattr(leg, "dial_request", None)
    return bool(uui) and request is not None and request.uui == uui


def _fixed(
    record: Record,
    legs: Mapping[int, Leg],
    home: int | None,
    named: Leg | None,
    chosen: Mapping[int, int],
) -> dict[int, int]:
    """Pairs that need no comparing: a person's word, what travelled with the call, what an earlier telling settled."""
    fixed: dict[int, int] = {}
    places = {part.sequence: index for index, part in enumerate(record.parts)}
    for sequence, key in chosen.items():
        if sequence in places and key in legs:
            fixed[places[sequence]] = key
    for leg in legs.values():
        index = places.get(-1 if leg.told_sequence is None else leg.told_sequence)
        if leg.interaction_id != home or index is None or index in fixed:
            continue
        if leg.agent_email == record.parts[index].email and leg.pk not in fixed.values():
            fixed[index] = leg.pk
    if named is not None and named.pk not in fixed.values():
        own = [i for i, part in enumerate(record.parts) if part.email == named.agent_email]
        index = (own or [0])[0]
        fixed.setdefault(index, named.pk)
    return fixed


def _join(
    plan: _Plan,
    ends: Ends,
    rows: Sequence[Endpoint],
    seats: Seats,
    found: Interaction | None,
    at: datetime,
    *,
    alone: bool,
) -> Interaction:
    record = plan.record
    home = home_of(record, ends, rows, found, list(plan.matched.values()), at)
    learn_end(home, record, rows, at)
    write_call(home, record, ends, at)
    set_end(home, rows, ends.behind)
    legs = Leg.objects.in_bulk([leg.pk for leg in plan.matched.values()])
    bare = {(leg.told_sequence, leg.agent_email): leg for leg in plan.bare}
    for index, part in enumerate(record.parts):
        leg = legs[plan.matched[index].pk] if index in plan.matched else None
        leg = leg or bare.pop((part.sequence, part.email), None)
        if leg is not None:
            write_part(leg, part, record)
        elif alone or index not in plan.assignment.open:
            sequence = home.legs.count() + 1
            add_part(home, home.endpoint, part, record, seats, sequence)
    _drop(bare.values(), record)
    part_with_strangers(home, record, at)
    renumber(home)
    place_all(home)
    _note_owed(home, at)
    return home


def _drop(legs: Any, record: Record) -> None:
    """Legs that an earlier telling made and that a pop has now shown to be its own."""
    if record.parts:
        for leg in legs:
            leg.delete()


def _note_owed(home: Interaction, at: datetime) -> None:
    """What a call leaves to do: a missed one is owed, a talk settles it, a vain call of ours is counted."""
    if home.channel_family != PHONE or home.call_type == INTERNAL or home.endpoint_id is None:
        return
    spoke = home.told_connected_at or home.legs.exclude(told_connected_at=None).exists()
    if spoke:
        note_spoken(home, at, NOTHING_OWED)
    elif home.direction == OUTBOUND:
        note_tried(home, NOTHING_OWED)
    elif _is_missed(home):
        note_missed(home, at, NOTHING_OWED)


def _is_missed(home: Interaction) -> bool:
    voicemail = home.recordings.filter(kind=Recording.Kind.VOICEMAIL).exists()
    if voicemail:
        return True
    unanswered = home.talk_seconds == 0 or home.end_status not in ("", "ok")
    return unanswered and owes_a_call(home.end_status)


def _try_again(rows: Sequence[Endpoint], at: datetime) -> None:
    """After a leg was claimed, what waited at the same number may be clear."""
    for waiting in waiting_at(rows):
        if not try_lock_session(waiting.channel_family, waiting.session_id):
            continue
        body, action = waiting.body, waiting.action
        if body is not None and Discrepancy.objects.open().filter(pk=waiting.pk).exists():
            settle(READERS[action](body), action, body, at)
