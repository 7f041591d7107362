"""The centre's list of interactions with its filters, and one interaction with every leg."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from customers.interaction_list import (
    MOST_DAYS,
    PAGE,
    Filters,
    agent_chain,
    listed,
    read_filters,
)
from customers.models import (
    AccessLog,
    Customer,
    Disposition,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
    LegChange,
)
from tests.customers.people import NOON, person

HTMX = {"HX-Request": "true"}
TODAY = date(2026, 11, 21)


# --- what an address asks for ---


def test_the_last_seven_days_unless_asked_otherwise():
    assert read_filters({}, TODAY) == Filters(date(2026, 11, 15), TODAY)


@pytest.mark.parametrize(
    ("query", "since", "until", "clipped"),
    [
        ({"from": "2026-11-01"}, date(2026, 11, 1), TODAY, False),
        ({"to": "2026-11-10"}, date(2026, 11, 4), date(2026, 11, 10), False),
        ({"from": "2026-11-10", "to": "2026-11-01"}, date(2026, 11, 1), date(2026, 11, 10), False),
        ({"from": "2020-01-01"}, TODAY - timedelta(days=MOST_DAYS - 1), TODAY, True),
        ({"from": "0001-01-01", "to": "9999-12-31"}, date(2026, 11, 15), TODAY, False),
        ({"from": "x", "to": "2026-02-31"}, date(2026, 11, 15), TODAY, False),
    ],
)
def test_dates(query, since, until, clipped):
    found = read_filters(query, TODAY)
    assert (found.since, found.until, found.clipped) == (since, until, clipped)


@pytest.mark.parametrize(
    "query",
    [
        {"agent": "x", "disposition": "-1"},
        {"agent": "9" * 40, "channel": "fax", "direction": "up", "answered": "maybe"},
        {"agent": "²"},
    ],
)
def test_what_cannot_be_read_is_not_asked_for(query):
    assert read_filters(query, TODAY) == read_filters({}, TODAY)


# --- the list ---


@pytest.fixture
def page(boss):
    client = Client()
    client.force_login(boss)

    def get(query: str = "", **more) -> str:
        answer = client.get(f"/interactions/{query}", secure=True, **more)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return get


def contact(ago: timedelta = timedelta(hours=1), **more) -> Interaction:
    return Interaction.objects.create(started_at=NOON - ago, **more)


def leg(interaction: Interaction, user=None, talked: int = 0, **more) -> Leg:
    start = interaction.started_at
    return Leg.objects.create(
        interaction=interaction, user=user, started_at=start,
        last_signal_at=start, connected_at=start if talked else None,
        ended_at=start + timedelta(seconds=talked),
        **{"state": "closed" if talked else "missed", "sequence": interaction.legs.count() + 1, **more},
    )  # fmt: skip


def found(user, **asked) -> set[int]:
    filters = Filters(**{"since": TODAY - timedelta(days=6), "until": TODAY, **asked})
    return set(listed(user, filters).values_list("pk", flat=True))


def test_only_supervisors_and_administrators(noon):
    entry = contact()
    for role, status in (("agent", 403), ("", 403), ("administrator", 200)):
        client = Client()
        client.force_login(person(f"某{role}", role))
        assert client.get("/interactions/", secure=True).status_code == status
        answer = client.get(f"/interactions/{entry.pk}/", secure=True)
        assert answer.status_code == status
    assert AccessLog.objects.count() == 1
    answer = Client().get("/interactions/", secure=True)
    assert answer["Location"] == "/sign-in/?next=/interactions/"


def test_a_line_tells_who_when_how_long_and_what_came_of_it(page, li, zhao):
    wang = Customer.objects.create(name="王小明", company="深圳某某公司")
    endpoint = Endpoint.objects.at("phone", "13800138000")
    parent = Disposition.objects.create(code="a", name_zh="报修类", name_en="Repair")
    outcome = Disposition.objects.create(
        code="a-b", name_zh="已修好", name_en="Fixed", parent=parent
    )
    entry = contact(customer=wang, endpoint=endpoint)
    leg(entry, li, 60, note="第一行\n第二行")
    leg(entry, zhao, 192, disposition=outcome)
    text = page()
    for words in (
        "王小明", "138 0013 8000", "深圳某某公司", "李 → 赵", "4 分 12 秒", "报修类 / 已修好", "第一行",
        "今天 11:00", "呼入", "电话", f"/interactions/{entry.pk}/",
    ):  # fmt: skip
        assert words in text, words
    assert "第二行" not in text
    assert "13800138000" not in text


def test_a_missed_call_says_so_and_has_no_duration(page, li, zhao):
    entry = contact(endpoint=Endpoint.objects.at("phone", "13800138000"))
    leg(entry, li)
    leg(entry, zhao)
    text = page()
    row = text[text.index(f'data-interaction="{entry.pk}"') :]
    row = row[: row.index("</li>")]
    assert 'data-kind="missed"' in row
    assert "未接来电" in row
    assert "李、赵" in row
    assert "秒" not in row


def test_nobody_spoke_twice_in_a_row(li, zhao):
    entry = contact()
    parts = [leg(entry, user, 5) for user in (li, zhao, li, li)]
    assert agent_chain(parts) == "李 → 赵 → 李"


def test_filters_one_by_one_and_together(boss, li, zhao):
    reason = Disposition.objects.create(code="r", name_zh="理由", name_en="Reason")
    outcome = Disposition.objects.create(
        code="r-o", name_zh="结果", name_en="Result", parent=reason
    )
    spoke = contact(channel="phone")
    leg(spoke, li, 30, disposition=outcome)
    missed = contact()
    leg(missed, li)
    both = contact(direction="outbound")
    leg(both, li)
    leg(both, zhao, 30)
    chat = contact(channel="im", channel_family="chat")
    leg(chat, zhao, state="closed", told_connected_at=NOON)
    nobody = contact()
    old = contact(timedelta(days=20))
    leg(old, li, 30)
    assert found(boss) == {spoke.pk, missed.pk, both.pk, chat.pk, nobody.pk}
    assert found(boss, since=TODAY - timedelta(days=30), agent=li.pk) == {
        spoke.pk, missed.pk, both.pk, old.pk,
    }  # fmt: skip
    assert found(boss, channel="im") == {chat.pk}
    assert found(boss, direction="outbound") == {both.pk}
    assert found(boss, answered="yes") == {spoke.pk, both.pk, chat.pk}
    assert found(boss, answered="no") == {missed.pk, nobody.pk}
    assert found(boss, disposition=outcome.pk) == {spoke.pk}
    assert found(boss, disposition=reason.pk) == {spoke.pk}
    assert found(boss, disposition=999999) == set()
    # With an agent, answer and outcome are this agent's own.
    assert found(boss, agent=li.pk, answered="no") == {missed.pk, both.pk}
    assert found(boss, agent=zhao.pk, answered="yes") == {both.pk, chat.pk}
    assert found(boss, agent=zhao.pk, disposition=outcome.pk) == set()
    assert found(boss, agent=li.pk, disposition=reason.pk, answered="yes") == {spoke.pk}
    assert found(boss, agent=999999) == set()
    assert found(person("无权", "")) == set()


def test_days_are_local_and_both_ends_count(boss):
    midnight = NOON.replace(hour=0)
    first = Interaction.objects.create(started_at=midnight)
    last = Interaction.objects.create(started_at=midnight + timedelta(hours=24, microseconds=-1))
    Interaction.objects.create(started_at=midnight - timedelta(microseconds=1))
    Interaction.objects.create(started_at=midnight + timedelta(hours=24))
    assert found(boss, since=TODAY) == {first.pk, last.pk}


def test_the_page_keeps_its_filters(page, li):
    contact()
    text = page(f"?agent={li.pk}&answered=no&from=2020-01-01")
    assert "这段时间没有符合条件的联络记录" in text
    assert f'<option value="{li.pk}" selected>' in text
    assert f"一次最多看 {MOST_DAYS} 天" in text
    assert "是否接通只看这位坐席自己" in text
    assert ">清除<" in text
    assert ">清除<" not in page()


def test_older_ones_by_key(boss, page):
    # All at one moment: only the second half of the key tells them apart.
    entries = [contact() for _ in range(PAGE + 2)]
    first = page("?direction=inbound")
    assert first.count("data-interaction=") == PAGE
    more = first.split('name="before" value="')[1].split('"')[0]
    assert 'type="hidden" name="direction" value="inbound"' in first
    client = Client()
    client.force_login(boss)
    asked = {"direction": "inbound", "before": more}
    rest = client.get("/interactions/", asked, secure=True, headers=HTMX).content.decode()
    assert "<html" not in rest
    assert [f'data-interaction="{e.pk}"' in rest for e in entries] == [True] * 2 + [False] * PAGE
    assert "更早的记录" not in rest


def test_the_list_costs_the_same_for_one_and_for_a_page(boss, li, django_assert_max_num_queries):
    outcome = Disposition.objects.create(code="r", name_zh="理由", name_en="Reason")
    for n in range(PAGE):
        customer = Customer.objects.create(name=f"客户{n}")
        endpoint = Endpoint.objects.at("phone", f"138001380{n:02d}")
        leg(contact(customer=customer, endpoint=endpoint), li, 5, disposition=outcome)
    client = Client()
    client.force_login(boss)
    client.get("/interactions/", secure=True)
    with django_assert_max_num_queries(8):
        client.get("/interactions/", secure=True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_an_agents_legs_go_by_the_index_and_are_bounded_by_date(boss, li):
    plan = listed(boss, Filters(TODAY, TODAY, agent=li.pk)).explain()
    assert "(user_id=? AND last_signal_at>?)" in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
@pytest.mark.parametrize("asked", [{"disposition": 1}, {"answered": "no"}, {"answered": "yes"}])
def test_legs_are_looked_up_beside_their_interaction(boss, asked):
    plan = listed(boss, Filters(TODAY, TODAY, **asked)).explain()
    assert "U0 USING INDEX customers_leg_interaction" in plan or "leg_sequence_once" in plan
    assert "SCAN" not in plan


# --- one interaction ---


@pytest.fixture
def opened(boss):
    client = Client()
    client.force_login(boss)

    def get(entry: Interaction) -> str:
        answer = client.get(f"/interactions/{entry.pk}/", secure=True)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return get


def test_one_interaction_with_all_that_is_known(opened, boss, li, zhao):
    wang = Customer.objects.create(name="王小明")
    endpoint = Endpoint.objects.at("phone", "13800138000")
    outcome = Disposition.objects.create(code="r", name_zh="已退款", name_en="Refunded")
    entry = contact(
        customer=wang, endpoint=endpoint, linked_by=boss, linked_at=NOON, link_reason="picked",
        provisional=False, session_id="s-1", end_status="ok-raw", satisfaction="很满意",
    )  # fmt: skip
    one = leg(
        entry, li, 60, note="要求<b>退款</b>\n第二行", disposition=outcome, ticket="T-9",
        recorded_despite="other@example.com", agent_email="li@example.com",
        told_connected_at=entry.started_at + timedelta(seconds=7),
    )  # fmt: skip
    leg(entry, zhao, ending="elsewhere", state="closed")
    before = {"state": "closed", "disposition": outcome.pk, "ticket": "T-8"}
    LegChange.objects.create(leg=one, by=li, what="reopened", before=before)
    LegChange.objects.create(leg=one, by=None, what="something-new", before={})
    FollowUp.objects.create(leg=one, owner=li, text="到账后回电", due_at=NOON - timedelta(hours=2))
    text = opened(entry)
    for words in (
        "王小明", f'href="/customers/{wang.pk}/"', "138 0013 8000", "北京", "本次由坐席选定", "班长",
        "s-1", "ok-raw", "很满意", "li@example.com", "other@example.com", "已退款", "T-9", "&lt;b&gt;", "第二行",
        "11:00:00", "11:00:07", "晚 7 秒", "其他坐席已接听", "重新打开小结", "此前：已结束 · 已退款 · 单号 T-8",
        "something-new", "到账后回电", "已过期", "通话",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("data-leg=") == 2
    # Read only: nothing to type or choose, and the only forms are the site's own.
    main = text[text.index("<main") :]
    # Nothing here is edited: asking for the transcript is all there is to do.
    assert main.count("<form") == main.count('action="/interactions/') == 1
    assert "<textarea" not in main


def test_unknown_callers_say_why(opened):
    assert "没有客户登记过这个号码" in opened(
        contact(endpoint=Endpoint.objects.at("phone", "13800138000"))
    )
    text = opened(contact())
    assert "对方没有显示号码" in text
    assert "没有坐席参与" in text
    assert "话单还没有到" in text


def test_every_look_is_recorded(opened, boss):
    wang = Customer.objects.create(name="王小明")
    endpoint = Endpoint.objects.at("phone", "13800138000")
    opened(contact(customer=wang, endpoint=endpoint))
    row = AccessLog.objects.get()
    assert (row.user, row.action, row.customer, row.endpoint) == (
        boss,
        "interaction",
        wang,
        endpoint,
    )


def test_a_merged_one_leads_to_the_one_that_remained(boss):
    kept = contact()
    client = Client()
    client.force_login(boss)
    answer = client.get(f"/interactions/{contact(merged_into=kept).pk}/", secure=True)
    assert answer["Location"] == f"/interactions/{kept.pk}/"
    assert not AccessLog.objects.exists()
    for pk in (999999, 10**30):
        assert client.get(f"/interactions/{pk}/", secure=True).status_code == 404


def test_the_page_costs_the_same_for_one_leg_and_for_many(boss, li, django_assert_max_num_queries):
    entry = contact()
    for n in range(6):
        one = leg(entry, li, 5)
        LegChange.objects.create(leg=one, by=li, what="wrapped-up", before={"state": "wrap-up"})
        FollowUp.objects.create(leg=one, owner=li, due_at=timezone.now() + timedelta(hours=n))
    client = Client()
    client.force_login(boss)
    with django_assert_max_num_queries(15):
        client.get(f"/interactions/{entry.pk}/", secure=True)


def test_the_customers_timeline_leads_there(boss):
    wang = Customer.objects.create(name="王小明")
    entry = contact(customer=wang)
    client = Client()
    client.force_login(boss)
    answer = client.get(f"/customers/{wang.pk}/", secure=True)
    assert f'href="/interactions/{entry.pk}/"' in answer.content.decode()
