"""Whole calls told twice: by the pops, and by the platform. Whatever comes first, one truth is left."""

import itertools
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from customers.linking import pick, reject
from customers.models import Customer, Endpoint, FollowUp, Interaction, Leg, Recording
from customers.notes import save_note
from customers.templatetags.timeline_words import entry_words
from screenpop.cards import card_of
from screenpop.cdr import Unreadable
from screenpop.contact_session import take
from screenpop.dialing import dial, mark_outcome
from screenpop.models import AgentSeat, DialRequest, Discrepancy
from screenpop.open_legs import open_legs, shown_state
from tests.screenpop.records import CALLER, LINE, Platform
from tests.screenpop.sightings import Page

pytestmark = pytest.mark.django_db


def mail(name: str) -> str:
    return f"{name}@example.com"


def new_page(name: str) -> Page:
    page = Page(
        get_user_model().objects.create_user(name),
        timezone.now().replace(microsecond=0) - timedelta(hours=1),
    )
    AgentSeat.objects.create(email=mail(name), user=page.user)
    return page


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


def state() -> list[tuple[str | None, list[tuple[str, str]]]]:
    """Every interaction that is not a signpost: its session, and its legs' agents and states."""
    found = []
    for one in Interaction.objects.filter(merged_into=None).order_by("started_at", "pk"):
        legs = one.legs.select_related("user").order_by("sequence")
        assert [leg.sequence for leg in legs] == list(range(1, len(legs) + 1))
        found.append(
            (
                one.session_id,
                [(leg.user.username if leg.user else leg.agent_email, leg.state) for leg in legs],
            )
        )
    return found


def whole_call(page: Page, start: float = 0, **more: str) -> None:
    page.see("ring", start, **more)
    page.see("answer", start + 8, **more)
    page.see("end", start + 60, **more)


# --- one call, in any order -----------------------------------------------------------------------


def test_a_call_that_was_seen_gets_its_facts_and_keeps_its_leg(a: Page, tccc: Platform) -> None:
    whole_call(a, 0.4, agentEmail=mail("a"))
    before = Leg.objects.get()
    tccc.call(
        "s1", mail("a"), 0, 8, 60,
        QueuedSkillGroupId=1072, QueuedSkillGroupName="售后", IVRKeyPressedEx=[{"Key": "1", "Label": "报修"}],
        PostIVRKeyPressed=[{"key": "1", "label": "非常满意"}], UserRemark="VIP",
    )  # fmt: skip
    leg = Leg.objects.select_related("interaction").get()
    call = leg.interaction
    assert (leg.pk, leg.state, leg.told_sequence, leg.told_kind) == (
        before.pk,
        "wrap-up",
        0,
        "seat",
    )
    assert leg.told_connected_at == a.start + timedelta(seconds=8)
    assert leg.connected_at == a.start + timedelta(seconds=8.4)
    assert (call.session_id, call.provisional, call.end_status, call.hung_up_by) == (
        "s1", False, "ok", "customer"
    )  # fmt: skip
    assert (call.satisfaction, call.talk_seconds, call.remark) == ("非常满意", 52, "VIP")
    assert call.ivr_path == [{"key": "1", "label": "报修"}]
    assert call.skill_group
    assert (call.skill_group.name, call.skill_group.platform_id) == (
        "售后",
        "1072",
    )
    assert call.line
    assert call.line.value == "+8675586013388"
    assert call.endpoint
    assert call.endpoint.value == "+8613800138000"


def events(page: Page, tccc: Platform) -> list[Callable[[], Any]]:
    body = tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60, RecordId="r1")], 0, 60)
    sound = {
        "SessionId": "s1",
        "RecordId": "r1",
        "EndpointUser": mail("a"),
        "Timestamp": tccc.stamp(60),
        "RecordURL": "http://x/1.mp3",
    }
    number = {**sound, "RecordId": "r0", "EndpointUser": "0086" + CALLER}
    pops = [
        page.sighting(at, [["mobile", CALLER], ["status", code], ["agentEmail", mail("a")]])
        for at, code in ((0.3, "100"), (8.3, "200"), (60.3, "400"))
    ]
    return [
        lambda: [take(page.user, one) for one in pops],
        lambda: tccc.tell(body),
        lambda: tccc.tell(sound, "record"),
        lambda: tccc.tell(number, "record"),
        lambda: tccc.tell({"SessionId": "s1", "EndedTimestamp": tccc.stamp(60)}),
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_in_any_order_twice_or_thrice_it_comes_to_the_same(
    a: Page, tccc: Platform, order: tuple[int, ...]
) -> None:
    things = events(a, tccc)
    dice = random.Random(str(order))
    for place in [*order, *dice.sample(range(5), 3)]:
        things[place]()
    assert state() == [("s1", [("a", "wrap-up")])]
    leg = Leg.objects.get()
    assert (leg.told_sequence, leg.told_record_id, bool(leg.rang_at), bool(leg.connected_at)) == (
        0,
        "r1",
        True,
        True,
    )
    call = leg.interaction
    assert (call.end_status, call.talk_seconds, call.direction) == ("ok", 52, "inbound")
    told = {(r.party, r.interaction_id, r.leg_id) for r in Recording.objects.all()}
    assert told == {("agent", call.pk, leg.pk), ("customer", call.pk, None)}
    assert not Discrepancy.objects.open().exists()


def test_a_record_of_nothing_but_its_id_and_end_is_kept_and_filled_in_later(
    a: Page, tccc: Platform
) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", CALLER)
    tccc.tell({"SessionId": "s1", "EndedTimestamp": str(tccc.stamp(60))})
    assert state() == [("s1", [])]
    tccc.call("s1", mail("a"), 0, 8, 60)
    call = Interaction.objects.get()
    assert (call.customer, call.started_at) == (customer, a.start)
    assert state() == [("s1", [("a", "wrap-up")])]


def test_what_names_no_session_cannot_be_read_and_other_actions_are_nothing(tccc: Platform) -> None:
    for action in ("cdr", "imcdr", "record", "voicemail"):
        with pytest.raises(Unreadable):
            tccc.tell({"Caller": CALLER}, action)
    assert tccc.tell({"SessionId": "x"}, "videocdr") is False
    assert not Interaction.objects.exists()


def test_a_call_and_a_chat_share_an_id_and_stay_two(tccc: Platform) -> None:
    tccc.call("same", mail("a"), 0, 8, 60)
    tccc.tell({"SessionId": "same", "UserId": "oZB6q5c", "EndedTimestamp": tccc.stamp(60)}, "imcdr")
    assert set(Interaction.objects.values_list("session_id", "channel_family")) == {
        ("same", "phone"), ("same", "chat"),
    }  # fmt: skip


def test_a_chat_that_was_seen_gets_its_record(a: Page, tccc: Platform) -> None:
    pairs = [["type", "im"], ["userId", "oZB6q5c"], ["agentEmail", mail("a")]]
    for at, code in ((0.2, "100"), (5.2, "200"), (90, "400")):
        a.read(at, [*pairs, ["status", code]])
    body = tccc.body("c1", [], 0, 90) | {
        "UserId": "oZB6q5c", "RingTimestamp": tccc.stamp(0), "AcceptTimestamp": tccc.stamp(5),
        "SeatUser": {"Mail": mail("a")}, "Satisfaction": {"id": "104", "content": "满意"},
    }  # fmt: skip
    tccc.tell(body, "imcdr")
    assert state() == [("c1", [("a", "wrap-up")])]
    assert Interaction.objects.get().satisfaction == "满意"


# --- without a pop --------------------------------------------------------------------------------


def test_a_call_answered_on_a_mobile_waits_in_the_agents_own_wrap_up(
    a: Page, tccc: Platform
) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", CALLER)
    tccc.call("s1", mail("a").upper(), 0, 8, 60)
    leg = Leg.objects.get()
    assert (leg.user, leg.state, leg.connected_at, leg.interaction.customer) == (
        a.user,
        "wrap-up",
        None,
        customer,
    )


def test_on_an_outbound_call_the_customer_is_the_callee(a: Page, tccc: Platform) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60, Direction=1)
    call = Interaction.objects.get()
    assert call.endpoint
    assert call.line
    assert (call.direction, call.endpoint.value, call.line.value) == (
        "outbound",
        "+8613800138000",
        "+8675586013388",
    )


def test_without_a_direction_our_own_line_tells_it(a: Page, tccc: Platform, settings: Any) -> None:
    settings.OWN_LINES = ["0755-86013388"]
    body = tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60)], 0, 60, Direction=1)
    body["Direction"] = None
    tccc.tell(body)
    assert Interaction.objects.get().direction == "outbound"


def test_an_internal_call_is_no_history(a: Page, tccc: Platform) -> None:
    a.user.groups.add(Group.objects.get_or_create(name="supervisor")[0])
    tccc.call("s1", mail("a"), 0, None, 20, CallType=6, Caller=mail("b"), Callee=mail("a"))
    assert Interaction.objects.get().call_type == "internal"
    assert not Interaction.objects.visible_to(a.user).exists()
    assert not FollowUp.objects.exists()


def test_a_talk_among_colleagues_waits_for_no_wrap_up(a: Page, tccc: Platform) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60, CallType=6, Caller=mail("b"), Callee=mail("a"))
    assert state() == [("s1", [("a", "closed")])]


def test_a_pop_that_comes_after_its_record_joins_it_and_a_ring_after_the_end_is_a_new_call(
    a: Page, b: Page, tccc: Platform
) -> None:
    tccc.call("s1", mail("a"), 0, 8, 60)
    whole_call(a, 0.5, agentEmail=mail("a"))
    assert state() == [("s1", [("a", "wrap-up")])]
    b.see("ring", 70)
    assert state() == [("s1", [("a", "wrap-up")]), (None, [("b", "ringing")])]
    a.see("ring", 75)
    assert len(Interaction.objects.all()) == 2


def test_a_pop_joins_a_record_that_named_no_agent(a: Page, tccc: Platform) -> None:
    body = tccc.body("s1", [], 0, 60)
    tccc.tell(body)
    a.see("ring", 5)
    assert state() == [("s1", [("a", "ringing")])]
    a.see("ring", 62, "13900139000")
    assert len(state()) == 2


def test_a_seat_that_was_nobodys_is_joined_by_whoever_shows_it(a: Page, tccc: Platform) -> None:
    tccc.call("s1", "new@example.com", 0, 8, 60)
    assert state() == [("s1", [("new@example.com", "wrap-up")])]
    whole_call(a, 0.5, agentEmail="new@example.com")
    assert state() == [("s1", [("a", "wrap-up")])]


# --- which call is which --------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_calls_within_a_minute_keep_their_own_records(
    a: Page, tccc: Platform, order: tuple[int, int]
) -> None:
    a.see("ring", 0.3)
    a.see("end", 15.3)
    whole_call(a, 25.3)
    first, second = Leg.objects.order_by("pk")
    bodies = [
        tccc.body("s1", [tccc.part(mail("a"), 0, None, 15)], 0, 15),
        tccc.body("s2", [tccc.part(mail("a"), 25, 33, 85)], 25, 85),
    ]
    for n in order:
        tccc.tell(bodies[n])
    assert state() == [("s1", [("a", "missed")]), ("s2", [("a", "wrap-up")])]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.interaction.session_id, second.interaction.session_id) == ("s1", "s2")


def test_what_is_ambiguous_waits_and_is_clear_once_the_other_is_claimed(
    a: Page, tccc: Platform
) -> None:
    # The pages' clock is ten seconds ahead.
    a.see("ring", 10)
    a.see("end", 30)
    a.see("ring", 35)
    a.see("end", 55)
    tccc.call("s2", mail("a"), 25, None, 45)
    assert Discrepancy.objects.open().get().session_id == "s2"
    assert [session for session, _ in state()] == [None, None]
    tccc.call("s1", mail("a"), 0, None, 20)
    assert state() == [("s1", [("a", "missed")]), ("s2", [("a", "missed")])]
    settled = Discrepancy.objects.get()
    assert (settled.settlement, settled.settled_by) == ("by-itself", None)


def test_an_empty_caller_equals_no_other_empty_caller(a: Page, tccc: Platform) -> None:
    whole_call(a, 0.3, number="")
    body = tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60)], 0, 60, number="")
    tccc.tell(body)
    assert state() == [(None, [("a", "wrap-up")])]
    waiting = Discrepancy.objects.open().get()
    assert waiting.candidates == {"0": [Leg.objects.get().pk]}


def test_a_masked_pop_gets_the_record_of_the_number_behind_it(a: Page, tccc: Platform) -> None:
    whole_call(a, 0.3, number="138****8000")
    tccc.call("s1", mail("a"), 0, 8, 60)
    assert state() == [("s1", [("a", "wrap-up")])]
    call = Interaction.objects.get()
    assert call.endpoint
    assert call.endpoint.value == "+8613800138000"


def test_without_a_caller_a_pop_after_the_record_is_for_a_person_to_join_too(
    a: Page, tccc: Platform
) -> None:
    tccc.tell(tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60)], 0, 60, number=""))
    whole_call(a, 0.3, number="")
    assert state() == [("s1", [("a", "wrap-up")]), (None, [("a", "wrap-up")])]


def test_a_ring_long_before_a_call_that_was_told_is_another_call(a: Page, tccc: Platform) -> None:
    tccc.call("s2", mail("a"), 27, 35, 90)
    a.see("ring", 0.5)
    a.see("end", 15.5)
    whole_call(a, 27.3)
    assert state() == [(None, [("a", "missed")]), ("s2", [("a", "wrap-up")])]
    tccc.call("s1", mail("a"), 0, None, 15)
    assert state() == [("s1", [("a", "missed")]), ("s2", [("a", "wrap-up")])]


# --- who took it, told better than seen -----------------------------------------------------------


def endings() -> list[tuple[str, str]]:
    return list(Leg.objects.order_by("agent_email").values_list("state", "ending"))


@pytest.mark.parametrize("told_first", [True, False])
def test_in_a_ring_all_of_which_one_page_saw_nothing_the_others_were_not_missed(
    a: Page, b: Page, tccc: Platform, told_first: bool
) -> None:
    parts = [tccc.part(mail("a"), 0, None, 8), tccc.part(mail("b"), 0, 8, 60)]
    things: list[Callable[[], Any]] = [
        lambda: tccc.tell(tccc.body("s1", parts, 0, 60)),
        lambda: [a.see("ring", 0.3, agentEmail=mail("a")), a.see("end", 8.3, agentEmail=mail("a"))],
    ]
    for thing in things if told_first else reversed(things):
        thing()
    assert endings() == [("closed", "elsewhere"), ("wrap-up", "")]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_call_that_was_missed_stays_missed_when_a_colleague_takes_the_next_one(
    a: Page, b: Page, tccc: Platform, order: tuple[int, ...]
) -> None:
    def pops() -> None:
        a.see("ring", 0.3, agentEmail=mail("a"))
        a.see("end", 15.3, agentEmail=mail("a"))
        whole_call(b, 20.3, agentEmail=mail("b"))

    things = [
        pops,
        lambda: tccc.call("s1", mail("a"), 0, None, 15),
        lambda: tccc.call("s2", mail("b"), 20, 28, 80),
    ]
    for n in order:
        things[n]()
    assert endings() == [("missed", ""), ("wrap-up", "")]
    assert state() == [("s1", [("a", "missed")]), ("s2", [("b", "wrap-up")])]


def test_what_was_wrapped_up_stays_whatever_the_record_says(
    a: Page, b: Page, tccc: Platform
) -> None:
    a.see("ring", 0.3, agentEmail=mail("a"))
    a.see("end", 8.3, agentEmail=mail("a"))
    Leg.objects.update(wrapped_up_at=timezone.now())
    parts = [tccc.part(mail("a"), 0, None, 8), tccc.part(mail("b"), 0, 8, 60)]
    tccc.tell(tccc.body("s1", parts, 0, 60))
    assert endings() == [("missed", ""), ("wrap-up", "")]


def test_another_agents_pop_of_the_same_number_is_not_taken(
    a: Page, b: Page, tccc: Platform
) -> None:
    whole_call(b, 0.3)
    tccc.call("s1", mail("a"), 0, 8, 60)
    assert dict(state()) == {
        None: [("b", "wrap-up")], "s1": [("a", "wrap-up")],
    }  # fmt: skip


def test_a_pop_of_an_unknown_seat_is_for_a_person_to_join(a: Page, tccc: Platform) -> None:
    AgentSeat.objects.all().delete()
    whole_call(a, 0.3)
    tccc.call("s1", mail("a"), 0, 8, 60)
    assert state() == [(None, [("a", "wrap-up")])]
    assert Discrepancy.objects.open().count() == 1


# --- joins and splits -----------------------------------------------------------------------------


def test_legs_that_pops_opened_apart_become_one_and_old_ids_resolve(
    a: Page, b: Page, tccc: Platform
) -> None:
    whole_call(a, 0.3)
    b.see("ring", 100)
    b.see("answer", 105)
    b.see("end", 160)
    first, second = Leg.objects.order_by("pk")
    save_note(first, text="给 A", base=0, tab="tab-a")
    save_note(second, text="给 B", base=0, tab="tab-b")
    assert first.interaction_id != second.interaction_id
    parts = [tccc.part(mail("a"), 0, 8, 60), tccc.part(mail("b"), 100, 105, 160)]
    tccc.tell(tccc.body("s1", parts, 0, 160))
    assert state() == [("s1", [("a", "wrap-up"), ("b", "wrap-up")])]
    old = Interaction.objects.get(pk=second.interaction_id)
    assert old.merged_into_id == first.interaction_id
    assert list(Leg.objects.order_by("pk").values_list("pk", "note")) == [
        (first.pk, "给 A"),
        (second.pk, "给 B"),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_that_joined_strangers_is_split(
    a: Page, b: Page, tccc: Platform, order: tuple[int, int]
) -> None:
    whole_call(a, 0.3)
    whole_call(b, 70.3)
    assert state() == [(None, [("a", "wrap-up"), ("b", "wrap-up")])]
    legs = list(Leg.objects.order_by("pk"))
    bodies = [
        tccc.body("s1", [tccc.part(mail("a"), 0, 8, 60)], 0, 60),
        tccc.body("s2", [tccc.part(mail("b"), 70, 78, 130)], 70, 130),
    ]
    for n in order:
        tccc.tell(bodies[n])
    assert state() == [("s1", [("a", "wrap-up")]), ("s2", [("b", "wrap-up")])]
    assert [leg.pk for leg in Leg.objects.order_by("pk")] == [leg.pk for leg in legs]


def test_one_that_joined_a_call_of_ours_gets_its_numbers_own_customer_when_it_is_split(
    a: Page, b: Page, tccc: Platform
) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", CALLER)
    whole_call(a, 0.3)
    pick(Interaction.objects.get(), Customer.objects.create(name="李"), a.user)
    whole_call(b, 70.3)
    tccc.call("s1", mail("a"), 0, 8, 60)
    tccc.call("s2", mail("b"), 70, 78, 130)
    found = Interaction.objects.order_by("started_at").values_list("session_id", "customer__name")
    assert list(found) == [("s1", "李"), ("s2", "王芳")]


def test_a_b_a_is_three_legs(a: Page, b: Page, tccc: Platform) -> None:
    whole_call(a, 0.3)
    whole_call(b, 62.3)
    whole_call(a, 125.3)
    parts = [
        tccc.part(mail("a"), 0, 8, 60), tccc.part(mail("b"), 62, 70, 122), tccc.part(mail("a"), 125, 133, 185)
    ]  # fmt: skip
    tccc.tell(tccc.body("s1", parts, 0, 185))
    assert [agents for _, legs in state() for agents, _ in legs] == ["a", "b", "a"]
    assert list(Leg.objects.order_by("sequence").values_list("told_sequence", flat=True)) == [
        0,
        1,
        2,
    ]


def test_differing_customers_of_two_people_are_both_kept_and_asked_about(
    a: Page, b: Page, tccc: Platform
) -> None:
    whole_call(a, 0.3)
    whole_call(b, 200.3)
    wang, li = Customer.objects.create(name="王"), Customer.objects.create(name="李")
    first, second = Interaction.objects.order_by("pk")
    pick(first, wang, a.user)
    pick(second, li, b.user)
    parts = [tccc.part(mail("a"), 0, 8, 60), tccc.part(mail("b"), 200, 208, 260)]
    tccc.tell(tccc.body("s1", parts, 0, 260))
    asked = Discrepancy.objects.open().get()
    assert (asked.kind, asked.interaction, asked.other) == ("customers", first, second)
    assert asked.interaction
    assert asked.other
    assert (asked.interaction.customer, asked.other.customer) == (wang, li)


def test_a_record_never_touches_what_people_wrote(a: Page, tccc: Platform) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", CALLER)
    whole_call(a, 0.3)
    leg = Leg.objects.get()
    save_note(leg, text="客户要发票", base=0, tab="tab")
    reject(leg.interaction, a.user)
    tccc.call("s1", mail("a"), 0, 8, 60)
    leg = Leg.objects.select_related("interaction").get()
    assert (leg.note, leg.note_version, leg.interaction.customer, leg.interaction.unlinked) == (
        "客户要发票",
        1,
        None,
        True,
    )


# --- what was dialled -----------------------------------------------------------------------------


def dialled(page: Page, at: float, number: str = CALLER) -> Leg:
    endpoint = Endpoint.objects.at("phone", number)
    assert endpoint
    request, leg = dial(page.user, endpoint, None, None, confirmed=False)
    asked = page.start + timedelta(seconds=at)
    DialRequest.objects.filter(pk=request.pk).update(asked_at=asked)
    Leg.objects.filter(pk=leg.pk).update(started_at=asked, last_signal_at=asked)
    Interaction.objects.filter(pk=leg.interaction_id).update(started_at=asked)
    return leg


@pytest.mark.parametrize(
    ("lag", "joins"), [(-4, True), (0, True), (170, True), (-8, False), (185, False)]
)
def test_a_dialled_number_is_joined_by_seat_callee_and_start(
    a: Page, tccc: Platform, lag: int, joins: bool
) -> None:
    leg = dialled(a, 300)
    tccc.call("s1", mail("a"), 300 + lag, 305 + lag, 350 + lag, Direction=1)
    leg.refresh_from_db()
    assert (leg.told_sequence == 0, leg.state == "wrap-up") == (joins, joins)
    assert len(state()) == (1 if joins else 2)


def test_a_vain_dial_is_over_and_what_its_agent_said_stays(a: Page, tccc: Platform) -> None:
    leg, other = dialled(a, 0), dialled(a, 600)
    mark_outcome(other, "connected", a.user)
    tccc.call("s1", mail("a"), 2, None, 20, Direction=1, EndStatusString="notAnswer")
    tccc.call("s2", mail("a"), 602, None, 620, Direction=1, EndStatusString="notAnswer")
    leg.refresh_from_db()
    other.refresh_from_db()
    assert (leg.state, leg.ending, leg.interaction.session_id) == ("closed", "no-answer", "s1")
    assert (other.state, other.told_status, other.interaction.session_id) == ("wrap-up", "", "s2")


def test_what_travels_with_the_call_beats_times(a: Page, tccc: Platform) -> None:
    first, second = dialled(a, 0), dialled(a, 4)
    uui = DialRequest.objects.get(leg=second).uui
    tccc.call("s1", mail("a"), 1, 10, 50, Direction=1, Uui=uui)
    second.refresh_from_db()
    assert second.told_sequence == 0
    first.refresh_from_db()
    assert first.told_sequence is None


# --- missed ---------------------------------------------------------------------------------------


def test_five_missed_calls_are_one_thing_to_do_and_a_talk_settles_it(
    a: Page, tccc: Platform
) -> None:
    for n in range(5):
        tccc.call(f"m{n}", mail("a"), n * 100, None, n * 100 + 20)
    task = FollowUp.objects.get()
    assert (task.kind, task.owner, task.done_at, task.attempts) == ("missed", None, None, 0)
    assert task.interaction
    assert task.interaction.session_id == "m4"
    tccc.call("try", mail("a"), 700, None, 720, Direction=1, EndStatusString="busy")
    tccc.call("try", mail("a"), 700, None, 720, Direction=1, EndStatusString="busy")
    task.refresh_from_db()
    assert (task.attempts, task.done_at) == (1, None)
    tccc.call("ok", mail("b"), 900, 905, 960, Direction=1)
    task.refresh_from_db()
    assert task.done_at == a.start + timedelta(seconds=905)
    tccc.call("m4", mail("a"), 400, None, 420)
    assert FollowUp.objects.count() == 1
    tccc.call("later", mail("a"), 2000, None, 2020)
    assert FollowUp.objects.open().count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_what_is_owed_is_counted_alike_in_any_order(
    a: Page, tccc: Platform, order: tuple[int, ...]
) -> None:
    calls = [
        lambda: tccc.call("before", mail("a"), 0, None, 20),
        lambda: tccc.call("talk", mail("a"), 100, 105, 160),
        lambda: tccc.call("missed", mail("a"), 300, None, 320),
        lambda: tccc.call("try", mail("a"), 400, None, 420, Direction=1, EndStatusString="busy"),
        lambda: tccc.call("again", mail("a"), 500, None, 520),
    ]
    for n in order:
        calls[n]()
    task = FollowUp.objects.open().get()
    assert task.interaction
    assert (task.interaction.session_id, task.missed_times, task.attempts) == ("again", 2, 1)


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_calls_that_owe_nothing_are_not_counted_unless_they_left_a_message(
    a: Page, tccc: Platform, order: tuple[int, ...]
) -> None:
    message = {
        "SessionId": "menu",
        "Timestamp": tccc.stamp(210),
        "RecordURL": "http://x/1.mp3",
        "EndpointUser": 13800138000,
    }
    calls = [
        lambda: tccc.tell(tccc.body("gone", [], 0, 20, EndStatusString="ivrGiveUp")),
        lambda: tccc.tell(tccc.body("barred", [], 100, 120, EndStatusString="BlackList")),
        lambda: tccc.tell(tccc.body("menu", [], 200, 220, EndStatusString="ivrEnd")),
        lambda: tccc.tell(message, "voicemail"),
        lambda: tccc.call("missed", mail("a"), 300, None, 320),
    ]
    for n in order:
        calls[n]()
    assert FollowUp.objects.open().get().missed_times == 2


def test_a_talk_told_before_the_missed_call_it_followed_leaves_nothing_to_do(
    a: Page, tccc: Platform
) -> None:
    tccc.call("ok", mail("a"), 100, 105, 160)
    tccc.call("m", mail("a"), 0, None, 20)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("status", "owed"),
    [("ringingGiveUp", True), ("waitingGiveUp", True), ("noSeatOnline", True), ("notWorkTime", True),
     ("somethingNew", True), ("seatGiveUp", True), ("blackList", False), ("ivrEnd", False), ("ivrGiveUp", False)],
)  # fmt: skip
def test_what_a_missed_call_is(tccc: Platform, status: str, owed: bool) -> None:
    tccc.tell(tccc.body("m", [], 0, 20, EndStatusString=status))
    assert FollowUp.objects.exists() is owed


def test_a_voicemail_is_owed_an_answer_whichever_comes_first(tccc: Platform) -> None:
    mail_ = {
        "SessionId": "m",
        "Timestamp": tccc.stamp(20),
        "RecordURL": "http://x/1.mp3",
        "EndpointUser": 13800138000,
    }
    tccc.tell(tccc.body("m", [], 0, 20, EndStatusString="ivrEnd"))
    assert not FollowUp.objects.exists()
    for _ in range(2):
        tccc.tell(mail_, "voicemail")
    assert FollowUp.objects.count() == 1
    recording = Recording.objects.get()
    assert (recording.kind, recording.party, recording.interaction) == (
        "voicemail",
        "customer",
        Interaction.objects.get(),
    )


def test_our_own_line_is_owed_nothing(tccc: Platform, settings: Any) -> None:
    settings.OWN_LINES = [LINE]
    tccc.tell(tccc.body("m", [], 0, 20, number=LINE))
    assert not FollowUp.objects.exists()


# --- what silence means ---------------------------------------------------------------------------


def test_a_dial_without_a_record_was_never_dialled_where_records_come(
    a: Page, tccc: Platform
) -> None:
    leg = dialled(a, 0)
    now = timezone.now()
    assert shown_state(leg, now) == ("dialled", False)
    tccc.call("other", mail("a"), 100, 105, 160, number="13900139000")
    leg = Leg.objects.get(pk=leg.pk)
    assert shown_state(leg, a.start + timedelta(minutes=14)) == ("dialled", False)
    leg = Leg.objects.get(pk=leg.pk)
    assert shown_state(leg, now) == ("closed", True)
    assert card_of(a.user, leg, now).state_text == "未拨出"
    assert leg not in open_legs(a.user, now)
    assert entry_words(leg.interaction).what == "未拨出"


def test_a_card_and_its_timeline_show_what_was_told(
    a: Page, tccc: Platform, client: Client
) -> None:
    a.user.groups.add(Group.objects.get_or_create(name="supervisor")[0])
    whole_call(a, 0.3)
    tccc.call("s1", mail("a"), 0, 8, 60, QueuedSkillGroupId=7, QueuedSkillGroupName="售后")
    tccc.tell({"SessionId": "s1", "EndpointUser": CALLER, "RecordId": "1"}, "record")
    tccc.call("s2", mail("a"), 100, None, 120, EndStatusString="ringingGiveUp")
    first, second = Leg.objects.order_by("pk")
    told = card_of(a.user, first).told
    assert told is not None
    assert (told.skill_group, told.has_recording) == ("售后", True)
    entry = card_of(a.user, second).timeline.entries[0]
    assert (entry_words(entry).skill_group, entry_words(entry).has_recording) == ("售后", True)
    entry = card_of(a.user, first).timeline.entries[0]
    assert (entry_words(entry).end_status, entry_words(entry).kind) == ("ringingGiveUp", "missed")
    client.force_login(a.user)
    page = client.get(f"/interactions/{first.interaction_id}/", secure=True).content.decode()
    for words in ("正常结束", "客户", "售后", "data-recording=", "0755-8601 3388"):
        assert words in page
