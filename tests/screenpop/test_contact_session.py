"""Whole calls, from the hash to the rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.linking import no_longer_theirs
from customers.models import Customer, Endpoint, Interaction, Leg
from screenpop.cards import card_of
from screenpop.contact_session import take
from screenpop.dialing import dial
from screenpop.hash_contract import clean_pairs
from screenpop.models import AgentSeat, DialRequest, PopEvent
from screenpop.seats import check_seat, record_despite
from tests.screenpop.sightings import Page, outcomes, rows

pytestmark = pytest.mark.django_db
MOBILE = "13800138000"
Agents = tuple[Page, Page]


# --- one agent ----------------------------------------------------------------------------------


def test_a_whole_call_leaves_a_leg_with_its_times_and_three_events(a: Page) -> None:
    opened = a.see("ring", 0, agentEmail="Lulu@Example.com").leg
    assert opened is not None
    a.see("answer", 8)
    a.see("end", 95)
    leg = Leg.objects.get()
    start = a.start
    assert leg.pk == opened.pk
    assert (leg.state, leg.sequence, leg.user, leg.agent_email) == (
        "wrap-up", 1, a.user, "lulu@example.com"
    )  # fmt: skip
    assert (leg.started_at, leg.rang_at) == (start, start)
    assert leg.connected_at == start + timedelta(seconds=8)
    assert leg.ended_at == leg.last_signal_at == start + timedelta(seconds=95)
    assert leg.endpoint is not None
    assert (leg.endpoint.kind, leg.endpoint.value) == ("phone", "+8613800138000")
    interaction = leg.interaction
    assert (interaction.channel_family, interaction.channel, interaction.direction) == (
        "phone", "phone", "inbound"
    )  # fmt: skip
    assert (interaction.endpoint, interaction.started_at) == (leg.endpoint, start)
    assert outcomes() == ["opened", "moved", "moved"]
    assert set(PopEvent.objects.values_list("leg", "user", "tab")) == {(leg.pk, a.user.pk, a.tab)}
    assert list(PopEvent.objects.order_by("pk").values_list("sequence", flat=True)) == [1, 2, 3]


def test_repeats_change_nothing_but_are_kept(a: Page) -> None:
    for at in (0, 0.1, 0.2):
        a.see("ring", at)
    for at in (8, 8.1):
        a.see("answer", at)
    for at in (95, 95.1):
        a.see("end", at)
    assert rows() == [("a", 1, 1, "wrap-up")]
    assert outcomes() == [
        "opened",
        "unchanged",
        "unchanged",
        "moved",
        "unchanged",
        "moved",
        "unchanged",
    ]
    assert Leg.objects.get().ended_at == a.start + timedelta(seconds=95)


def test_the_same_event_id_is_applied_once_and_answered_alike(a: Page) -> None:
    ring, answer = (
        a.sighting(0, [["mobile", MOBILE]]),
        a.sighting(5, [["mobile", MOBILE], ["status", "200"]]),
    )
    end = a.sighting(60, [["mobile", MOBILE], ["status", "400"]])
    first = [take(a.user, each) for each in (ring, answer, end)]
    again = [take(a.user, each) for each in (answer, ring, end, ring)]
    assert PopEvent.objects.count() == 3
    assert rows() == [("a", 1, 1, "wrap-up")]
    assert {each.leg.pk for each in first + again if each.leg} == {Leg.objects.get().pk}
    assert [each.event.pk for each in again] == [first[i].event.pk for i in (1, 0, 2, 0)]


def test_an_event_sent_again_by_another_user_shows_nothing_of_the_first_one(
    a: Page, b: Page
) -> None:
    ring = a.sighting(0, [["mobile", MOBILE]])
    take(a.user, ring)
    taken = take(b.user, ring)
    assert taken.leg is None
    assert taken.event.pk is None
    assert rows() == [("a", 1, 1, "ringing")]
    assert PopEvent.objects.count() == 1


def test_the_pairs_are_kept_as_they_came(a: Page) -> None:
    pairs = [["Mobile", " 0086-138 0013 8000 "], ["x", "未知"], ["x", ""], ["status", "100"]]
    event = a.read(0, pairs).event
    event.refresh_from_db()
    assert event.pairs == pairs
    assert not event.truncated
    assert event.observed_at == a.start


@pytest.mark.parametrize(
    "written",
    [
        "8613800138000",
        "008613800138000",
        "+8613800138000",
        "+86 138 0013 8000",
        "013800138000",
        "１３８００１３８０００",
        "\u202d138-0013-8000\u202c",
    ],
)
def test_a_number_written_otherwise_is_the_same_call(a: Page, written: str) -> None:
    a.see("ring", 0, MOBILE)
    a.see("answer", 8, written)
    a.see("end", 60, MOBILE)
    assert rows() == [("a", 1, 1, "wrap-up")]
    assert Endpoint.objects.count() == 1


def test_several_calls_at_once_keep_apart(a: Page) -> None:
    numbers = [f"1380013800{n}" for n in range(4)]
    for number in numbers:
        a.see("ring", 0, number)
    a.see("answer", 5, numbers[2])
    a.see("end", 6, numbers[0])
    a.read(7, [["type", "im"], ["userId", "web-1"], ["status", "200"]])
    a.see("end", 60, numbers[2])
    states = [state for _, _, _, state in rows()]
    assert states == ["missed", "ringing", "wrap-up", "ringing", "connected"]
    assert [call for _, call, _, _ in rows()] == [1, 2, 3, 4, 5]


def test_a_call_and_a_chat_of_one_number_keep_apart(a: Page) -> None:
    a.see("answer", 0)
    a.read(1, [["type", "oim"], ["mobile", MOBILE], ["status", "100"]])
    a.see("end", 60)
    assert rows() == [("a", 1, 1, "wrap-up"), ("a", 2, 1, "ringing")]


def test_calls_of_the_same_number_one_after_another(a: Page) -> None:
    for start in (0, 100, 200):
        a.see("ring", start)
        a.see("end", start + 20)
    assert rows() == [("a", n, 1, "missed") for n in (1, 2, 3)]


def test_the_hash_of_an_ended_call_at_load_is_quiet(a: Page) -> None:
    a.see("answer", 0)
    end = [["mobile", MOBILE], ["status", "400"], ["type", "phone"]]
    a.read(60, end)
    reborn = Page(a.user, a.start)
    quiet = reborn.read(300, end, "load")
    assert (quiet.event.outcome, quiet.leg and quiet.leg.pk) == ("quiet", Leg.objects.get().pk)
    assert Leg.objects.get().last_signal_at == a.start + timedelta(seconds=60)
    assert reborn.read(661, end, "load").event.outcome == "opened"


# --- late and out of order ----------------------------------------------------------------------


def test_late_news_of_an_earlier_call_does_not_touch_the_one_that_rings(a: Page) -> None:
    other_tab = Page(a.user, a.start)
    a.see("ring", 0)
    a.see("end", 60)
    a.see("ring", 300)
    other_tab.see("answer", 5)
    assert rows() == [("a", 1, 1, "wrap-up"), ("a", 2, 1, "ringing")]
    first = Leg.objects.earliest("pk")
    assert first.connected_at == a.start + timedelta(seconds=5)


def test_late_news_does_not_turn_a_leg_back(a: Page) -> None:
    later = Page(a.user, a.start)
    a.see("answer", 10)
    later.see("ring", 2)
    leg = Leg.objects.get()
    assert (leg.state, leg.last_signal_at) == ("connected", a.start + timedelta(seconds=10))


def test_a_tab_sees_things_in_its_own_order_whatever_the_delay_of_a_request(a: Page) -> None:
    # Each arrives with another delay, so that by our clock each seems older than the one before.
    for at, what in [(60, "answer"), (59.7, "end"), (59.6, "ring"), (59.5, "answer")]:
        a.see(what, at)
    assert rows() == [("a", 1, 1, "wrap-up"), ("a", 2, 1, "connected")]
    assert Leg.objects.latest("pk").connected_at == a.start + timedelta(seconds=60)
    assert PopEvent.objects.latest("pk").observed_at == a.start + timedelta(seconds=59.5)


def test_a_late_answer_does_not_follow_the_end(a: Page) -> None:
    a.see("ring", 0)
    a.see("end", 20)
    a.see("answer", 40)
    leg = Leg.objects.get()
    assert leg.state == "wrap-up"
    assert leg.connected_at == leg.ended_at == a.start + timedelta(seconds=20)


def test_a_call_from_before_a_break_is_told_after_a_later_one(a: Page) -> None:
    for at, what in [(3000, "answer"), (3060, "end")]:
        a.see(what, at)
    offline = Page(a.user, a.start)
    for at, what in [(0, "ring"), (9, "answer"), (60, "end")]:
        offline.see(what, at)
    assert rows() == [("a", 1, 1, "wrap-up"), ("a", 2, 1, "wrap-up")]


# --- whose call ---------------------------------------------------------------------------------


def test_a_known_number_links_its_customer(a: Page) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", "+86 138 0013 8000")
    a.see("ring", 0)
    interaction = Interaction.objects.get()
    assert (interaction.customer, interaction.link_reason, interaction.linked_by) == (
        customer,
        "exact",
        None,
    )
    assert interaction.linked_at == a.start


def test_an_unknown_number_makes_no_customer(a: Page) -> None:
    a.see("ring", 0)
    assert Interaction.objects.get().customer is None
    assert not Customer.objects.exists()


CHAT = [["type", "oim"], ["userId", "oZB6q5c-tuMEz"], ["mobile", MOBILE], ["nickName", "小明"]]


def test_a_chat_has_a_person_and_a_number(a: Page) -> None:
    a.read(0, CHAT)
    interaction = Interaction.objects.get()
    assert interaction.endpoint is not None
    assert interaction.second_endpoint is not None
    assert (interaction.endpoint.kind, interaction.endpoint.value) == ("openid", "oZB6q5c-tuMEz")
    assert interaction.second_endpoint.value == "+8613800138000"
    assert (interaction.channel_family, interaction.channel, interaction.nickname) == (
        "chat", "oim", "小明"
    )  # fmt: skip
    # The face may come with a later event.
    a.read(3, [*CHAT, ["status", "200"], ["avatar", "https://a.example/1.png"]])
    interaction.refresh_from_db()
    assert (interaction.avatar, Leg.objects.get().state) == ("https://a.example/1.png", "connected")


def test_a_chat_is_known_by_its_person_before_its_number(a: Page) -> None:
    by_number = Customer.objects.create(name="号码的")
    by_number.add_contact_point("phone", MOBILE)
    by_person = Customer.objects.create(name="微信的")
    by_person.add_contact_point("openid", "oZB6q5c-tuMEz")
    a.read(0, CHAT)
    a.read(1, [["type", "im"], ["userId", "somebody-else"], ["mobile", MOBILE]])
    assert [i.customer for i in Interaction.objects.order_by("pk")] == [by_person, by_number]


@pytest.mark.parametrize("openid_seen_before", [False, True])
def test_an_openid_kept_as_a_web_user_is_found(a: Page, openid_seen_before: bool) -> None:
    if openid_seen_before:
        Endpoint.objects.at("openid", "oZB6q5c-tuMEz")
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("user", "oZB6q5c-tuMEz")
    a.read(0, CHAT)
    assert Interaction.objects.get().customer == customer


def test_a_chat_goes_on_when_its_person_is_entered_meanwhile(a: Page) -> None:
    Customer.objects.create(name="甲").add_contact_point("user", "oZB6q5c-tuMEz")
    a.read(0, CHAT)
    Customer.objects.create(name="乙").add_contact_point("openid", "oZB6q5c-tuMEz")
    a.read(5, [*CHAT, ["status", "200"]])
    assert rows() == [("a", 1, 1, "connected")]


def test_openids_are_compared_with_their_case(a: Page) -> None:
    Customer.objects.create(name="王芳").add_contact_point("openid", "oZB6q5c-tuMEz")
    a.read(0, [["type", "im"], ["userId", "ozb6q5c-tumez"]])
    assert Interaction.objects.get().customer is None


# --- what is no call ----------------------------------------------------------------------------


def test_another_tenants_hash_is_kept_and_opens_nothing(a: Page, settings: Any) -> None:
    settings.TCCC_SDK_APP_ID = ["1400264214"]
    Customer.objects.create(name="王芳").add_contact_point("phone", MOBILE)
    foreign = a.see("ring", 0, sdkAppId="1400999999")
    assert (foreign.event.outcome, foreign.leg) == ("foreign", None)
    assert foreign.event.sdk_app_id == "1400999999"
    assert not Interaction.objects.exists()
    assert a.see("ring", 1, sdkAppId="1400264214").event.outcome == "opened"
    assert a.see("answer", 2).event.outcome == "moved"


@pytest.mark.parametrize(
    "pairs", [[], [["foo", "bar"]], [["mobile", ""]], [["\ufffd\ufffd", "%E4%"]]]
)
def test_what_cannot_be_read_is_kept(a: Page, pairs: list[list[str]]) -> None:
    taken = a.read(0, pairs)
    taken.event.refresh_from_db()
    assert (taken.event.outcome, taken.event.leg, taken.event.pairs) == ("unreadable", None, pairs)
    assert not Leg.objects.exists()


@pytest.mark.parametrize(
    "name", ["mobile", "userId", "nickName", "avatar", "type", "agentEmail", "sdkAppId"]
)
def test_no_value_is_too_long_to_be_kept(a: Page, name: str) -> None:
    for value in ("İ" * 1000, "9" * 1000, "https://" + "x" * 992):
        a.read(0, [[name, value], ["status", "100"]])
    assert PopEvent.objects.count() == 3


# --- after the button, after the agent's word ---------------------------------------------------


def test_a_dialled_number_is_joined_by_its_hash(a: Page) -> None:
    endpoint = Endpoint.objects.at("phone", MOBILE)
    assert endpoint is not None
    dial(a.user, endpoint, None, None, confirmed=False)
    after = Page(a.user, timezone.now())
    after.see("ring", 3)
    after.see("answer", 9)
    leg = Leg.objects.get()
    assert (leg.state, leg.interaction.direction) == ("connected", "outbound")
    assert leg.rang_at == after.start + timedelta(seconds=3)


def dialled(page: Page, number: str, kind: str = "phone") -> Leg:
    endpoint = Endpoint.objects.at(kind, number)
    assert endpoint is not None
    return dial(page.user, endpoint, None, None, confirmed=False)[1]


@pytest.mark.parametrize("seen_before", [False, True])
def test_a_number_dialled_with_its_extension_is_joined_without_it(
    a: Page, seen_before: bool
) -> None:
    if seen_before:
        a.see("answer", 0, "075586013388")
        a.see("end", 60, "075586013388")
        Leg.objects.all().delete()
    leg = dialled(a, "0755-86013388-801")
    after = Page(a.user, timezone.now())
    for at, what in [(3, "ring"), (9, "answer"), (60, "end")]:
        after.see(what, at, "075586013388")
    assert [(one.pk, one.state) for one in Leg.objects.all()] == [(leg.pk, "wrap-up")]
    interaction = Leg.objects.get().interaction
    assert interaction.endpoint is not None
    assert (interaction.direction, interaction.endpoint.value) == (
        "outbound", "+8675586013388;ext=801"
    )  # fmt: skip


def test_an_extension_dialled_by_another_or_long_ago_is_not_joined(a: Page, b: Page) -> None:
    dialled(b, "0755-86013388-801")
    dialled(a, "0755-86013388-802")
    Page(a.user, timezone.now()).see("ring", 200, "075586013388")
    assert [(who, state) for who, _, _, state in rows()] == [
        ("b", "dialled"), ("a", "dialled"), ("a", "ringing")
    ]  # fmt: skip


def test_a_long_mapped_id_can_be_dialled(a: Page) -> None:
    dialled(a, "m" * 128, "mapped")
    request = DialRequest.objects.get()
    request.full_clean(exclude=["about", "description"])
    assert request.dialled == "m" * 128


def test_a_later_event_of_another_seat_locks_the_card_again(a: Page) -> None:
    AgentSeat.objects.create(email="a@example.com", user=a.user)
    a.see("ring", 0, agentEmail="a@example.com")
    assert not check_seat(a.user, Leg.objects.get()).locked
    a.see("answer", 5, agentEmail="B@example.com")
    leg = Leg.objects.get()
    assert (leg.agent_email, check_seat(a.user, leg).locked) == ("b@example.com", True)
    record_despite(leg)
    a.see("end", 60, agentEmail="b@example.com")
    assert not check_seat(a.user, Leg.objects.get()).locked
    # Blank says nothing, and what is older is no news.
    a.see("end", 61)
    Page(a.user, a.start).see("answer", 4, agentEmail="a@example.com")
    assert Leg.objects.get().agent_email == "b@example.com"
    a.see("end", 62, agentEmail="c@example.com")
    assert check_seat(a.user, Leg.objects.get()).locked


def test_a_hash_of_more_than_a_hundred_parameters_counts_as_cut(a: Page) -> None:
    few = [[f"k{n}", "v"] for n in range(98)]
    known = [["mobile", MOBILE], ["status", "200"]]
    whole = a.read(0, clean_pairs([*few, *known]))
    cut = a.read(5, clean_pairs([*few, ["x", ""], *known]))
    assert (whole.event.truncated, cut.event.truncated) == (False, True)
    assert rows() == [("a", 1, 1, "connected")]


CHAT_OF = {"type": "oim", "mobile": MOBILE, "status": "100"}


def test_a_number_that_is_no_longer_theirs_stays_so_for_a_chat(a: Page) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("phone", MOBILE)
    pairs = [[name, value] for name, value in {**CHAT_OF, "userId": "oNew-1"}.items()]
    leg = a.read(0, pairs).leg
    assert leg is not None
    assert (leg.interaction.customer, leg.interaction.link_reason) == (customer, "exact")
    assert card_of(a.user, leg).reason == "号码一致"
    no_longer_theirs(leg.interaction, customer, a.user)
    a.see("end", 5)
    again = a.read(900, pairs).leg
    assert again is not None
    assert (again.interaction_id != leg.interaction_id, again.interaction.customer) == (True, None)


def test_a_chat_known_by_its_account_says_so(a: Page) -> None:
    customer = Customer.objects.create(name="王芳")
    customer.add_contact_point("openid", "oNew-1")
    customer.add_contact_point("phone", MOBILE)
    leg = a.read(0, [[name, value] for name, value in {**CHAT_OF, "userId": "oNew-1"}.items()]).leg
    assert leg is not None
    assert leg.interaction.link_reason == "account"
    assert card_of(a.user, leg).reason == "微信账号一致"


def test_a_ring_put_away_comes_back_when_it_is_answered(a: Page) -> None:
    a.see("ring", 0)
    leg = Leg.objects.get()
    now = a.start + timedelta(seconds=5)
    leg.state, leg.ending, leg.ended_at, leg.wrapped_up_at = "closed", "wrapped-up", now, now
    leg.save()
    a.see("answer", 9)
    assert list(Leg.objects.values_list("state", "ending", "ended_at", "wrapped_up_at")) == [
        ("connected", "", None, None)
    ]


# --- what it costs ------------------------------------------------------------------------------


def queries_of(call: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(marks)]


def reads() -> int:
    """What a lock costs where a row is locked; SQLite locks the whole file at BEGIN."""
    return int(connection.features.has_select_for_update)


def test_a_repeated_event_costs_few_queries(a: Page, b: Page) -> None:
    a.see("ring", 0)
    assert len(queries_of(lambda: a.see("ring", 0.1))) == 4 + reads()
    assert len(queries_of(lambda: a.see("answer", 5))) == 4 + reads()
    # Seen before what is known already: the tab's order is looked up.
    assert len(queries_of(lambda: a.see("answer", 4.9))) == 5 + reads()
    # With a colleague on the line: whether several customers have the number, and the leg's next number.
    assert len(queries_of(lambda: b.see("ring", 60))) == 6 + reads()
    assert len(queries_of(lambda: b.see("ring", 60.1))) == 4 + reads()


def test_a_first_ring_costs_few_queries(a: Page) -> None:
    Customer.objects.create(name="王芳").add_contact_point("phone", MOBILE)
    assert len(queries_of(lambda: a.see("ring", 0))) == 5 + reads()
    assert len(queries_of(lambda: a.see("ring", 0, "13900139000"))) == 7
    a.see("end", 5, "13900139000")
    assert len(queries_of(lambda: a.see("ring", 100, "13900139000"))) == 8 + reads()
    assert len(queries_of(lambda: a.see("ring", 0, "anonymous"))) <= 5


def test_a_first_ring_costs_no_more_after_a_hundred_calls(a: Page) -> None:
    for start in range(0, 3000, 30):
        a.see("ring", start)
        a.see("end", start + 5)
    assert len(queries_of(lambda: a.see("ring", 3100))) == 8 + reads()


def test_a_first_chat_costs_few_queries(a: Page) -> None:
    Customer.objects.create(name="王芳").add_contact_point("phone", MOBILE)
    assert len(queries_of(lambda: a.read(0, CHAT))) == 9
