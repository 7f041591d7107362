"""Pops that come after their record and name the call otherwise: a number that they mask, another channel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.linking import pick
from customers.models import Customer, Interaction, Leg
from screenpop import board
from screenpop.board_lines import lines_of
from screenpop.cards import card_of
from screenpop.contact_session import take
from screenpop.models import Discrepancy
from screenpop.open_legs import for_cards
from tests.customers.people import person
from tests.screenpop.records import CALLER, Platform
from tests.screenpop.sightings import Page
from tests.screenpop.test_reconciliation import mail, new_page, state, whole_call

pytestmark = pytest.mark.django_db
MASKED = "138****8000"


@pytest.fixture
def a(settings: Any) -> Page:
    settings.TCCC_SDK_APP_ID = []
    settings.OWN_LINES = []
    return new_page("a")


@pytest.fixture
def b(a: Page) -> Page:
    other = new_page("b")
    other.start = a.start
    return other


@pytest.fixture
def tccc(a: Page) -> Platform:
    return Platform(a.start)


def masked_call(page: Page, start: float = 0.3) -> None:
    whole_call(page, start, number=MASKED, agentEmail=mail(page.user.username))


def customer_of(number: str = CALLER) -> Customer:
    customer = Customer.objects.create(name="林悦")
    customer.add_contact_point("phone", number)
    return customer


def as_joined() -> list[tuple[Any, ...]]:
    """What a masked call comes to, whichever came first."""
    return [
        (
            *(leg.interaction.session_id, leg.interaction.channel, leg.interaction.customer_id),
            *(leg.interaction.endpoint and leg.interaction.endpoint.value, leg.sequence),
            *(leg.endpoint and leg.endpoint.value, leg.told_sequence, leg.state, leg.agent_email),
            *(leg.rang_at, leg.connected_at, leg.ended_at, leg.told_rang_at),
        )
        for leg in Leg.objects.select_related("interaction__endpoint", "endpoint").order_by("pk")
    ]


@pytest.mark.parametrize("told_first", [True, False])
def test_a_masked_pop_and_its_record_come_to_the_same_in_both_orders(
    a: Page, tccc: Platform, told_first: bool
) -> None:
    customer = customer_of()
    things: list[Callable[[], object]] = [
        lambda: tccc.call("s1", mail("a"), 0, 8, 60),
        lambda: masked_call(a),
    ]
    for thing in things if told_first else reversed(things):
        thing()
    at = [a.start + timedelta(seconds=second) for second in (0.3, 8.3, 60.3, 0)]
    assert as_joined() == [
        ("s1", "phone", None, "+8613800138000", 1, MASKED, 0, "wrap-up", mail("a"), *at)
    ]
    card = card_of(a.user, for_cards(Leg.objects.all()).get())
    # The mask makes nobody known: the customer of the record's number is offered.
    assert card.tier == "maybe"
    assert [one.customer for one in card.candidates] == [customer]
    # And the next masked call knows no more than the first.
    later = a.see("ring", 2000, MASKED).leg
    assert later
    assert later.interaction.customer_id is None
    # The record told again finds its leg.
    tccc.call("s1", mail("a"), 0, 8, 60)
    assert state() == [("s1", [("a", "wrap-up")]), (None, [("a", "ringing")])]


def test_a_masked_pop_leaves_what_people_said_of_the_record(a: Page, tccc: Platform) -> None:
    customer = customer_of()
    tccc.call("s1", mail("a"), 0, 8, 60)
    call = Interaction.objects.get()
    pick(call, customer, a.user)
    masked_call(a)
    call.refresh_from_db()
    assert (call.customer, call.linked_by) == (customer, a.user)
    assert state() == [("s1", [("a", "wrap-up")])]


def test_a_masked_pop_leaves_a_link_that_a_whole_number_made(
    a: Page, b: Page, tccc: Platform
) -> None:
    customer = customer_of()
    tccc.tell(
        tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60), tccc.part(mail("b"), 62, 70, 99)], 0, 99)
    )
    whole_call(a, 0.3, agentEmail=mail("a"))
    b.see("ring", 62.3, MASKED, agentEmail=mail("b"))
    assert state() == [("s1", [("a", "wrap-up"), ("b", "wrap-up")])]
    assert Interaction.objects.get().customer == customer


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_masked_calls_within_a_minute_find_their_own_records(
    a: Page, tccc: Platform, order: tuple[int, int]
) -> None:
    # Two numbers behind one mask.
    tccc.call("s1", mail("a"), 0, None, 15)
    tccc.call("s2", mail("a"), 25, 33, 85, number="13812348000")
    seen = [((0.3, "100"), (15.3, "400")), ((25.3, "100"), (33.3, "200"), (85.3, "400"))]
    pops = [
        [a.sighting(at, [["mobile", MASKED], ["status", code]]) for at, code in call]
        for call in seen
    ]
    for n in order:
        for pop in pops[n]:
            take(a.user, pop)
    assert state() == [("s1", [("a", "missed")]), ("s2", [("a", "wrap-up")])]
    values = Interaction.objects.order_by("session_id").values_list("endpoint__value", flat=True)
    assert list(values) == ["+8613800138000", "+8613812348000"]


def test_a_masked_pop_that_may_be_two_records_stays_for_the_board(a: Page, tccc: Platform) -> None:
    tccc.call("s1", mail("a"), 0, None, 12)
    tccc.call("s2", mail("a"), 14, 20, 85, number="13812348000")
    a.see("ring", 7, MASKED, agentEmail=mail("a"))
    a.see("end", 12, MASKED, agentEmail=mail("a"))
    sessions = [session for session, _legs in state()]
    assert sessions == ["s1", None, "s2"]
    # The next one is as near to the second record as the first one was.
    a.see("ring", 20, MASKED, agentEmail=mail("a"))
    assert [session for session, _legs in state()] == [*sessions, None]
    boss = person("boss", "supervisor")
    told = Leg.objects.get(interaction__session_id="s2")
    seen = Leg.objects.exclude(last_signal="").order_by("pk")
    rows, _more = board.page(Discrepancy.Kind.NO_POP, boss, timezone.now())
    [line] = lines_of(Discrepancy.Kind.NO_POP, [row for row in rows if row == told], boss)
    assert {choice.key for choice in line.choices} == {str(leg.pk) for leg in seen}


@pytest.mark.parametrize(
    ("number", "who", "at"),
    [
        ("139****8000", "a", 0.3),
        ("1380****000", "b", 0.3),
        ("138****8000", "b", 0.3),
        ("138****8000", "a", 200),
        ("138****8000", "a", -130),
        ("13*******00", "a", 0.3),
    ],
    ids=["other number", "other both", "other seat", "later", "earlier", "hides too much"],
)
def test_a_masked_pop_of_another_call_is_not_joined(
    a: Page, b: Page, tccc: Platform, number: str, who: str, at: float
) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60)
    {"a": a, "b": b}[who].see("ring", at, number, agentEmail=mail(who))
    assert len(state()) == 2
    assert Leg.objects.filter(last_signal="").count() == 1


def test_a_masked_pop_takes_the_seat_of_its_agent_when_the_hash_names_none(
    a: Page, tccc: Platform
) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60)
    whole_call(a, 0.3, number=MASKED)
    assert state() == [("s1", [("a", "wrap-up")])]


def test_a_masked_pop_takes_a_seat_that_was_nobodys(a: Page, tccc: Platform) -> None:
    tccc.call("s1", "new@example.com", 0, 8, 60)
    whole_call(a, 0.3, number=MASKED, agentEmail="new@example.com")
    assert state() == [("s1", [("a", "wrap-up")])]


def hashes(page: Page, channel: str, start: float = 0.3, person: str = "oZB6q5c") -> None:
    """A contact out of a mini-program, as a page sees it."""
    for at, code in ((0, "100"), (8, "200"), (60, "400")):
        pairs = [["userId", person], ["status", code], ["type", channel]]
        page.read(start + at, [*pairs, ["agentEmail", mail(page.user.username)]])


@pytest.mark.parametrize("told_first", [True, False])
@pytest.mark.parametrize("channel", ["om", "oim"])
def test_a_voice_call_of_a_mini_program_is_one_whatever_its_hash_calls_it(
    a: Page, tccc: Platform, channel: str, told_first: bool
) -> None:
    things: list[Callable[[], object]] = [
        lambda: tccc.call("s1", mail("a"), 0, 8, 60, CallType=3, number="oZB6q5c"),
        lambda: hashes(a, channel),
    ]
    for thing in things if told_first else reversed(things):
        thing()
    assert state() == [("s1", [("a", "wrap-up")])]
    call = Interaction.objects.get()
    assert (call.channel_family, call.channel) == ("phone", channel)
    leg = Leg.objects.get()
    assert (leg.told_sequence, bool(leg.rang_at), bool(leg.connected_at)) == (0, True, True)
    tccc.call("s1", mail("a"), 0, 8, 60, CallType=3, number="oZB6q5c")
    assert state() == [("s1", [("a", "wrap-up")])]


@pytest.mark.parametrize("told_first", [True, False])
def test_a_chat_with_sound_is_one_with_its_chats_record(
    a: Page, tccc: Platform, told_first: bool
) -> None:
    body = tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60)], 0, 60, UserId="oZB6q5c")
    things: list[Callable[[], object]] = [
        lambda: tccc.tell(body, "imcdr"),
        lambda: hashes(a, "oim"),
    ]
    for thing in things if told_first else reversed(things):
        thing()
    assert state() == [("s1", [("a", "wrap-up")])]
    call = Interaction.objects.get()
    assert (call.channel_family, call.channel) == ("chat", "oim")


def test_a_voice_call_whose_record_names_no_agent_is_joined_too(a: Page, tccc: Platform) -> None:
    tccc.tell(tccc.body("s1", [], 0, 60, CallType=3, number="oZB6q5c"))
    hashes(a, "oim")
    assert state() == [("s1", [("a", "wrap-up")])]


def test_two_voice_calls_of_a_mini_program_find_their_own_records(a: Page, tccc: Platform) -> None:
    tccc.call("s1", mail("a"), 0, None, 15, CallType=3, number="oZB6q5c")
    tccc.call("s2", mail("a"), 25, 33, 85, CallType=3, number="oZB6q5c")
    hashes(a, "oim", 25.3)
    assert state() == [("s1", [("a", "missed")]), ("s2", [("a", "wrap-up")])]
    assert Leg.objects.get(last_signal="").interaction.session_id == "s1"


@pytest.mark.parametrize(("channel", "person"), [("im", "oZB6q5c"), ("oim", "oAnother")])
def test_a_chat_and_a_voice_call_stay_two(
    a: Page, tccc: Platform, channel: str, person: str
) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60, CallType=3, number="oZB6q5c")
    hashes(a, channel, person=person)
    assert len(state()) == 2
