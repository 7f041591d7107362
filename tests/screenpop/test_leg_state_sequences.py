"""Every order of up to four signals, by one agent in two tabs and a colleague, soon after another or late.

What is expected stands in TABLE, written by hand from the fixed readings; nothing in it is computed from the rules.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from screenpop.leg_state import Signal, State
from tests.screenpop.leg_model import Kept, hear

SIGNALS = {100: Signal.RING, 200: Signal.CONNECT, 400: Signal.END}
TABS = {"same tab": 0, "other tab": 0, "other agent": 1}
# Prompt: four of them stay within the second that a ring of ring-all may lag behind the answer.
GAPS = {"prompt": timedelta(seconds=0.2), "late": timedelta(seconds=90)}
SYMBOLS = list(product(SIGNALS, TABS, GAPS))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONGEST = 4

# One block per signal. Rows: the last leg of the agent who sees it; "fresh" ended within the seconds just gone, "stale"
# at least 90 s ago. Columns: what the colleague does on this number:
#   idle        nothing that matters any more
#   rings       has a leg that rings
#   gave up     missed it just now
#   took it     answered just now and talks
#   talks       answered long ago and talks
#   took+left   answered and hung up just now
#   left        answered long ago and hung up just now
# Cells: "." nothing changes; "→ state" moves the agent's own leg; "+ state" opens a leg in a call of its own; "& state"
# opens one in the colleague's call; "? state" does so on the evidence of time alone (a transfer). "elsewhere" is closed
# because the colleague answered. "!" cannot come about. Whenever a cell says talking by itself or a late answer, the
# colleague's rings and fresh misses become "elsewhere".
TABLE = """
100              | idle      | rings     | gave up   | took it     | talks     | took+left   | left
none             | + ringing | & ringing | & ringing | & elsewhere | ? ringing | & elsewhere | ? ringing
ringing          | .         | .         | .         | !           | .         | !           | .
talking          | .         | .         | .         | .           | .         | .           | .
wrap-up fresh    | + ringing | & ringing | & ringing | & elsewhere | ? ringing | & elsewhere | ? ringing
wrap-up stale    | + ringing | & ringing | & ringing | & elsewhere | ? ringing | & elsewhere | ? ringing
missed fresh     | + ringing | & ringing | & ringing | !           | ? ringing | !           | ? ringing
missed stale     | + ringing | & ringing | & ringing | & elsewhere | ? ringing | & elsewhere | ? ringing
elsewhere fresh  | .         | .         | .         | .           | .         | .           | .
elsewhere stale  | + ringing | & ringing | & ringing | & elsewhere | ? ringing | & elsewhere | ? ringing

200              | idle      | rings     | gave up   | took it     | talks     | took+left   | left
none             | + talking | & talking | & talking | ? talking   | ? talking | ? talking   | ? talking
ringing          | → talking | → talking | → talking | !           | → talking | !           | → talking
talking          | .         | .         | .         | .           | .         | .           | .
wrap-up fresh    | .         | .         | .         | .           | .         | .           | .
wrap-up stale    | + talking | & talking | & talking | ? talking   | ? talking | ? talking   | ? talking
missed fresh     | → wrap-up | → wrap-up | → wrap-up | !           | → wrap-up | !           | → wrap-up
missed stale     | + talking | & talking | & talking | ? talking   | ? talking | ? talking   | ? talking
elsewhere fresh  | + talking | & talking | & talking | ? talking   | ? talking | ? talking   | ? talking
elsewhere stale  | + talking | & talking | & talking | ? talking   | ? talking | ? talking   | ? talking

400              | idle      | rings     | gave up   | took it     | talks     | took+left   | left
none             | + missed  | & missed  | & missed  | & elsewhere | ? missed  | & elsewhere | ? missed
ringing          | → missed  | → missed  | → missed  | !           | → missed  | !           | → missed
talking          | → wrap-up | → wrap-up | → wrap-up | → wrap-up   | → wrap-up | → wrap-up   | → wrap-up
wrap-up fresh    | .         | .         | .         | .           | .         | .           | .
wrap-up stale    | + missed  | & missed  | & missed  | & elsewhere | ? missed  | & elsewhere | ? missed
missed fresh     | .         | .         | .         | !           | .         | !           | .
missed stale     | + missed  | & missed  | & missed  | & elsewhere | ? missed  | & elsewhere | ? missed
elsewhere fresh  | .         | .         | .         | .           | .         | .           | .
elsewhere stale  | + missed  | & missed  | & missed  | & elsewhere | ? missed  | & elsewhere | ? missed
"""


def read_table() -> dict[tuple[int, str, str], str]:
    cells = {}
    for block in TABLE.strip().split("\n\n"):
        head, *rows = [[cell.strip() for cell in line.split("|")] for line in block.splitlines()]
        for own, *row in rows:
            for colleague, cell in zip(head[1:], row, strict=True):
                cells[int(head[0]), own, colleague] = cell
    return cells


CELLS = read_table()


@dataclass(slots=True)
class Expected:
    """A leg as the table's reader keeps it: `answered` and `ended` are "", "fresh" or "stale"."""

    agent: int
    call: int
    state: str
    joined_by_time: bool = False
    answered: str = ""
    ended: str = ""

    def row(self) -> str:
        return self.state if self.state in ("ringing", "talking") else f"{self.state} {self.ended}"

    def seen(self) -> tuple[int, int, str, bool]:
        return self.agent, self.call, self.state, self.joined_by_time


@dataclass(slots=True)
class Book:
    """What the table says has become of the calls so far."""

    legs: list[Expected] = field(default_factory=list)
    calls: int = 0

    def copy(self) -> "Book":
        return Book([replace(leg) for leg in self.legs], self.calls)

    def time_passes(self) -> None:
        for leg in self.legs:
            leg.answered = leg.answered and "stale"
            leg.ended = leg.ended and "stale"

    def colleague(self, agent: int) -> tuple[str, Expected | None]:
        """The column, and the leg that puts us there; the newest leg first, as a call lasts until its end."""
        legs = [leg for leg in reversed(self.legs) if leg.agent != agent]
        for leg in legs:
            if leg.state == "talking":
                return ("took it" if leg.answered == "fresh" else "talks"), leg
        for leg in legs:
            if leg.state == "ringing":
                return "rings", leg
        for leg in legs:
            if leg.state == "missed" and leg.ended == "fresh":
                return "gave up", leg
        for leg in legs:
            if leg.state == "wrap-up" and leg.ended == "fresh":
                return ("took+left" if leg.answered == "fresh" else "left"), leg
        return "idle", None

    def hear(self, status: int, agent: int) -> tuple[int, str, str]:
        own = next((leg for leg in reversed(self.legs) if leg.agent == agent), None)
        column, theirs = self.colleague(agent)
        key = (status, own.row() if own else "none", column)
        cell = CELLS[key]
        assert cell != "!", f"{key} was thought impossible"
        if cell == ".":
            return key
        verb, state = cell.split()
        if verb == "→":
            assert own is not None
            own.state = state
            leg = own
        else:
            if verb == "+":
                self.calls += 1
            call = self.calls if verb == "+" or theirs is None else theirs.call
            leg = Expected(agent, call, state, joined_by_time=verb == "?")
            self.legs.append(leg)
        if status == 200:
            leg.answered = "fresh"
            for other in self.legs:
                gave_up = other.state == "missed" and other.ended == "fresh"
                if other.agent != agent and (other.state == "ringing" or gave_up):
                    other.state, other.ended = "elsewhere", other.ended or "fresh"
        elif status == 400 or state == "elsewhere":
            leg.ended = "fresh"
        return key


SHOWN = {
    State.RINGING: "ringing",
    State.CONNECTED: "talking",
    State.WRAP_UP: "wrap-up",
    State.MISSED: "missed",
    State.CLOSED: "elsewhere",
}


def check(
    legs: list[Kept], book: Book, path: list[str], cells: Counter[tuple[int, str, str]]
) -> int:
    """Walk on from here by every symbol; give how many sequences were checked."""
    checked = 0
    for status, tab, gap in SYMBOLS:
        here = [*path, f"{status} {tab} {gap}"]
        at = START + sum((GAPS[step.rsplit(" ", 1)[1]] for step in here), timedelta(0))
        after, _ = hear(legs, SIGNALS[status], TABS[tab], at)
        expected = book.copy()
        if gap == "late":
            expected.time_passes()
        cells[expected.hear(status, TABS[tab])] += 1
        seen = [(leg.agent, leg.call, SHOWN[leg.view.state], leg.by_time) for leg in after]
        assert seen == [leg.seen() for leg in expected.legs], " · ".join(here)
        checked += 1
        if len(here) < LONGEST:
            checked += check(after, expected, here, cells)
    return checked


def test_all_sequences_up_to_four_signals_end_as_the_table_says() -> None:
    cells: Counter[tuple[int, str, str]] = Counter()
    assert check([], Book(), [], cells) == 18 + 18**2 + 18**3 + 18**4
    # The other cells take five signals to reach; test_leg_state.py has such calls.
    assert len(cells) == 138


@pytest.mark.parametrize("status", SIGNALS)
def test_the_table_has_a_cell_for_everything(status: int) -> None:
    assert len([key for key in CELLS if key[0] == status]) == 9 * 7
