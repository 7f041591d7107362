"""Fetching from the stand-in for the cloud API: what is written, where it goes on, who may."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from customers.models import Endpoint, Interaction, Recording, SkillGroup
from screenpop import reconciliation, sync_steps
from screenpop.models import AgentSeat, SyncRun, SyncState
from screenpop.sync_models import SyncKind
from screenpop.sync_runs import LEASE, BusyError, begin, begin_due, stop
from screenpop.sync_steps import run_to_end, step
from tests.screenpop.tccc_api import DAY

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parent / "samples"
NOW = int(time.time())


def listed(action, name):
    text = (SAMPLES / f"api_{action}.json").read_text(encoding="utf-8")
    return json.loads(text)["_response"]["Response"][name]


def cdr(session, ago=600, **fields):
    """A record of a call that began so many seconds ago, after the documented sample."""
    start = NOW - ago
    times = {"StartTimestamp": start, "Time": start, "EndedTimestamp": start + 60}
    return {**listed("DescribeTelCdr", "TelCdrList")[0], "SessionId": session, **times, **fields}


def person(mail, number="7", phone="008613800138000", groups=((1, "售前"),)):
    return {
        "Mail": mail,
        "StaffNumber": number,
        "Phone": phone,
        "SkillGroupList": [{"SkillGroupId": i, "SkillGroupName": n} for i, n in groups],
    }


def fetch(kind, **options):
    run = run_to_end(begin(kind, **options))
    assert run.state == "done", (run.error_code, run.error_text)
    return run


def sessions():
    return set(Interaction.objects.values_list("session_id", flat=True))


# --- call records -------------------------------------------------------------------------------------------------


def test_records_of_the_first_time(api):
    api.cdrs = [cdr("one"), cdr("two", ago=20 * DAY), cdr("too-old", ago=40 * DAY)]
    run = fetch(SyncKind.RECORDS)
    assert sessions() == {"one", "two"}
    assert run.counts == {"created": 2}
    first = api.actions("DescribeTelCdr")[0]
    assert (first["PageSize"], first["PageNumber"]) == (100, 0)
    spans = [b["EndTimeStamp"] - b["StartTimeStamp"] for b in api.actions("DescribeTelCdr")]
    assert max(spans) <= DAY
    assert Recording.objects.count() == 4


def test_windows_leave_no_gap(api):
    fetch(SyncKind.RECORDS)
    asked = api.actions("DescribeTelCdr")
    ends = [body["EndTimeStamp"] for body in asked]
    assert [body["StartTimeStamp"] for body in asked[1:]] == ends[:-1]
    assert len(asked) == 30


def test_pages(api):
    api.cdrs = [cdr(f"s{n}", ago=600 + n) for n in range(230)]
    run = fetch(SyncKind.RECORDS, since=timezone.now() - timedelta(hours=2))
    assert [body["PageNumber"] for body in api.actions("DescribeTelCdr")] == [0, 1, 2]
    assert (run.counts, len(sessions())) == ({"created": 230}, 230)


def test_a_second_run_looks_an_hour_back_and_doubles_nothing(api):
    api.cdrs = [cdr("one")]
    fetch(SyncKind.RECORDS)
    before = timezone.now()
    run = fetch(SyncKind.RECORDS)
    assert run.since is not None
    assert timedelta(minutes=59) < before - run.since < timedelta(minutes=61)
    assert run.counts == {"unchanged": 1}
    assert (Interaction.objects.count(), Recording.objects.count()) == (1, 2)


def test_once_a_day_it_looks_further_back(api):
    fetch(SyncKind.RECORDS)
    SyncState.objects.update(swept_at=timezone.now() - timedelta(hours=25))
    api.cdrs = [cdr("long-call", ago=30 * 3600)]
    assert fetch(SyncKind.RECORDS).counts == {"created": 1}
    api.cdrs = [cdr("longer-call", ago=30 * 3600)]
    assert fetch(SyncKind.RECORDS).counts == {}


def test_what_a_push_brought_is_not_doubled(api):
    row = cdr("pushed")
    push = {
        "SessionId": "pushed",
        "Direction": 0,
        "Caller": "0086075500000",
        "StartTimestamp": row["StartTimestamp"],
    }
    reconciliation.apply("cdr", push, timezone.now())
    recording = {
        "SessionId": "pushed",
        "RecordId": row["RecordId"],
        # Pushes and listings may write a number differently.
        "EndpointUser": "075500000",
        "RecordURL": "https://a.example/old.mp3",
    }
    reconciliation.apply("record", recording, timezone.now())
    api.cdrs = [row]
    assert fetch(SyncKind.RECORDS).counts == {"unchanged": 1}
    assert Interaction.objects.count() == 1
    told = Recording.objects.get(record_id=row["RecordId"])
    assert (told.party_raw, told.url) == ("075500000", row["RecordURL"])


def test_it_goes_on_where_it_stopped(api):
    """The third window's second page fails for good: the next run begins with that window, an hour before it."""
    api.cdrs = [cdr(f"s{n}", ago=27 * DAY + 3600 + n) for n in range(150)]
    api.faults["DescribeTelCdr"] = ["", "", "", "LimitExceeded.OutOfQuotaMaxCount"]
    run = run_to_end(begin(SyncKind.RECORDS))
    assert (run.state, run.error_code, run.page) == (
        "failed",
        "LimitExceeded.OutOfQuotaMaxCount",
        1,
    )
    assert run.request_id == "request-4"
    assert len(sessions()) == 100
    stopped = run.window_at
    assert stopped is not None
    SyncState.objects.update(swept_at=timezone.now())
    run = fetch(SyncKind.RECORDS)
    assert run.since == stopped - timedelta(hours=1)
    assert len(sessions()) == 150
    assert run.counts == {"created": 50, "unchanged": 100}


def test_a_lost_process_is_resumed_by_its_page(api):
    """Whoever drives the run next needs nothing but its row."""
    api.cdrs = [cdr(f"s{n}", ago=600 + n) for n in range(150)]
    run = begin(SyncKind.RECORDS, since=timezone.now() - timedelta(hours=2))
    step(run)
    again = SyncRun.objects.get(pk=run.pk)
    assert (again.state, again.page) == ("running", 1)
    assert run_to_end(again).counts == {"created": 150}
    assert len(api.asked) == 2


def test_one_page_asked_by_two_tabs_counts_once(api):
    api.cdrs = [cdr(f"s{n}", ago=600 + n) for n in range(150)]
    first = begin(SyncKind.RECORDS, since=timezone.now() - timedelta(hours=2))
    second = SyncRun.objects.get(pk=first.pk)
    step(first)
    step(second)
    second.refresh_from_db()
    assert (second.page, second.counts) == (1, {"created": 100})


def test_a_record_that_cannot_be_read_holds_up_none(api, monkeypatch):
    real = reconciliation.apply

    def apply(action, body, at):
        if body["SessionId"] == "breaks":
            raise KeyError("x")
        return real(action, body, at)

    monkeypatch.setattr(reconciliation, "apply", apply)
    api.cdrs = [cdr("one"), cdr(""), cdr("breaks"), cdr("two")]
    run = fetch(SyncKind.RECORDS)
    assert sessions() == {"one", "two"}
    assert run.counts == {"created": 2, "failed": 2}
    faults = sorted(c["fields"]["fault"][1] for c in run.changes if c["action"] == "failed")
    assert faults == ["KeyError", "Unreadable"]


def test_dry_run_of_records_writes_nothing(api):
    api.cdrs = [cdr("one")]
    run = fetch(SyncKind.RECORDS, dry_run=True)
    assert run.counts == {"created": 1}
    assert sessions() == set()
    state = SyncState.objects.get(kind="records")
    assert (state.cursor, state.done_at) == (None, None)


def test_a_later_beginning_leaves_the_gap_to_the_next_run(api):
    fetch(SyncKind.RECORDS)
    old = timezone.now() - timedelta(days=3)
    SyncState.objects.update(cursor=old, swept_at=timezone.now())
    fetch(SyncKind.RECORDS, since=timezone.now() - timedelta(hours=5))
    assert SyncState.objects.get(kind="records").cursor == old
    assert fetch(SyncKind.RECORDS).since == old - timedelta(hours=1)


def test_nothing_older_than_the_platform_keeps_is_asked_for(api):
    run = begin(SyncKind.RECORDS, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert run.since is not None
    assert timezone.now() - run.since < timedelta(days=180)
    assert run_to_end(run).state == "done"


# --- lists --------------------------------------------------------------------------------------------------------


def test_the_documented_samples(api):
    api.groups = listed("DescribeSkillGroupInfoList", "SkillGroupList")
    api.staff = listed("DescribeStaffInfoList", "StaffList")
    api.numbers = listed("DescribeNumbers", "Numbers")
    for kind in (SyncKind.GROUPS, SyncKind.SEATS, SyncKind.LINES):
        fetch(kind)
    group = SkillGroup.objects.get()
    assert (group.name, group.platform_id) == ("luluttt", "1115")
    seat = AgentSeat.objects.get()
    assert (seat.email, seat.staff_number, seat.mobile) == (
        "1000273@qq.com",
        "125",
        "+8617636049517",
    )
    assert seat.skill_groups == ["ALL-dingoding-测试", "uu"]
    own = Endpoint.objects.filter(is_own_line=True).values_list("value", flat=True)
    assert set(own) == {"+8617308248432", "+8617636049517"}


def test_seats_come_change_go_and_come_back(api):
    user = get_user_model().objects.create_user("amei")
    AgentSeat.objects.create(email="amei@c.cn", user=user, staff_number="1")
    AgentSeat.objects.create(email="gone@c.cn", user=user)
    api.staff = [person("AMei@c.cn"), person("new@c.cn", phone="")]
    dry = fetch(SyncKind.SEATS, dry_run=True)
    assert dry.counts == {"created": 1, "updated": 1, "deactivated": 1}
    assert AgentSeat.objects.filter(is_active=True).count() == 2
    assert fetch(SyncKind.SEATS).counts == dry.counts
    seat = AgentSeat.objects.get(email="amei@c.cn")
    assert (seat.user, seat.staff_number, seat.skill_groups) == (user, "7", ["售前"])
    assert not AgentSeat.objects.get(email="gone@c.cn").is_active
    assert fetch(SyncKind.SEATS).counts == {"unchanged": 2}
    api.staff.append(person("gone@c.cn"))
    assert fetch(SyncKind.SEATS).counts == {"reactivated": 1, "unchanged": 2}
    assert AgentSeat.objects.get(email="gone@c.cn").user == user


def test_an_empty_or_shrinking_list_retires_nobody(api, monkeypatch):
    AgentSeat.objects.create(email="amei@c.cn")
    assert fetch(SyncKind.SEATS).counts == {}
    assert AgentSeat.objects.get().is_active
    # Somebody leaves while the pages are read: a seat may slip from the second page to the first.
    api.staff = [person(f"a{n}@c.cn", phone="") for n in range(250)]
    api.meanwhile = lambda action, body: api.staff.pop(0) if len(api.staff) == 250 else None
    AgentSeat.objects.create(email="a200@c.cn")
    fetch(SyncKind.SEATS)
    assert AgentSeat.objects.get(email="a200@c.cn").is_active


def test_seats_of_a_second_application_stay(api, settings):
    settings.TCCC_SDK_APP_ID = [*settings.TCCC_SDK_APP_ID, "1400000001"]
    AgentSeat.objects.create(email="other@c.cn")
    SkillGroup.objects.create(name="别的应用", platform_id="99")
    api.staff, api.groups = [person("amei@c.cn")], [{"SkillGroupId": 1, "SkillGroupName": "售前"}]
    assert fetch(SyncKind.SEATS).counts == {"created": 1}
    assert fetch(SyncKind.GROUPS).counts == {"created": 1}
    assert SkillGroup.objects.filter(is_active=True).count() == 2


def test_members_of_groups_are_the_people_of_the_listed_seats(api):
    people = [get_user_model().objects.create_user(name) for name in ("amei", "lina", "boss")]
    AgentSeat.objects.create(email="amei@c.cn", user=people[0])
    AgentSeat.objects.create(email="lina@c.cn", user=people[1])
    group = SkillGroup.objects.create(name="售前", platform_id="1")
    group.members.set(people[1:])
    api.groups = [{"SkillGroupId": 1, "SkillGroupName": "售前"}]
    api.staff = [person("amei@c.cn"), person("lina@c.cn", groups=())]
    dry = fetch(SyncKind.SEATS, dry_run=True)
    assert dry.changes[-1] == {
        "action": "members",
        "what": "售前",
        "fields": {"members": [["lina"], ["amei"]]},
    }
    assert set(group.members.all()) == set(people[1:])
    fetch(SyncKind.SEATS)
    assert set(group.members.all()) == {people[0], people[2]}
    assert fetch(SyncKind.SEATS).counts == {"unchanged": 2}


def test_groups_are_renamed_switched_off_and_taken_over(api):
    SkillGroup.objects.create(name="甲", platform_id="1")
    SkillGroup.objects.create(name="乙", platform_id="2")
    SkillGroup.objects.create(name="丙", platform_id="3")
    own = SkillGroup.objects.create(name="丁")
    names = {1: "乙", 2: "甲", 4: "丁"}
    api.groups = [{"SkillGroupId": i, "SkillGroupName": name} for i, name in names.items()]
    assert fetch(SyncKind.GROUPS).counts == {"updated": 3, "deactivated": 1}
    found = dict(SkillGroup.objects.filter(is_active=True).values_list("platform_id", "name"))
    assert found == {"1": "乙", "2": "甲", "4": "丁"}
    own.refresh_from_db()
    assert own.platform_id == "4"


def test_lines_lose_only_the_mark_that_the_platform_gave(api):
    Endpoint.objects.at("phone", "075586013388")
    Endpoint.objects.update(is_own_line=True)
    AgentSeat.objects.create(email="amei@c.cn", mobile="+8613800138000")
    numbers = ["0086075586013388", "00864009282737", "0086075586990000", "008613800138000"]
    api.numbers = [{"Number": number, "State": 1} for number in numbers]
    dry = fetch(SyncKind.LINES, dry_run=True)
    assert dry.counts == {"created": 3, "unchanged": 1}
    assert Endpoint.objects.count() == 1
    fetch(SyncKind.LINES)
    assert Endpoint.objects.filter(is_own_line=True).count() == 4
    api.numbers = [{"Number": "00864009282737", "State": 2}]
    assert fetch(SyncKind.LINES).counts == {"deactivated": 1, "unchanged": 1}
    gone = set(Endpoint.objects.filter(is_own_line=False).values_list("value", flat=True))
    assert gone == {"+8675586990000"}


# --- leases and faults --------------------------------------------------------------------------------------------


def test_one_run_of_a_kind_at_a_time(api):
    first = begin(SyncKind.SEATS)
    with pytest.raises(BusyError) as busy:
        begin(SyncKind.SEATS)
    assert busy.value.run == first
    begin(SyncKind.GROUPS)
    SyncState.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    second = begin(SyncKind.SEATS)
    first.refresh_from_db()
    assert first.state == "stopped"
    # Whoever comes back to the first one does nothing any more.
    assert step(first).state == "stopped"
    assert api.asked == []
    assert run_to_end(second).state == "done"


def test_a_lease_lasts_from_step_to_step(api):
    api.cdrs = [cdr(f"s{n}", ago=600 + n) for n in range(150)]
    run = begin(SyncKind.RECORDS)
    SyncState.objects.update(lease_until=timezone.now())
    step(run)
    until = SyncState.objects.get(kind="records").lease_until
    assert until is not None
    left = until - timezone.now()
    assert LEASE - timedelta(seconds=20) < left <= LEASE


def test_the_turn_is_taken_once(api):
    every = timedelta(minutes=15)
    run = begin_due(SyncKind.SEATS, every)
    assert run is not None
    assert begin_due(SyncKind.SEATS, every) is None
    run_to_end(run)
    assert begin_due(SyncKind.SEATS, every) is None
    SyncState.objects.update(due_at=timezone.now())
    assert begin_due(SyncKind.SEATS, every) is not None


def test_a_stopped_run_frees_the_place(api):
    run = begin(SyncKind.SEATS)
    stop(run)
    assert run_to_end(begin(SyncKind.SEATS)).state == "done"
    stop(run)
    run.refresh_from_db()
    assert run.state == "stopped"


@pytest.mark.parametrize("answer", [{"TotalCount": None}, {"StaffList": {}, "TotalCount": 1}])
def test_a_broken_list_is_an_error(api, monkeypatch, answer):
    monkeypatch.setattr("screenpop.sync_changes.call", lambda action, parameters: answer)
    AgentSeat.objects.create(email="amei@c.cn")
    run = run_to_end(begin(SyncKind.SEATS))
    assert (run.state, run.error_code) == ("failed", "BrokenAnswer")
    assert AgentSeat.objects.get().is_active


def test_a_defect_is_noted_and_the_place_is_free(api, monkeypatch):
    def broken(run, tell):
        raise ZeroDivisionError

    monkeypatch.setitem(sync_steps._LISTS, SyncKind.SEATS, broken)
    run = run_to_end(begin(SyncKind.SEATS))
    assert (run.state, run.error_code) == ("failed", "ZeroDivisionError")
    begin(SyncKind.SEATS)


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_fetches_everything(api, capsys):
    api.staff, api.cdrs = [person("amei@c.cn")], [cdr("one")]
    api.groups = [{"SkillGroupId": 1, "SkillGroupName": "售前"}]
    call_command("sync_tccc")
    assert [run.kind for run in SyncRun.objects.order_by("pk")] == [
        "groups",
        "seats",
        "lines",
        "records",
    ]
    assert AgentSeat.objects.count() == len(sessions()) == 1
    # The listed one; the record brings its own.
    assert SkillGroup.objects.get(platform_id="1").name == "售前"
    assert "records: 完成: 新增 1" in capsys.readouterr().out


def test_the_command_shows_the_difference(api, capsys):
    api.staff = [person("amei@c.cn")]
    call_command("sync_tccc", "--only", "seats", "--dry-run")
    out = capsys.readouterr().out
    assert "新增 amei@c.cn" in out
    assert "dry run" in out
    assert AgentSeat.objects.count() == 0


def test_the_command_from_a_date(api, capsys):
    api.cdrs = [cdr("old", ago=100 * DAY), cdr("new")]
    since = (timezone.now() - timedelta(days=120)).strftime("%Y-%m-%d")
    call_command("sync_tccc", "--only", "records", "--since", since)
    assert sessions() == {"old", "new"}


@pytest.mark.parametrize("since", ["yesterday", "2026-13-45", "2999-01-01"])
def test_the_command_wants_a_date(api, since):
    with pytest.raises(CommandError, match="--since"):
        call_command("sync_tccc", "--since", since)


def test_the_command_says_what_failed(api, settings, capsys):
    settings.TCCC_SECRET_KEY = "wrong"
    with pytest.raises(CommandError, match="groups, seats"):
        call_command("sync_tccc", "--only", "seats", "--only", "groups")
    said = capsys.readouterr().err
    assert "签名不对，请检查 TCCC_SECRET_KEY" in said
    assert "AuthFailure.SignatureFailure" in said


def test_the_command_without_a_key(settings):
    settings.TCCC_SECRET_ID = ""
    with pytest.raises(CommandError, match="TCCC_SECRET_ID"):
        call_command("sync_tccc")
