"""Listed call records read as pushes, from the platform's documented sample."""

import json
from pathlib import Path

import pytest

from screenpop.sync_records import END_STATUS, as_push, customer_of, recordings_of, voicemails_of

APP = 1400264214
SAMPLES = Path(__file__).parent / "samples"


def sample():
    text = (SAMPLES / "api_DescribeTelCdr.json").read_text(encoding="utf-8")
    return json.loads(text)["_response"]["Response"]["TelCdrList"][0]


def test_the_sample_reads_as_a_push():
    body = as_push(sample(), APP)
    assert body["SdkAppId"] == APP
    assert body["SessionId"] == "0955de87-c86d-4457-aac2-bee3d0a0b67a"
    assert (body["Direction"], body["Caller"], body["Callee"]) == (
        0,
        "0086075500000",
        "00860200000000",
    )
    assert (body["StartTimestamp"], body["AcceptTimestamp"]) == (1729756291, 1729756307)
    assert (body["EndStatusString"], body["HungUpSide"]) == ("ok", "seat")
    assert (body["QueuedSkillGroupId"], body["QueuedSkillGroupName"]) == (2522, "test-tel")
    assert body["IVRKeyPressedEx"][0]["Label"] == "香蕉"
    assert body["PostIVRKeyPressed"][0]["Label"] == "不满意"
    assert body["UserRemark"] == "skillGroupId--34588"
    assert body["SeatUser"]["Mail"] == "xxxxxxx@tencent.com"
    assert body["ServeParticipants"][0]["Type"] == "staffSeat"
    assert body["ServeParticipants"][0]["RecordId"] == "96eaa575-be4c-48f1-99b8-9722f2f816ec"


def test_no_link_stands_in_the_call_itself():
    assert "https://" not in json.dumps(as_push(sample(), APP))


def test_the_samples_recordings():
    customer, agent = recordings_of(sample(), APP)
    assert customer == {
        "SdkAppId": APP,
        "SessionId": "0955de87-c86d-4457-aac2-bee3d0a0b67a",
        "RecordId": "e9fdbff5-2e35-4480-83f7-81917e723fa5",
        "Timestamp": 1729756315,
        "EndpointUser": "0086075500000",
        "RecordURL": "https://xxxxxxx.mp3",
        "CustomRecordURL": "https://xxxxxxxx.mp3",
    }
    assert (agent["EndpointUser"], agent["Timestamp"]) == ("xxxxxx@tencent.com", 1729756312)
    assert agent["RecordId"] == "96eaa575-be4c-48f1-99b8-9722f2f816ec"


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"StartTimestamp": None}, "StartTimestamp", 1729756291),
        ({"StartTimestamp": 0, "Time": 5}, "StartTimestamp", 5),
        ({"EndStatusString": "", "EndStatus": 103}, "EndStatusString", "waitingGiveUp"),
        ({"EndStatusString": None, "EndStatus": 777}, "EndStatusString", "777"),
        ({"EndStatusString": "newWord", "EndStatus": 1}, "EndStatusString", "newWord"),
        ({"Uui": None, "UUI": "order-7"}, "Uui", "order-7"),
        ({"Uui": "a", "UUI": "b"}, "Uui", "a"),
        (
            {"PostIVRKeyPressed": [], "PostIVRKeyPressedEx": [{"Key": "noInput"}]},
            "PostIVRKeyPressed",
            [{"Key": "noInput"}],
        ),
        ({"QueuedSkillGroupId": 0, "SkillGroupId": 8}, "QueuedSkillGroupId", 8),
        ({"ServeParticipants": None}, "ServeParticipants", []),
        ({"SysHangupReasonString": "quota"}, "SysHangupReasonString", "quota"),
        ({"IVRKeyPressed": None}, "IVRKeyPressed", None),
    ],
)
def test_odd_records(changes, name, value):
    assert as_push({**sample(), **changes}, APP)[name] == value


def test_a_record_without_status_says_none():
    record = sample()
    del record["EndStatus"], record["EndStatusString"]
    assert "EndStatusString" not in as_push(record, APP)


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({}, "0086075500000"),
        ({"Direction": 1}, "00860200000000"),
        ({"Caller": "", "ProtectedCaller": "139abcdefg"}, "139abcdefg"),
        ({"Direction": 1, "Callee": None, "ProtectedCallee": "AB"}, "AB"),
        ({"Caller": None}, ""),
    ],
)
def test_whose_side_is_the_customers(changes, who):
    assert customer_of({**sample(), **changes}) == who


def test_what_was_not_recorded_has_no_recording():
    record = {**sample(), "RecordURL": "", "CustomRecordURL": None}
    record["ServeParticipants"][0] |= {"RecordURL": None, "CustomRecordURL": ""}
    assert list(recordings_of(record, APP)) == []


def test_every_number_has_one_word():
    assert len(set(END_STATUS.values())) == len(END_STATUS)


@pytest.mark.parametrize(
    ("links", "count"),
    [([], 0), (None, 0), ("https://x/1.mp3", 1), (["https://x/1.mp3", "https://x/1.mp3", "", 7, None], 1)],
)  # fmt: skip
def test_voicemail_by_its_links(links, count):
    bodies = voicemails_of(sample() | {"VoicemailRecordURL": links}, APP)
    assert [body["RecordURL"] for body in bodies] == ["https://x/1.mp3"] * count
    for body in bodies:
        assert (body["EndpointUser"], body["Timestamp"]) == ("0086075500000", 1729756315)
