"""What is due when, and who may do, move, take and take back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client

from customers import follow_ups as rules
from customers.follow_ups import PAGE, Due, FollowUpError, Scope
from customers.models import Customer, Endpoint, FollowUp, SkillGroup
from customers.templatetags.follow_up_words import due_time, overdue_words
from customers.templatetags.work_links import capped
from tests.customers.people import NOON, SHANGHAI, person

HTMX = {"HX-Request": "true"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("due_at", "group"),
    [
        (at(20, 23), Due.OVERDUE),
        (NOON - timedelta(microseconds=1), Due.OVERDUE),
        (NOON, Due.TODAY),
        (at(21, 23, 59), Due.TODAY),
        (at(22, 0), Due.LATER),
        # Still the same day in UTC, not in Shanghai.
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), Due.LATER),
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), Due.TODAY),
    ],
)
def test_groups_go_by_the_local_day(due_at, group):
    fitting = []
    for due in Due:
        start, end = rules.bounds(due, NOON, SHANGHAI)
        if (start is None or start <= due_at) and (end is None or due_at < end):
            fitting.append(due)
    assert fitting == [group]


def test_the_day_of_a_clock_change_ends_at_its_midnight():
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 25, 1, 0, tzinfo=berlin)
    assert rules.end_of_day(now, berlin) == datetime(2026, 10, 26, 0, 0, tzinfo=berlin)
    assert rules.end_of_day(now, berlin).astimezone(UTC) - now.astimezone(UTC) == timedelta(
        hours=24
    )


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(0), ""),
        (timedelta(seconds=5), "逾期 1 分钟"),
        (timedelta(minutes=59), "逾期 59 分钟"),
        (timedelta(hours=2, minutes=30), "逾期 2 小时"),
        (timedelta(days=3, hours=5), "逾期 3 天"),
    ],
)
def test_how_long_overdue(ago, words):
    assert overdue_words(NOON - ago, NOON) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(20, 9, 30), "昨天 09:30"),
        (at(21, 9, 30), "今天 09:30"),
        (at(22, 0, 5), "明天 00:05"),
        (at(23, 9, 30), "11月23日 周一 09:30"),
        (datetime(2027, 1, 4, 9, 30, tzinfo=SHANGHAI), "2027年1月4日 09:30"),
    ],
)
def test_due_times_in_words(moment, words):
    with time_machine.travel(NOON, tick=False):
        assert due_time(moment) == words


def test_counts_stop_where_they_were_capped():
    assert [capped(n) for n in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


# --- the rules ---


def task(owner=None, due_at: datetime = NOON + timedelta(hours=1), **more) -> FollowUp:
    return FollowUp.objects.create(owner=owner, due_at=due_at, **{"text": "回电报价", **more})


def group_of(name: str, *members) -> SkillGroup:
    group = SkillGroup.objects.create(name=name)
    group.members.add(*members)
    return group


def test_a_groups_queue_is_its_peoples(li, zhao, boss):
    sales = group_of("销售", li)
    row = task(group=sales)
    assert [rules.may_change(row, user) for user in (li, zhao, boss)] == [True, False, True]
    assert row in rules.listed(li, Scope.GROUPS)
    assert row not in rules.listed(zhao, Scope.GROUPS)
    assert row not in rules.listed(zhao, Scope.ALL)
    assert row in rules.listed(boss, Scope.ALL)
    assert (rules.count_unowned(li, NOON), rules.count_unowned(zhao, NOON)) == (1, 0)
    with pytest.raises(FollowUpError, match="销售的队列里"):
        rules.take(row.pk, zhao)
    rules.take(row.pk, li)
    row.refresh_from_db()
    # It stays the group's, so that colleagues see who has it.
    assert (row.owner, row.group) == (li, sales)
    assert row in rules.listed(li, Scope.GROUPS)


def test_what_is_moved_is_announced_anew(li):
    row = task(li, NOON - timedelta(hours=1), announced_at=NOON)
    rules.reschedule(row.pk, li, at(23, 9), row.due_at.isoformat())
    row.refresh_from_db()
    assert row.announced_at is None


def test_owner_queue_and_supervisor_may_change(li, zhao, boss):
    mine, queue = task(li), task()
    assert [rules.may_change(mine, user) for user in (li, zhao, boss)] == [True, False, True]
    assert [rules.may_change(queue, user) for user in (li, zhao, boss)] == [True, True, True]
    assert not rules.may_change(queue, person("无权", ""))


def test_done_and_taken_back(li):
    row = task(li)
    change = rules.complete(row.pk, li)
    row.refresh_from_db()
    assert row.done_at == NOON
    assert rules.undo(row.pk, li, change.undo).undo == ""
    row.refresh_from_db()
    assert row.done_at is None


def test_who_does_what_was_the_queues_is_its_owner(li):
    row = task()
    change = rules.complete(row.pk, li)
    row.refresh_from_db()
    assert row.owner == li
    rules.undo(row.pk, li, change.undo)
    row.refresh_from_db()
    assert (row.owner, row.done_at) == (None, None)


def test_a_supervisor_takes_nobodys_credit(li, boss):
    row = task(li)
    rules.complete(row.pk, boss)
    row.refresh_from_db()
    assert row.owner == li


def test_moved_and_taken_back(li):
    row = task(li)
    # As a preset gives it: in local time.
    change = rules.reschedule(row.pk, li, at(23, 9, 30), row.due_at.isoformat())
    row.refresh_from_db()
    assert row.due_at == at(23, 9, 30)
    assert "周一 09:30" in change.words
    rules.undo(row.pk, li, change.undo)
    row.refresh_from_db()
    assert row.due_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("due_at", "words"),
    [
        (None, "请填写"),
        (NOON, "已经过去"),
        (NOON + timedelta(days=800), "太远"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "太远"),
    ],
)
def test_times_that_are_refused(li, due_at, words):
    row = task(li)
    with pytest.raises(FollowUpError, match=words):
        rules.reschedule(row.pk, li, due_at, row.due_at.isoformat())
    row.refresh_from_db()
    assert row.due_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize("seen", ["", "nonsense", "2026-13-40T99:99"])
def test_what_somebody_moved_is_not_moved_unseen(li, seen):
    row = task(li)
    with pytest.raises(FollowUpError, match=r"刚刚有人改到了今天 13:00"):
        rules.reschedule(row.pk, li, at(23, 9), seen)


def test_taken_once(li, zhao):
    row = task()
    change = rules.take(row.pk, li)
    row.refresh_from_db()
    assert row.owner == li
    with pytest.raises(FollowUpError, match="由李负责"):
        rules.take(row.pk, zhao)
    rules.undo(row.pk, li, change.undo)
    row.refresh_from_db()
    assert row.owner is None


def test_others_rows_are_theirs(li, zhao):
    row = task(li)
    for change in (
        lambda: rules.complete(row.pk, zhao),
        lambda: rules.reschedule(row.pk, zhao, at(23, 9), row.due_at.isoformat()),
    ):
        with pytest.raises(FollowUpError, match="由李负责"):
            change()
    row.refresh_from_db()
    assert row.done_at is None


def test_nothing_is_done_twice(li, boss):
    row = task(li)
    rules.complete(row.pk, boss)
    with pytest.raises(FollowUpError, match=r"已经完成了（今天 12:00）"):
        rules.complete(row.pk, li)


def test_an_undo_never_runs_over_what_came_since(li, boss):
    row = task(li)
    change = rules.reschedule(row.pk, li, at(23, 9), row.due_at.isoformat())
    rules.complete(row.pk, boss)
    with pytest.raises(FollowUpError, match="又有变动"):
        rules.undo(row.pk, li, change.undo)
    row.refresh_from_db()
    assert (row.due_at, row.done_at) == (at(23, 9), NOON)


def test_a_token_is_for_its_row_its_user_and_its_day(li, zhao):
    row, other = task(), task()
    token = rules.complete(row.pk, li).undo
    for pk, user, text in (
        (other.pk, li, token),
        (row.pk, zhao, token),
        (row.pk, li, token[:-1]),
        (row.pk, li, ""),
    ):
        with pytest.raises(FollowUpError, match="不能撤销"):
            rules.undo(pk, user, text)
    with (
        time_machine.travel(NOON + timedelta(hours=13), tick=False),
        pytest.raises(FollowUpError, match="不能撤销"),
    ):
        rules.undo(row.pk, li, token)


def test_a_missed_call_that_came_anew_is_not_doubled(li):
    endpoint = Endpoint.objects.at("phone", "13800138000")
    row = task(endpoint=endpoint, kind=FollowUp.Kind.MISSED, text="")
    token = rules.complete(row.pk, li).undo
    task(endpoint=endpoint, kind=FollowUp.Kind.MISSED, text="")
    with pytest.raises(FollowUpError, match="又有未接来电"):
        rules.undo(row.pk, li, token)
    assert FollowUp.objects.open().count() == 1


def test_sections_page_by_key_and_miss_nothing(li):
    # Several at the same moment: only the key's second half tells them apart.
    rows = [task(li, NOON + timedelta(minutes=n // 5)) for n in range(PAGE * 2 + 3)]
    seen, after = [], ""
    while True:
        section = rules.section(rules.listed(li, Scope.MINE), Due.TODAY, NOON, after)
        seen += section.rows
        assert section.count == len(rows)
        after = section.more
        if not after:
            break
    assert [row.pk for row in seen] == [row.pk for row in rows]


def test_the_badge_counts_what_is_mine_and_due(li, zhao):
    task(li, NOON - timedelta(days=3))
    task(li, at(21, 23))
    task(li, at(22, 0))
    task(li, NOON, done_at=NOON)
    task(zhao, NOON)
    task(None, NOON)
    assert rules.count_due(li, NOON) == 2
    assert rules.count_unowned(li, NOON) == 1
    assert rules.count_due(person("无权", ""), NOON) == 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_the_badge_goes_by_the_index(li):
    due = rules.listed(li, Scope.MINE).filter(due_at__lt=NOON)
    assert "follow_up_open_by_owner (owner_id=? AND due_at<?)" in due.explain()


# --- the page ---


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(answer) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_strangers_sign_in_and_nobody_without_a_role_gets_in(noon):
    assert Client().get("/follow-ups/", secure=True)["Location"].startswith("/sign-in/?next=")
    row = task()
    answer = Client().post(f"/follow-ups/{row.pk}/done/", secure=True, headers=HTMX)
    assert answer["HX-Redirect"] == "/sign-in/"
    client = browser(person("无权", ""))
    assert client.get("/follow-ups/", secure=True).status_code == 403
    assert client.post(f"/follow-ups/{row.pk}/done/", secure=True).status_code == 403
    assert FollowUp.objects.open().count() == 1


def test_changes_need_a_post(li):
    row = task(li)
    for action in ("done", "reschedule", "take", "undo"):
        answer = browser(li).get(f"/follow-ups/{row.pk}/{action}/", secure=True)
        assert answer.status_code == 405


def test_an_agent_sees_the_own_first_and_the_queues_on_the_other_tab(li, zhao):
    wang = Customer.objects.create(name="王小明")
    endpoint = Endpoint.objects.at("phone", "13800138000")
    task(li, NOON - timedelta(hours=2), text="补寄发票", customer=wang, endpoint=endpoint)
    task(zhao, text="同事的事")
    task(None, text="", kind=FollowUp.Kind.MISSED)
    page = page_of(browser(li).get("/follow-ups/", secure=True))
    for text in (
        "补寄发票",
        "王小明",
        "逾期 2 小时",
        "138 0013 8000",
        "北京",
        "承诺回访",
        "我的组",
    ):
        assert text in page, text
    assert 'data-copy="13800138000"' in page
    assert "还有 1 条到期的待办没有人负责" in page
    assert "同事的事" not in page
    # The customer's page is for supervisors.
    assert f"/customers/{wang.pk}/" not in page
    # The whole centre is for supervisors: asked for, it is the queues.
    for tab in ("groups", "all"):
        page = page_of(browser(li).get(f"/follow-ups/?tab={tab}", secure=True))
        for text in ("未接来电", "来电没有接到", "我来处理"):
            assert text in page, text
        assert "同事的事" not in page
        assert "补寄发票" not in page


def test_what_is_not_mine_has_no_buttons(li, zhao):
    row = task(zhao, group=group_of("销售", li, zhao))
    page = page_of(browser(li).get("/follow-ups/?tab=groups", secure=True))
    assert "赵负责 · 销售" in page
    assert f"/follow-ups/{row.pk}/" not in page


def test_a_supervisor_begins_with_all_and_reaches_the_customer(boss, li):
    wang = Customer.objects.create(name="王小明")
    row = task(li, customer=wang)
    page = page_of(browser(boss).get("/follow-ups/", secure=True))
    assert f'href="/customers/{wang.pk}/"' in page
    assert f"/follow-ups/{row.pk}/done/" in page
    assert 'href="?tab=all"' in page


def test_agents_copy_no_number_that_they_may_not_see(li, settings):
    settings.MASK_NUMBERS = True
    task(li, endpoint=Endpoint.objects.at("phone", "13800138000"))
    page = page_of(browser(li).get("/follow-ups/", secure=True))
    assert "data-copy=" not in page
    assert "13800138000" not in page.replace(" ", "")


def test_empty_lists_say_so(li, boss):
    assert "您没有未完成的待办" in page_of(browser(li).get("/follow-ups/", secure=True))
    page = page_of(browser(li).get("/follow-ups/?tab=groups", secure=True))
    assert "您的组和公共队列里没有未完成的待办" in page
    assert "没有未完成的待办" in page_of(browser(boss).get("/follow-ups/", secure=True))


def test_done_in_place_with_an_undo(li):
    row = task(li)
    client = browser(li)
    page = page_of(client.post(f"/follow-ups/{row.pk}/done/", secure=True, headers=HTMX))
    assert "<html" not in page
    assert "已完成" in page
    assert 'id="count-today" class="count" hx-swap-oob="true">0<' in page
    assert "data-due-count" not in page
    token = page.split('name="token" value="')[1].split('"')[0]
    undo = {"token": token}
    page = page_of(client.post(f"/follow-ups/{row.pk}/undo/", undo, secure=True, headers=HTMX))
    assert "已撤销" in page
    assert "data-due-count>1<" in page
    assert FollowUp.objects.open().get() == row


@pytest.mark.parametrize(
    ("form", "due_at"),
    [
        ({"due": "soon"}, NOON + timedelta(minutes=30)),
        ({"due": "today"}, at(21, 17)),
        ({"due": "own", "due_at": "2026-12-01T10:15"}, datetime(2026, 12, 1, 2, 15, tzinfo=UTC)),
    ],
)
def test_moved_by_preset_or_own_time(li, form, due_at):
    row = task(li)
    form = {**form, "seen": row.due_at.isoformat()}
    page = page_of(
        browser(li).post(f"/follow-ups/{row.pk}/reschedule/", form, secure=True, headers=HTMX)
    )
    assert "已改到" in page
    row.refresh_from_db()
    assert row.due_at == due_at


@pytest.mark.parametrize("own", ["", "soon", "2026-02-31T10:00", "9999-12-31T23:59"])
def test_own_times_that_cannot_be_are_answered_in_words(li, own):
    row = task(li)
    form = {"due": "own", "due_at": own, "seen": row.due_at.isoformat()}
    page = page_of(
        browser(li).post(f"/follow-ups/{row.pk}/reschedule/", form, secure=True, headers=HTMX)
    )
    assert 'role="alert"' in page


def test_what_a_colleague_took_meanwhile_is_said_in_the_row(li, zhao):
    row = task()
    rules.take(row.pk, zhao)
    page = page_of(browser(li).post(f"/follow-ups/{row.pk}/take/", secure=True, headers=HTMX))
    assert "这条待办由赵负责" in page
    assert f'data-follow-up="{row.pk}"' in page
    assert "我来处理" not in page


def test_without_a_script_the_page_comes_back_with_the_words(li):
    row = task(li)
    answer = browser(li).post(f"/follow-ups/{row.pk}/done/", {"tab": "groups"}, secure=True)
    assert answer["Location"] == "/follow-ups/?tab=groups"


def test_reading_on_in_one_group(li):
    for n in range(PAGE + 1):
        task(li, NOON + timedelta(minutes=n), text=f"第{n:02d}件")
    client = browser(li)
    first = client.get("/follow-ups/", secure=True)
    assert f"第{PAGE}件" not in page_of(first)
    today = first.context["sections"][1]
    asked = {"tab": "mine", "section": "today", "after": today["more"], "at": first.context["at"]}
    # Later, when the first of them are overdue: the group stays as it was.
    with time_machine.travel(NOON + timedelta(minutes=PAGE + 5), tick=False):
        page = page_of(client.get("/follow-ups/", asked, secure=True, headers=HTMX))
    assert f"第{PAGE}件" in page
    assert f"第{PAGE - 1}件" not in page
    assert "<html" not in page


@pytest.mark.parametrize("asked", [{"section": "x"}, {"section": "today", "after": "x", "at": "x"}])
def test_addresses_that_cannot_be_read_give_the_list(li, asked):
    assert browser(li).get("/follow-ups/", asked, secure=True).status_code == 200


@pytest.mark.parametrize("pk", [999999, 10**30])
def test_no_such_row(li, pk):
    answer = browser(li).post(f"/follow-ups/{pk}/done/", secure=True, headers=HTMX)
    assert answer.status_code == 404


def test_the_page_costs_the_same_for_one_and_for_many(li, django_assert_max_num_queries):
    client = browser(li)
    for n in range(PAGE - 1):
        customer = Customer.objects.create(name=f"客户{n}")
        endpoint = Endpoint.objects.at("phone", f"138001380{n:02d}")
        task(li, NOON + timedelta(minutes=n), customer=customer, endpoint=endpoint)
    # The first page of a session also stores its CSRF token.
    client.get("/follow-ups/", secure=True)
    with django_assert_max_num_queries(8):
        client.get("/follow-ups/", secure=True)


def test_the_badge_stands_on_every_page_of_the_site(li, boss):
    task(boss)
    page = page_of(browser(boss).get("/customers/", secure=True))
    assert "data-due-count>1<" in page
    assert 'href="/interactions/"' in page
    assert "data-due-count" not in page_of(browser(li).get("/follow-ups/", secure=True))
