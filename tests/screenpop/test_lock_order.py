"""Those who lock several rows at once never wait for each other: everybody goes by one order.

On PostgreSQL a wrong order ends one of the two with a deadlock; SQLite lets one write at a time.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from customers import follow_up_calls, follow_ups
from customers.addresses import read_address
from customers.do_not_call import register_many
from customers.models import Disposition, Endpoint, FollowUp, Interaction, Leg
from customers.models.endpoint import EndpointQuerySet
from customers.notes import save_note
from customers.number_list import Row
from customers.own_line_editing import note_lines
from customers.wrap_up import Promise, wrap_up
from screenpop import board_actions, contact_session, reconciliation
from screenpop.board_actions import BoardError
from screenpop.dialing import dial_again, dial_follow_up, mark_outcome
from screenpop.models import AgentSeat, Discrepancy
from tests.customers.people import person
from tests.screenpop.records import Platform
from tests.screenpop.sightings import Page
from tests.workers import (  # noqa: F401 - fixtures
    PATIENCE,
    empty_file,
    together,
    workers_database,
)

pytestmark = pytest.mark.usefixtures("workers_database")

MAIL = "a@example.com"
ROUNDS = 12


def race(*jobs: Callable[[int], object]) -> None:
    """Each job in a thread of its own, round by round, all of a round at one moment."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[int], object]) -> None:
        try:
            for number in range(ROUNDS):
                gate.wait(PATIENCE)
                job(number)
        except Exception:
            gate.abort()
            raise

    together([lambda job=job: run(job) for job in jobs])  # type: ignore[misc]


@pytest.fixture
def page(settings: Any) -> Page:
    settings.TCCC_SDK_APP_ID = []
    settings.OWN_LINES = []
    # The standard outcomes may be there or not.
    settings.WRAP_UP_REQUIRED_SECONDS = 10**6
    found = Page(person("a"), timezone.now().replace(microsecond=0) - timedelta(hours=2))
    AgentSeat.objects.create(email=MAIL, user=found.user)
    return found


@pytest.fixture
def tccc(page: Page) -> Platform:
    return Platform(page.start)


def number_of(place: int) -> str:
    return f"1380013{place:04}"


def called(page: Page, place: int) -> Leg:
    """A call that was seen from its ring to its end."""
    number = number_of(place)
    for what, at in (("ring", 0), ("answer", 8), ("end", 60)):
        leg = page.see(what, place * 100 + at, number, agentEmail=MAIL).leg
    assert leg is not None
    return leg


def test_an_outcome_that_lists_the_number_meets_its_hashes_and_its_record(
    page: Page, tccc: Platform
) -> None:
    stop = Disposition.objects.create(name_zh="不要再打", sets_do_not_call=True)
    legs = [called(page, place) for place in range(ROUNDS)]

    def tell(place: int) -> None:
        start = place * 100
        tccc.call(f"s{place}", MAIL, start, start + 8, start + 60, number=number_of(place))

    race(
        lambda place: wrap_up(legs[place], page.user, outcome=stop),
        lambda place: page.see("end", place * 100 + 61, number_of(place), agentEmail=MAIL),
        tell,
    )
    assert Endpoint.objects.filter(do_not_call=True).count() == ROUNDS
    ends = Leg.objects.values_list("state", "told_sequence", "disposition")
    assert set(ends) == {("closed", 0, stop.pk)}


def missed(tccc: Platform, place: int) -> FollowUp:
    """What is owed to a number whose call nobody took."""
    start = place * 100
    tccc.call(f"m{place}", MAIL, start, None, start + 20, number=number_of(place))
    return FollowUp.objects.get(endpoint__value=f"+86{number_of(place)}")


def meeting(patch: pytest.MonkeyPatch, *places: tuple[object, str, str]) -> None:
    """Two jobs stop in these functions, "before" or "after" what they do, until both are there.

    In one order they cannot be: the second waits for the first one's lock, and the first goes on by itself.
    """
    gate = Barrier(2)

    def stopping(function: Callable[..., object], when: str) -> Callable[..., object]:
        def stop(*values: object, **named: object) -> object:
            found = function(*values, **named) if when == "after" else None
            with suppress(BrokenBarrierError):
                gate.wait(1)
            return found if when == "after" else function(*values, **named)

        return stop

    for module, name, when in places:
        patch.setattr(module, name, stopping(getattr(module, name), when))


def talked(tccc: Platform, place: int) -> None:
    start = place * 100 + 30
    tccc.call(f"t{place}", MAIL, start, start + 5, start + 40, number=number_of(place))


def test_a_call_back_meets_the_record_of_a_talk_with_its_number(
    page: Page, tccc: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed = missed(tccc, 0)
    meeting(
        monkeypatch, (follow_up_calls, "begin", "after"), (reconciliation, "_note_owed", "before")
    )

    def back() -> None:
        with suppress(follow_ups.FollowUpError):
            dial_follow_up(page.user, owed.pk, confirmed=True)

    together([back, lambda: talked(tccc, 0)])
    assert not FollowUp.objects.open().exists()


def test_dialling_again_meets_the_record_of_a_talk_too(
    page: Page, tccc: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    _request, leg = dial_follow_up(page.user, missed(tccc, 0).pk, confirmed=True)
    endpoint = leg.endpoint
    assert endpoint is not None
    meeting(
        monkeypatch, (follow_up_calls, "begin", "after"), (reconciliation, "_note_owed", "before")
    )
    together(
        [
            lambda: dial_again(page.user, leg, endpoint, confirmed=True),
            lambda: talked(tccc, 0),
        ]
    )
    assert not FollowUp.objects.open().exists()


def test_what_an_agent_says_of_a_dial_meets_its_record(
    page: Page, tccc: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now().replace(microsecond=0)
    told, later = Platform(now), now + timedelta(hours=1)
    request, leg = dial_follow_up(page.user, missed(tccc, 0).pk, confirmed=True)
    meeting(
        monkeypatch,
        (follow_up_calls, "not_reached", "after"),
        (reconciliation, "_note_owed", "before"),
    )

    def tell() -> None:
        more = {"Direction": 1, "number": number_of(0), "Uui": request.uui}
        told.tell(told.body("o", [told.part(MAIL, 0, None, 20)], 0, 20, **more))

    together([lambda: mark_outcome(leg, "no-answer", page.user, later), tell])
    assert FollowUp.objects.get().due_at == later
    leg.refresh_from_db()
    assert (leg.ending, leg.told_sequence) == ("no-answer", 0)


def test_a_promise_that_is_moved_meets_the_call_for_it(page: Page) -> None:
    legs = [called(page, place) for place in range(ROUNDS)]
    soon = timezone.now() + timedelta(hours=1)
    for leg in legs:
        wrap_up(leg, page.user, outcome=None, promise=Promise(soon))
    owed = {row.leg_id: row.pk for row in FollowUp.objects.all()}
    race(
        lambda place: wrap_up(legs[place], page.user, outcome=None, promise=Promise(soon)),
        lambda place: dial_follow_up(page.user, owed[legs[place].pk], confirmed=True),
    )
    assert set(FollowUp.objects.values_list("attempts", flat=True)) == {1}


def test_a_supervisors_word_meets_the_record_told_again(page: Page, tccc: Platform) -> None:
    boss = person("boss", "supervisor")
    bodies = []
    for place in range(ROUNDS):
        # A record of nobody's call, and a card without a number: only a person can tell.
        start = place * 300
        page.see("ring", start, "")
        page.see("answer", start + 8, "")
        page.see("end", start + 60, "")
        part = tccc.part(MAIL, start, start + 8, start + 60)
        bodies.append(tccc.body(f"s{place}", [part], start, start + 60, number=""))
        tccc.tell(bodies[-1])
    rows = list(Discrepancy.objects.open().order_by("pk"))
    assert len(rows) == ROUNDS

    def say(place: int) -> None:
        [(sequence, keys)] = rows[place].candidates.items()
        with suppress(BoardError):
            board_actions.join_waiting(rows[place], int(sequence), keys[0], boss)

    race(say, lambda place: tccc.tell(bodies[place]))
    assert not Discrepancy.objects.open().exists()
    assert set(Leg.objects.values_list("told_sequence", flat=True)) == {0}


def test_of_two_supervisors_one_joins_a_record(
    page: Page, tccc: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = person("boss", "supervisor")
    # Without a number no endpoint's lock keeps the two apart.
    tccc.call("s", MAIL, 0, 8, 60, number="")
    told = Leg.objects.get()
    for at in (130, 230):
        page.see("ring", at, "")
        page.see("end", at + 20, "")
    seen = list(Leg.objects.exclude(pk=told.pk).values_list("pk", flat=True))
    meeting(monkeypatch, (board_actions, "_hand_facts", "before"))
    refused: list[str] = []

    def join(key: int) -> None:
        try:
            board_actions.join_pop(told.pk, key, boss)
        except BoardError as error:
            refused.append(str(error))

    together([lambda: join(seen[0]), lambda: join(seen[1])])
    assert len(refused) == 1
    assert Leg.objects.filter(told_sequence=0).count() == 1
    assert Interaction.objects.filter(session_id="s", merged_into=None).count() == 1


def numbers(place: int, *, backwards: bool = False) -> list[str]:
    """Two numbers that nobody had yet."""
    found = [f"1370013{place * 2 + n:04}" for n in (0, 1)]
    return found[::-1] if backwards else found


def test_lists_of_numbers_meet_in_any_order(page: Page) -> None:
    def stop(place: int, *, backwards: bool) -> None:
        entries = [(read_address("phone", one), "") for one in numbers(place, backwards=backwards)]
        register_many(entries, page.user)

    def ours(place: int) -> None:
        rows = [
            Row(line, raw, read_address("phone", raw))
            for line, raw in enumerate(numbers(place, backwards=True), 1)
        ]
        note_lines(rows)

    race(
        lambda place: stop(place, backwards=False),
        lambda place: stop(place, backwards=True),
        ours,
    )
    marked = Endpoint.objects.filter(do_not_call=True, is_own_line=True)
    assert marked.count() == ROUNDS * 2


def test_notes_that_name_the_same_numbers_meet_in_any_order(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = called(page, 0), called(page, 1)
    meeting(monkeypatch, (EndpointQuerySet, "of", "after"))

    def note(leg: Leg, *, backwards: bool) -> None:
        save_note(leg, text="，".join(numbers(0, backwards=backwards)), base=0, tab="t")

    together([lambda: note(one, backwards=False), lambda: note(two, backwards=True)])
    assert {leg.mentions.count() for leg in (one, two)} == {2}


def test_a_note_meets_the_first_ring_of_a_number_that_it_names(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    leg = called(page, 0)
    new = numbers(0)[0]
    # The ring has made its number's row; the note holds its leg.
    meeting(
        monkeypatch,
        (EndpointQuerySet, "of", "before"),
        (contact_session, "match_contact", "before"),
    )

    def ring() -> None:
        with transaction.atomic():
            page.see("ring", 5000, new)
            Leg.objects.filter(pk=leg.pk).update(changed_at=timezone.now())

    together([ring, lambda: save_note(leg, text=new, base=0, tab="t")])
    assert leg.mentions.count() == 1
