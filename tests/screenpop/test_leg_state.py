"""Calls by name: what the pop saw, and what the legs of its agents must be after it.

Events are "seconds agent what", in the order in which they reach us; the seconds are when the page saw them.
What is 100, 200 or 400; "dial" (the button), "away" (the agent closes the card), or "load 100" (the hash stood
there when the page loaded). A leg is "agent call state", with "?" after the call when only time suggests it,
"elsewhere" for closed because a colleague answered.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from screenpop.hash_contract import read_facts
from screenpop.leg_state import Action, LegView, Signal, State
from tests.screenpop.leg_model import Kept, hear

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIGNALS = {"100": Signal.RING, "200": Signal.CONNECT, "400": Signal.END}

CASES = {
    # one call
    "a ring": ("0 a 100", "a 1 ringing"),
    "an answered call": ("0 a 100; 8 a 200", "a 1 connected"),
    "a whole call": ("0 a 100; 8 a 200; 95 a 400", "a 1 wrap-up"),
    "a missed call": ("0 a 100; 20 a 400", "a 1 missed"),
    "a call that was joined when it was answered": ("0 a 200", "a 1 connected"),
    "a lone 400": ("0 a 400", "a 1 missed"),
    # signals that repeat
    "a ring in two tabs": ("0 a 100; 0.1 a 100", "a 1 ringing"),
    "100 after 200 changes nothing": ("0 a 100; 8 a 200; 9 a 100", "a 1 connected"),
    "100 long after 200 changes nothing": ("0 a 200; 3000 a 100", "a 1 connected"),
    "200 twice": ("0 a 100; 8 a 200; 8.2 a 200", "a 1 connected"),
    "400 twice": ("0 a 100; 8 a 200; 95 a 400; 95.2 a 400", "a 1 wrap-up"),
    "200 soon after the end of an answered call": ("0 a 200; 60 a 400; 61 a 200", "a 1 wrap-up"),
    # 100 after 400
    "100 after 400 is a new call": (
        "0 a 100; 8 a 200; 95 a 400; 96 a 100",
        "a 1 wrap-up, a 2 ringing",
    ),
    "100 at the very moment of 400 is a new call": (
        "0 a 100; 20 a 400; 20 a 100",
        "a 1 missed, a 2 ringing",
    ),
    "three calls in a minute": (
        "0 a 100; 9 a 400; 20 a 100; 29 a 400; 40 a 100; 45 a 200",
        "a 1 missed, a 2 missed, a 3 connected",
    ),
    # 200 after 400
    "200 within 30 s after 400 is a late answer": ("0 a 100; 20 a 400; 50 a 200", "a 1 wrap-up"),
    "200 later than 30 s after 400 is a new call": (
        "0 a 100; 20 a 400; 50.1 a 200",
        "a 1 missed, a 2 connected",
    ),
    "200 after a lone 400 is a late answer": ("0 a 400; 3 a 200", "a 1 wrap-up"),
    "200 long after an answered call is a new one": (
        "0 a 200; 60 a 400; 200 a 200",
        "a 1 wrap-up, a 2 connected",
    ),
    # lone 400
    "a lone 400 within a minute of an end is its echo": (
        "0 a 200; 60 a 400; 120 a 400",
        "a 1 wrap-up",
    ),
    "a lone 400 after that minute is a missed call": (
        "0 a 200; 60 a 400; 120.1 a 400",
        "a 1 wrap-up, a 2 missed",
    ),
    "a lone 400 within a minute of a missed call": ("0 a 100; 9 a 400; 60 a 400", "a 1 missed"),
    # silence
    "a ring silent for a minute is revived by an answer": ("0 a 100; 70 a 200", "a 1 connected"),
    "a ring silent for a minute is revived by a ring": ("0 a 100; 70 a 100", "a 1 ringing"),
    "a ring silent for a minute is revived by its end": ("0 a 100; 70 a 400", "a 1 missed"),
    "a ring forgotten for ten minutes swallows no call": (
        "0 a 100; 601 a 100",
        "a 1 ringing, a 2 ringing",
    ),
    "a long call ends": ("0 a 200; 14000 a 400", "a 1 wrap-up"),
    "a call forgotten for four hours swallows no call": (
        "0 a 200; 14401 a 100",
        "a 1 connected, a 2 ringing",
    ),
    # the hash that stood there at load
    "a loaded hash that repeats an ended call is quiet": (
        "0 a 200; 60 a 400; 300 a load 400",
        "a 1 wrap-up, quiet",
    ),
    "a loaded hash that repeats a running call is quiet": (
        "0 a 100; 8 a 200; 3000 a load 200",
        "a 1 connected, quiet",
    ),
    "a loaded hash that repeats a ring is quiet": (
        "0 a 100; 5 a load 100",
        "a 1 ringing, quiet",
    ),
    "a loaded hash ten minutes after the end is a call": (
        "0 a 100; 60 a 400; 661 a load 400",
        "a 1 missed, a 2 missed",
    ),
    "a loaded hash of a call forgotten for hours is a call": (
        "0 a 200; 14401 a load 200",
        "a 1 connected, a 2 connected",
    ),
    "a loaded hash that repeats nothing is a call": (
        "0 a 200; 60 a 400; 90 a load 100",
        "a 1 wrap-up, a 2 ringing",
    ),
    "a changed hash is never quiet": (
        "0 a 100; 60 a 400; 200 a 400",
        "a 1 missed, a 2 missed",
    ),
    # ring-all
    "ring-all is one call": (
        "0 a 100; 0.1 b 100; 0.2 c 100",
        "a 1 ringing, b 1 ringing, c 1 ringing",
    ),
    "ring-all, b answers": (
        "0 a 100; 0.1 b 100; 0.2 c 100; 9 b 200",
        "a 1 elsewhere, b 1 connected, c 1 elsewhere",
    ),
    "ring-all, b answers, then a's ring ends": (
        "0 a 100; 0.1 b 100; 9 b 200; 9.2 a 400",
        "a 1 elsewhere, b 1 connected",
    ),
    "ring-all, a's ring ends before b's answer comes": (
        "0 a 100; 0.1 b 100; 9.2 a 400; 9 b 200",
        "a 1 elsewhere, b 1 connected",
    ),
    "ring-all, a's ring reaches us after b's answer": (
        "0.1 b 100; 9 b 200; 0 a 100",
        "b 1 connected, a 1 elsewhere",
    ),
    "ring-all, only a's end is seen": (
        "0 b 100; 9 b 200; 9.1 a 400",
        "b 1 connected, a 1 elsewhere",
    ),
    "ring-all, a second tab of a's rings after b's answer": (
        "0 a 100; 0.1 b 100; 9 b 200; 9.5 a 100",
        "a 1 elsewhere, b 1 connected",
    ),
    "ring-all, a's whole ring reaches us after b's whole call": (
        "0 b 100; 9 b 200; 90 b 400; 0 a 100; 9.1 a 400",
        "b 1 wrap-up, a 1 elsewhere",
    ),
    "ring-all, b answers after more than a minute": (
        "0 a 100; 0.1 b 100; 75 b 200",
        "a 1 elsewhere, b 1 connected",
    ),
    "ring-all, the caller gives up": (
        "0 a 100; 0.1 b 100; 30 a 400; 30.2 b 400",
        "a 1 missed, b 1 missed",
    ),
    "ring-all, b answers late": (
        "0 a 100; 0.1 b 100; 9 b 400; 9.1 b 200",
        "a 1 elsewhere, b 1 wrap-up",
    ),
    "ring-all, b's ring reaches us after the end of a's": (
        "0 a 100; 30 a 400; 0.1 b 100; 30.1 b 400",
        "a 1 missed, b 1 missed",
    ),
    "ring-all, the answer reaches us last": (
        "0 a 100; 30 a 400; 0.1 b 100; 30.1 b 400; 29.9 c 200",
        "a 1 elsewhere, b 1 elsewhere, c 1 connected",
    ),
    "the queue goes on to the next agent": (
        "0 a 100; 20 a 400; 23 b 100",
        "a 1 missed, b 1 ringing",
    ),
    "the next agent answers": (
        "0 a 100; 20 a 400; 23 b 100; 29 b 200",
        "a 1 elsewhere, b 1 connected",
    ),
    "the next agent's ring was not seen": (
        "0 a 100; 20 a 400; 32 b 200",
        "a 1 elsewhere, b 1 connected",
    ),
    "another agent is called a minute after a missed call": (
        "0 a 100; 20 a 400; 80 b 100",
        "a 1 missed, b 2 ringing",
    ),
    "ring-all again, within half a minute of a call": (
        "0 a 200; 60 a 400; 80 a 100; 80.1 b 100",
        "a 1 wrap-up, a 2 ringing, b 2 ringing",
    ),
    "a new ring does not close what an earlier answer's late news means": (
        "600 b 100; 0 a 200",
        "b 1 ringing, a 2 connected",
    ),
    # transfer
    "a's part reaches us after b's, whom the call was handed to": (
        "82 b 100; 91 b 200; 160 b 400; 5 a 100; 14 a 200; 82.3 a 400",
        "b 1 wrap-up, a 1? wrap-up",
    ),
    "a's answer reaches us after that of b, whom the call was handed to": (
        "0 a 100; 41 b 100; 44 b 200; 3 a 200; 41.3 a 400",
        "a 1 wrap-up, b 1 connected",
    ),
    "a transfer while a talks": (
        "0 a 200; 60 b 100; 65 b 200; 66 a 400",
        "a 1 wrap-up, b 1? connected",
    ),
    "a transfer within 30 s after a left": (
        "0 a 200; 60 a 400; 90 b 100",
        "a 1 wrap-up, b 1? ringing",
    ),
    "a call later than that is a new one": (
        "0 a 200; 60 a 400; 90.1 b 100",
        "a 1 wrap-up, b 2 ringing",
    ),
    "a transfer that b does not take is missed": (
        "0 a 200; 60 b 100; 80 b 400",
        "a 1 connected, b 1? missed",
    ),
    "a transfer of which only the end is seen": ("0 a 200; 80 b 400", "a 1 connected, b 1? missed"),
    "a to b to a: two legs of a": (
        "0 a 200; 60 b 100; 65 b 200; 66 a 400; 120 a 100; 125 a 200; 126 b 400; 180 a 400",
        "a 1 wrap-up, b 1? wrap-up, a 1? wrap-up",
    ),
    "ring-all, then a transfer back to who did not answer": (
        "0 a 100; 0.1 b 100; 9 b 200; 60 a 100; 66 a 200",
        "a 1 elsewhere, b 1 connected, a 1? connected",
    ),
    "a stray 400 long after ring-all": (
        "0 a 100; 0.1 b 100; 9 b 200; 99 a 400",
        "a 1 elsewhere, b 1 connected, a 1? missed",
    ),
    # dialled
    "a dialled number waits": ("0 a dial", "a 1 dialled"),
    "a ring joins what was dialled": ("0 a dial; 4 a 100; 9 a 200; 60 a 400", "a 1 wrap-up"),
    "an answer joins what was dialled": ("0 a dial; 9 a 200", "a 1 connected"),
    "an end joins what was dialled": ("0 a dial; 30 a 400", "a 1 missed"),
    "within three minutes": ("0 a dial; 180 a 100", "a 1 ringing"),
    "not after them": ("0 a dial; 180.1 a 100", "a 1 dialled, a 2 ringing"),
    "the echo of the last call is not the dialled one's end": (
        "0 a 200; 60 a 400; 65 a dial; 60.3 a 400",
        "a 1 wrap-up, a 2 dialled",
    ),
    "a ring seen before the click is not the dialled one's": (
        "0 a 200; 60 a 400; 65 a dial; 64 a 100",
        "a 1 wrap-up, a 2 dialled, a 3 ringing",
    ),
    # out of order
    "the answer comes before the ring": ("5 a 200; 0 a 100", "a 1 connected"),
    "the end comes first": ("60 a 400; 0 a 100; 5 a 200", "a 1 wrap-up"),
    "the end comes before the answer": ("0 a 100; 60 a 400; 5 a 200", "a 1 wrap-up"),
    "the ring of an ended call comes last": ("5 a 200; 60 a 400; 0 a 100", "a 1 wrap-up"),
    "an answer belongs to the call that ran then": (
        "0 a 100; 60 a 400; 300 a 100; 5 a 200",
        "a 1 wrap-up, a 2 ringing",
    ),
    "an end belongs to the call that ran then": (
        "0 a 100; 5 a 200; 60 a 400; 300 a 100; 60.2 a 400",
        "a 1 wrap-up, a 2 ringing",
    ),
    "the end of an earlier ring does not end a later one": (
        "0 a 100; 300 a 100; 60 a 400",
        "a 1 ringing",
    ),
    "the end of an earlier ring does not end a talk": (
        "0 a 100; 300 a 200; 60 a 400",
        "a 1 connected",
    ),
    "an end is never the end of what began after it": (
        "300 a 100; 60 a 400",
        "a 1 ringing, a 2 missed",
    ),
    "two tabs see a lone 400": ("0.3 a 400; 0 a 400", "a 1 missed"),
    "a call from before the break is told after it": (
        "7200 a 100; 7205 a 200; 7300 a 400; 0 a 100; 5 a 200; 60 a 400",
        "a 1 wrap-up, a 2 wrap-up",
    ),
    "an old ring is no part of a colleague's later call": (
        "3600 b 200; 0 a 100; 20 a 400",
        "b 1 connected, a 2 missed",
    ),
    # the agent closes the card
    "a put-away ring that is answered comes back": ("0 a 100; 5 a away; 9 a 200", "a 1 connected"),
    "a put-away ring ends quietly": ("0 a 100; 5 a away; 90 a 400", "a 1 closed"),
    "a put-away ring does not hide the next call": (
        "0 a 100; 5 a away; 60 a 100",
        "a 1 closed, a 2 ringing",
    ),
    "a put-away missed call stays away": ("0 a 100; 5 a 400; 6 a away; 9 a 200", "a 1 closed"),
}


def put_away(kept: Kept, at: datetime) -> Kept:
    view = kept.view
    rang = view.state is State.RINGING
    ended = view.ended_at or at
    return replace(kept, view=replace(view, state=State.CLOSED, ended_at=ended, put_away=rang))


def play(events: str) -> tuple[list[Kept], Action | None]:
    legs: list[Kept] = []
    action = None
    for event in events.split(";"):
        seconds, agent, *what = event.split()
        at, number = START + timedelta(seconds=float(seconds)), ord(agent)
        if what == ["dial"]:
            call = 1 + max((kept.call for kept in legs), default=0)
            legs.append(Kept(number, call, False, LegView(State.DIALLED, at, at)))
        elif what == ["away"]:
            legs[-1] = put_away(legs[-1], at)
        else:
            legs, action = hear(
                legs, SIGNALS[what[-1]], number, at, mark=what[-1], load=what[0] == "load"
            )
    return legs, action


def words(kept: Kept) -> str:
    state = "elsewhere" if kept.view.elsewhere else str(kept.view.state)
    return f"{chr(kept.agent)} {kept.call}{'?' if kept.by_time else ''} {state}"


@pytest.mark.parametrize(("events", "expected"), CASES.values(), ids=CASES)
def test_a_call(events: str, expected: str) -> None:
    legs, action = play(events)
    seen = [words(leg) for leg in legs]
    if action is Action.QUIET:
        seen.append("quiet")
    assert ", ".join(seen) == expected


@pytest.mark.parametrize(
    ("status", "signal"),
    [
        ("100", Signal.RING),
        ("200", Signal.CONNECT),
        ("400", Signal.END),
        ("", Signal.RING),
        ("300", Signal.RING),
        ("ringing", Signal.RING),
        ("0200", Signal.RING),
    ],
)
def test_a_missing_or_unknown_status_is_a_ring(status: str, signal: Signal) -> None:
    assert read_facts([["mobile", "18888888888"], ["status", status]]).signal is signal


def test_a_hash_without_status_is_a_ring() -> None:
    assert read_facts([["mobile", "18888888888"], ["type", "phone"]]).signal is Signal.RING


def test_times_that_were_seen_never_run_backwards() -> None:
    (kept,), _ = play("0 a 100; 20 a 400; 45 a 200")
    assert kept.view.connected_at == kept.view.ended_at == START + timedelta(seconds=20)
