"""Wrap-up: what must be said and when, how it is taken back, and what of it stays in the history."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.interaction_page import parts_of, with_parts
from customers.models import (
    Disposition,
    DoNotCallChange,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
    LegChange,
)
from customers.notes import save_note
from customers.wrap_up import Promise, WrapUpError, is_required, reopen, wrap_up
from tests.customers.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(db):
    return person("li")


def new_leg(user, talk=60, **more):
    """A leg whose call ended a minute ago; without `talk` nobody spoke."""
    end = timezone.now() - timedelta(minutes=1)
    endpoint = Endpoint.objects.at("phone", "13911112222")
    values = {"state": "missed", "ended_at": end}
    if talk:
        values |= {"state": "wrap-up", "connected_at": end - timedelta(seconds=talk)}
    return Leg.objects.create(
        interaction=Interaction.objects.create(endpoint=endpoint, direction="inbound"),
        endpoint=endpoint,
        user=user,
        **values | more,
    )


def outcome(code="inquiry-solved"):
    return Disposition.objects.get(code=code)


def lines_of(leg, user):
    """The leg's history as its page tells it: what happened, and what stood there before."""
    interaction = with_parts(user).get(pk=leg.interaction_id)
    return [(line.what, line.before) for line in parts_of(interaction)[0].changes]


@pytest.mark.parametrize(
    ("talk", "setting", "needed"),
    [(11, 10, True), (10, 10, False), (1, 0, True), (0, 0, False), (0, 10, False)],
)
def test_an_outcome_is_asked_for_by_talk_time(li, settings, talk, setting, needed):
    settings.WRAP_UP_REQUIRED_SECONDS = setting
    leg = new_leg(li, talk)
    assert is_required(leg, timezone.now()) is needed
    if needed:
        with pytest.raises(WrapUpError, match="请选择结果"):
            wrap_up(leg, li, outcome=None)
    wrap_up(leg, li, outcome=outcome() if needed else None)
    leg.refresh_from_db()
    assert leg.wrapped_up_at is not None


def test_a_call_that_goes_on_is_not_wrapped_up(li):
    leg = new_leg(li, state="connected", ended_at=None)
    with pytest.raises(WrapUpError, match="还没有结束"):
        wrap_up(leg, li, outcome=outcome())


@pytest.mark.parametrize(("after", "words"), [(-1, "已经过去"), (3 * 365, "时间太远")])
def test_a_call_back_lies_ahead_and_not_too_far(li, after, words):
    leg, due = new_leg(li), timezone.now() + timedelta(days=after)
    with pytest.raises(WrapUpError, match=words):
        wrap_up(leg, li, outcome=outcome(), promise=Promise(due))
    assert not FollowUp.objects.exists()


def test_undone_and_done_anew_both_stand_in_the_history(li):
    leg = new_leg(li)
    wrap_up(leg, li, outcome=outcome("inquiry-ticket"), ticket="GD-1")
    reopen(leg, li)
    leg.refresh_from_db()
    assert (leg.state, leg.wrapped_up_at, leg.ticket) == ("wrap-up", None, "GD-1")
    wrap_up(leg, li, outcome=outcome())
    assert lines_of(leg, li) == [
        ("已小结", "待小结 · 没有结果"),
        ("重新打开小结", "已结束 · 咨询 / 已建单 · 单号 GD-1"),
        ("已小结", "待小结 · 咨询 / 已建单 · 单号 GD-1"),
    ]


def test_the_next_day_it_is_too_late_to_reopen(li):
    leg = new_leg(li)
    wrap_up(leg, li, outcome=outcome())
    Leg.objects.update(wrapped_up_at=timezone.now() - timedelta(days=1))
    with pytest.raises(WrapUpError, match="只能在当天"):
        reopen(leg, li)
    with pytest.raises(WrapUpError, match="还没有小结"):
        reopen(new_leg(li), li)


def do_not_call(leg):
    return Endpoint.objects.get(pk=leg.endpoint_id).do_not_call


def test_an_undone_outcome_takes_the_number_off_the_do_not_call_list(li):
    leg = new_leg(li)
    wrap_up(leg, li, outcome=outcome("do-not-call"))
    assert do_not_call(leg)
    reopen(leg, li)
    assert not do_not_call(leg)
    changes = DoNotCallChange.objects.order_by("pk").values_list("added", "by", "source")
    assert list(changes) == [(True, li.pk, "wrap-up"), (False, li.pk, "wrap-up")]


def test_what_others_said_of_the_number_stays(li):
    leg, other = new_leg(li), new_leg(person("zhao"))
    wrap_up(leg, li, outcome=outcome("do-not-call"))
    wrap_up(other, other.user, outcome=outcome("do-not-call"))
    reopen(leg, li)
    assert do_not_call(leg)
    # The second one put nothing on the list, so its undoing takes nothing off.
    reopen(other, other.user)
    assert do_not_call(leg)


def promise(leg, user, text="寄发票"):
    due = timezone.now() + timedelta(hours=2)
    wrap_up(leg, user, outcome=outcome(), promise=Promise(due, text=text))
    return FollowUp.objects.get(leg=leg)


def test_a_promise_stays_when_the_outcome_alone_is_corrected(li):
    leg = new_leg(li)
    row = promise(leg, li)
    reopen(leg, li)
    wrap_up(leg, li, outcome=outcome("inquiry-ticket"))
    row.refresh_from_db()
    assert row.done_at is None


def test_a_promise_is_withdrawn_with_the_wrap_up_that_made_it(li):
    leg = new_leg(li)
    row = promise(leg, li)
    reopen(leg, li)
    wrap_up(leg, li, outcome=outcome(), withdraws=True)
    row.refresh_from_db()
    assert (row.done_at is not None, row.done_by) == (True, li)
    # Taken back as well.
    reopen(leg, li)
    row.refresh_from_db()
    assert (row.done_at, row.done_by) == (None, None)


def test_a_promise_that_a_colleague_took_is_not_withdrawn(li):
    leg = new_leg(li)
    row = promise(leg, li)
    FollowUp.objects.update(owner=person("zhao"))
    reopen(leg, li)
    wrap_up(leg, li, outcome=outcome(), withdraws=True)
    row.refresh_from_db()
    assert row.done_at is None


def long_ago(leg):
    LegChange.objects.filter(leg=leg).update(at=timezone.now() - timedelta(minutes=5))


def test_a_note_corrected_after_the_wrap_up_keeps_what_stood_there(li):
    leg = new_leg(li, note="客户要发票")
    wrap_up(leg, li, outcome=outcome())
    long_ago(leg)
    save_note(leg, text="客户要收", base=0, tab="a")
    save_note(leg, text="客户要收据", base=1, tab="a")
    assert lines_of(leg, li)[1:] == [("改了备注", "客户要发票")]
    change = LegChange.objects.get(what="noted")
    assert change.by == li
    # Wrapped up once more, the next correction is another one; an empty note is said in words.
    reopen(leg, li)
    save_note(leg, text="", base=2, tab="a")
    wrap_up(leg, li, outcome=outcome())
    long_ago(leg)
    save_note(leg, text="客户要收据", base=3, tab="a")
    assert [before for what, before in lines_of(leg, li) if what == "改了备注"] == [
        "客户要发票",
        "没有备注",
    ]


def test_a_note_typed_before_the_wrap_up_may_follow_it(li):
    leg = new_leg(li, note="客户要")
    wrap_up(leg, li, outcome=outcome())
    save_note(leg, text="客户要发票", base=0, tab="a")
    save_note(leg, text="客户要发票", base=1, tab="a")
    assert not LegChange.objects.filter(what="noted").exists()


def test_a_note_before_any_wrap_up_has_no_history(li):
    leg = new_leg(li)
    save_note(leg, text="一", base=0, tab="a")
    save_note(leg, text="二", base=1, tab="a")
    assert lines_of(leg, li) == []
