"""Call-back times that make sense at the hour at which they are offered, and stay what they were when it passes."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from customers.call_back_times import chosen_time, presets
from tests.customers.people import SHANGHAI


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


OFFERED = [
    pytest.param(at(17, 10), ["30 分钟后", "今天 17:00", "明早 9:30"], id="a working morning"),
    pytest.param(at(17, 7, 10), ["今天 17:00", "今天 9:30"], id="too early to call"),
    pytest.param(at(17, 8, 29), ["30 分钟后", "今天 17:00", "今天 9:30"], id="an hour ahead"),
    pytest.param(at(17, 8, 31), ["30 分钟后", "今天 17:00", "明早 9:30"], id="too near"),
    pytest.param(at(17, 16, 1), ["30 分钟后", "明早 9:30"], id="late afternoon"),
    pytest.param(at(17, 20, 31), ["明早 9:30"], id="too late to call"),
    pytest.param(at(17, 23, 50), ["明早 9:30"], id="before midnight"),
    pytest.param(at(18, 0, 10), ["今天 17:00", "今天 9:30"], id="after midnight"),
    pytest.param(at(20, 19), ["30 分钟后", "周一 9:30"], id="Friday evening"),
    pytest.param(at(21, 11), ["30 分钟后", "今天 17:00", "周一 9:30"], id="Saturday"),
    pytest.param(at(22, 22), ["明早 9:30"], id="Sunday evening"),
]


@pytest.mark.parametrize(("now", "words"), OFFERED)
def test_what_is_offered_at_this_hour(now, words):
    offered = presets(now)
    assert [preset.words for preset in offered] == words
    assert all(preset.due_at > now for preset in offered)


def test_in_english_too():
    with translation.override("en"):
        assert [preset.words for preset in presets(at(20, 19))] == ["In 30 min", "Mon 9:30"]


@pytest.mark.parametrize("hour", [(17, 23, 50), (17, 15, 59), (20, 19, 0), (18, 8, 29)])
def test_what_was_painted_before_the_hour_passed_is_still_meant(hour):
    """Midnight, four o'clock or half past eight may pass between the painting of a card and the click."""
    offered, later = presets(at(*hour)), at(*hour) + timedelta(minutes=20)
    for preset in offered:
        due = later + timedelta(minutes=30) if preset.code == "soon" else preset.due_at
        assert chosen_time(preset.value, later) == due


def test_codes_of_pages_from_before_an_upgrade_are_understood():
    assert chosen_time("next", at(17, 12)) == at(18, 9, 30)
    assert chosen_time("today", at(17, 12)) == at(17, 17)
    assert chosen_time("today", at(17, 18)) is None


@pytest.mark.parametrize("sent", ["", "own", "at-", "at-x", "at-2026-11-17T09:30", "at-2026-99-99"])
def test_anything_else_is_no_time(sent):
    assert chosen_time(sent, timezone.now()) is None
