"""Some hundreds of calls of every kind, told by pops and pushes in any order, at four workers: one truth is left."""

import random
import re
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from bench import call_board, call_check, call_desk
from bench.call_pushes import Script, Seen, Sent, script_of
from bench.call_sheet import APP_ID, Sheet, make_sheet
from bench.storm_line import WORKERS, Line, lanes_of
from customers.notes import save_note
from screenpop import push as inbox
from screenpop.contact_session import Sighting, take
from screenpop.push_body import whole
from tests.workers import empty_file, together, workers_database  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("workers_database")
SESSIONS = 80


class Play:
    """The door to the program: pushes to the inbox, hashes and notes as a page brings them."""

    def __init__(self, people: dict[int, Any]) -> None:
        self.people = people
        self.numbers = dict.fromkeys(people, 0)
        self.legs: dict[str, Any] = {}

    def push(self, sent: Sent) -> None:
        content = whole(sent.body.encode())
        inbox.take(inbox.read_arrived(sent.action, "1", sent.uuid, content))

    def see(self, seen: Seen) -> None:
        if seen.what == "note":
            leg = self.legs[seen.event_id]
            assert not save_note(leg, text=seen.note, base=0, tab=f"tab-{seen.agent}").conflict
            return
        self.numbers[seen.agent] += 1
        at = datetime.fromtimestamp(seen.at, UTC)
        sighting = Sighting(
            *(seen.event_id, f"tab-{seen.agent}", self.numbers[seen.agent], "hashchange", at),
            pairs=seen.pairs,
        )
        self.legs[seen.event_id] = take(self.people[seen.agent], sighting).leg

    def do(self, what: Sent | Seen) -> None:
        self.push(what) if isinstance(what, Sent) else self.see(what)


@pytest.mark.parametrize(
    ("order", "seed"),
    [("live", 1), ("pops first", 2), ("pushes first", 3), ("shuffled", 4)],
)
def test_whatever_comes_in_whatever_order_one_truth_is_left(
    order: str, seed: int, settings: Any
) -> None:
    settings.TCCC_SDK_APP_ID, settings.OWN_LINES = [str(APP_ID)], ["0755-86013388"]
    sheet = make_sheet(seed, SESSIONS, timezone.now().timestamp() - 2 * 3600)
    script = script_of(sheet, seed)
    people = call_desk.hire(sheet)
    call_desk.click(sheet, people)
    line = Line(lanes_of(sheet, script, order, random.Random(seed)))
    together([partial(line.work, Play(people).do)] * WORKERS)
    call_desk.backdate()
    agree(sheet, script, call_check.limbo(sheet))
    unsettled = call_desk.settle(sheet)
    assert not unsettled, "\n".join(unsettled)
    agree(sheet, script, {})


def agree(sheet: Sheet, script: Script, unsure: dict[str, str]) -> None:
    """Fail with every difference between the sheet and the database."""
    wrong = call_check.faults(sheet, script, unsure)
    wrong += call_board.board_faults(sheet, script, unsure)
    wanted = call_board.board_counts(sheet, script, unsure)
    assert shown() == {kind: "99+" if n > 99 else str(n) for kind, n in wanted.items() if n}
    assert not wrong, "\n".join(wrong)


def shown() -> dict[str, str]:
    """The counts on the supervisors' page, by heading; what has none shows none."""
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="storm-supervisor"))
    page = browser.get("/reconciliation/", secure=True).content.decode()
    counts = dict(
        re.findall(r'\?kind=([\w-]+)"[^>]*>[^<]*<span class="board-count">(\d+\+?)<', page)
    )
    return {kind: count for kind, count in counts.items() if kind != "settled"}
