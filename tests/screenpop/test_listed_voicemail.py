"""Voicemail that a listing names by its link alone, and the push of the same: one voicemail, whichever comes first."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from customers.models import FollowUp, Interaction, Recording
from screenpop.sync_calls import take_calls
from tests.screenpop.records import Platform

pytestmark = pytest.mark.django_db
APP = 1400264214
STORE = "https://store.myqcloud.com"


@pytest.fixture
def tccc(settings: Any) -> Platform:
    settings.TCCC_SDK_APP_ID, settings.OWN_LINES = [], []
    return Platform(timezone.now().replace(microsecond=0) - timedelta(hours=1))


def list_(tccc: Platform, *links: str) -> None:
    row = tccc.body("m", [], 0, 30, EndStatusString="ivrEnd")
    counts, _changes = take_calls(
        [row | {"VoicemailRecordURL": [STORE + link for link in links]}], APP, dry_run=False
    )
    assert not counts["failed"]


def push(
    tccc: Platform, link: str, at: float = 20, host: str = "http://other.myqcloud.com"
) -> None:
    body = {
        "SessionId": "m",
        "Timestamp": tccc.stamp(at),
        "RecordURL": host + link,
        "EndpointUser": 13800138000,
    }
    tccc.tell(body, "voicemail")


def told() -> list[tuple[str, str]]:
    rows = Recording.objects.filter(kind="voicemail").order_by("pk")
    return [(row.record_id, row.url.partition("?")[0].rpartition("/")[2]) for row in rows]


def test_one_that_no_push_told_is_taken_and_owed_an_answer(tccc: Platform) -> None:
    for signature in ("?sign=1", "?sign=2"):
        list_(tccc, f"/1.mp3{signature}")
    recording = Recording.objects.get()
    assert (recording.kind, recording.party, recording.interaction) == (
        "voicemail",
        "customer",
        Interaction.objects.get(),
    )
    assert recording.url.endswith("?sign=2")
    assert recording.recorded_at == tccc.start + timedelta(seconds=30)
    assert FollowUp.objects.get().kind == "missed"


@pytest.mark.parametrize("order", list(itertools.permutations("lps")))
@pytest.mark.parametrize("path", ["/1.mp3", "/elsewhere/77.mp3"])
def test_the_push_and_the_listing_tell_of_one(
    tccc: Platform, order: tuple[str, ...], path: str
) -> None:
    """`l` lists, `p` pushes, `s` pushes the same again; the push may name another file than the listing."""
    for what in order:
        if what == "l":
            list_(tccc, "/1.mp3?sign=1")
        else:
            push(tccc, path)
    assert [name for name, _file in told()] == [str(tccc.stamp(20))]
    recording = Recording.objects.get()
    assert (recording.party_raw, recording.recorded_at) == (
        "13800138000",
        tccc.start + timedelta(seconds=20),
    )
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("order", list(itertools.permutations(["list", "first", "second"])))
def test_two_stay_two_and_each_meets_its_own_file(tccc: Platform, order: tuple[str, ...]) -> None:
    for what in order:
        if what == "list":
            list_(tccc, "/1.mp3?x=1", "/2.mp3?x=2")
        elif what == "first":
            push(tccc, "/1.mp3", 20)
        else:
            push(tccc, "/2.mp3", 28)
    list_(tccc, "/1.mp3?x=3", "/2.mp3?x=4")
    assert sorted(told()) == [(str(tccc.stamp(20)), "1.mp3"), (str(tccc.stamp(28)), "2.mp3")]


def test_only_what_is_listed_beyond_the_pushed_is_new(tccc: Platform) -> None:
    push(tccc, "/a/77.mp3")
    list_(tccc, "/1.mp3", "/2.mp3")
    assert len(told()) == 2
    list_(tccc, "/1.mp3", "/2.mp3", "/3.mp3")
    assert len(told()) == 3


def test_a_dry_run_keeps_nothing(tccc: Platform) -> None:
    row = tccc.body("m", [], 0, 30) | {"VoicemailRecordURL": [STORE + "/1.mp3"]}
    take_calls([row], APP, dry_run=True)
    assert not Recording.objects.exists()


@pytest.mark.parametrize("link", ["", "ftp://x/1.mp3", "javascript:alert(1)", "x" * 3000])
def test_what_is_no_link_is_no_voicemail(tccc: Platform, link: str) -> None:
    row = tccc.body("m", [], 0, 30) | {"VoicemailRecordURL": [link]}
    take_calls([row], APP, dry_run=False)
    assert not Recording.objects.exists()
