"""Pushes read into our words: the official samples, and every way in which they may differ."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from screenpop.cdr import Unreadable, read_call, read_chat
from screenpop.cdr_audio import read_recording, read_voicemail
from screenpop.end_status import name_of, owes_a_call, words_of

SESSION = "e97be0ab-1ef6-4ad2-a8c4-2b2bbfb18e55"
# Tencent's own example of a call's record, with its repeated key.
CALL = json.loads(
    """{"SdkAppId":1400264214,"SessionId":"e97be0ab-1ef6-4ad2-a8c4-2b2bbfb18e55","QueuedSkillGroupId":1072,
    "Direction":1,"StartTimestamp":1608130636,"RingTimestamp":1608130639,"AcceptTimestamp":0,
    "EndedTimestamp":1608130651,"Duration":15,"Duration":0,"EndStatusString":"error","HungUpSide":"seat",
    "Caller":"008602066247698","Callee":"008618621520280","IVRKeyPressed":null,
    "PostIVRKeyPressed":[{"key":"1","label":"非常满意"}],"SeatUser":{"Mail":"lululing@tencent.com","Name":"lululing",
    "Nick":"璐璐","Phone":"","UserId":"lululing@tencent.com","StaffNumber":"007","SkillGroupNameList":["lulu"]},
    "ServeParticipants":[{"Mail":"lululing@tencent.com","Phone":"","RecordId":"1608130636",
    "StartTimestamp":1608130636,"RingTimestamp":1608130639,"AcceptTimestamp":0,"EndedTimestamp":1608130651,
    "Type":"staffSeat"}]}"""
)
CHAT = {
    "SdkAppId": 1400264214, "SessionId": SESSION, "QueuedSkillGroupId": 1072, "StartTimestamp": 1608130636,
    "QueuedTimestamp": 1608130638, "RingTimestamp": 1608130639, "AcceptTimestamp": 0,
    "EndedTimestamp": 1608130651, "Duration": 15, "EndStatusString": "error",
    "UserId": "oZB6q5c-tuMEz-ZiHOAkhW59a4AI", "UserNickName": "小君君", "IVRKeyPressed": None,
    "Satisfaction": {"id": "104", "content": "满意"}, "SeatUser": {"Mail": "lululing@tencent.com"},
}  # fmt: skip


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_the_sample_of_a_call() -> None:
    call = read_call(CALL)
    assert (call.session_id, call.family, call.direction, call.caller, call.callee) == (
        SESSION, "phone", "outbound", "008602066247698", "008618621520280"
    )  # fmt: skip
    assert (call.started_at, call.rang_at, call.connected_at, call.ended_at) == (
        at(1608130636), at(1608130639), None, at(1608130651)
    )  # fmt: skip
    assert (call.end_status, call.hung_up_by, call.satisfaction, call.talk_seconds) == (
        "error",
        "agent",
        "非常满意",
        0,
    )
    assert (call.skill_group_id, call.ivr_path, call.is_connected) == ("1072", [], False)
    (part,) = call.parts
    assert (part.sequence, part.email, part.kind, part.record_id) == (
        0,
        "lululing@tencent.com",
        "seat",
        "1608130636",
    )


def test_the_sample_of_a_chat() -> None:
    chat = read_chat(CHAT)
    assert (chat.family, chat.channel, chat.person, chat.nickname, chat.satisfaction) == (
        "chat", "im", "oZB6q5c-tuMEz-ZiHOAkhW59a4AI", "小君君", "满意"
    )  # fmt: skip
    assert [part.email for part in chat.parts] == ["lululing@tencent.com"]


def test_the_samples_of_recordings() -> None:
    url = "http://recorder.cos.ap-shanghai.myqcloud.com/a.mp3"
    body = {"SessionId": SESSION, "Timestamp": 1608130650, "RecordURL": url}
    sound = read_recording(
        {**body, "RecordId": "1608130650", "EndpointUser": "lululing@tencent.com"}
    )
    assert (sound.party, sound.record_id, sound.recorded_at, sound.url, sound.is_voicemail) == (
        "lululing@tencent.com", "1608130650", at(1608130650), url, False
    )  # fmt: skip
    voicemail = read_voicemail({**body, "EndpointUser": 13123456789})
    assert (voicemail.party, voicemail.record_id, voicemail.is_voicemail) == (
        "13123456789",
        "1608130650",
        True,
    )
    assert read_recording({**body, "RecordURL": "javascript:alert(1)"}).url == ""
    assert read_recording({**body, "RecordURL": "https://x/" + "a" * 2000}).url == ""


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, True, "x" * 65, 1.5])
def test_what_names_no_session_is_unreadable(value: Any) -> None:
    for read in (read_call, read_chat, read_recording, read_voicemail):
        with pytest.raises(Unreadable):
            read({"SessionId": value})


@pytest.mark.parametrize(
    "junk", [None, "", "x", [], {}, [None], [1, "a"], {"a": 1}, True, -1, 1e400, 10**30, "\0"]
)
def test_no_single_field_can_spoil_a_record(junk: Any) -> None:
    for read, sample in ((read_call, CALL), (read_chat, CHAT)):
        for name in sample:
            if name != "SessionId":
                assert read({**sample, name: junk}).session_id == SESSION
    for name in CALL["ServeParticipants"][0]:
        part = {**CALL["ServeParticipants"][0], name: junk}
        assert read_call({**CALL, "ServeParticipants": [part]}).session_id == SESSION


def texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.lower(): texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [texts(one) for one in value]
    return str(value) if isinstance(value, int) else value


def test_numbers_as_texts_and_names_in_small_letters_say_the_same() -> None:
    assert read_call(texts(CALL)) == read_call(CALL)
    assert read_chat(texts(CHAT)) == read_chat(CHAT)
    assert read_call(
        {
            **CALL,
            "SeatUser": json.dumps(CALL["SeatUser"]),
            "ServeParticipants": json.dumps(CALL["ServeParticipants"]),
        }
    ) == read_call(CALL)
    assert read_call({**CALL, "StartTimestamp": 1608130636000}) == read_call(CALL)


@pytest.mark.parametrize(
    ("fields", "direction", "call_type"),
    [
        ({"Direction": 0}, "inbound", ""),
        ({"Direction": "1"}, "outbound", ""),
        ({"CallType": 1}, "outbound", "outbound"),
        ({"CallType": "2"}, "inbound", "inbound"),
        ({"CallType": 3}, "inbound", "audio"),
        ({"CallType": 5}, "outbound", "predictive"),
        ({"CallType": 6, "Direction": 0}, "inbound", "internal"),
        ({"CallType": 4}, "", "4"),
        ({"Direction": 7}, "", ""),
        ({}, "", ""),
    ],
)
def test_direction_and_type(fields: dict[str, Any], direction: str, call_type: str) -> None:
    call = read_call({"SessionId": "s", **fields})
    assert (call.direction, call.call_type) == (direction, call_type)


def test_a_protected_number_stands_for_a_blank_one() -> None:
    call = read_call({"SessionId": "s", "Caller": "", "ProtectedCaller": "ABABABABA"})
    assert call.caller == "ABABABABA"


def test_keys_pressed() -> None:
    assert read_call({"SessionId": "s", "IVRKeyPressed": ["1", 2]}).ivr_path == [
        {"key": "1", "label": ""}, {"key": "2", "label": ""},
    ]  # fmt: skip
    both = {
        "SessionId": "s",
        "IVRKeyPressed": ["1"],
        "IVRKeyPressedEx": [{"Key": "1", "Label": "售后"}],
    }
    assert read_call(both).ivr_path == [{"key": "1", "label": "售后"}]
    assert (
        read_call({"SessionId": "s", "PostIVRKeyPressedEx": [{"Key": "noInput"}]}).satisfaction
        == ""
    )


def test_nobody_spoke_on_our_call_before_the_customer_did() -> None:
    part = {**CALL["ServeParticipants"][0], "AcceptTimestamp": 1608130637}
    assert read_call({**CALL, "ServeParticipants": [part]}).parts[0].connected_at is None
    answered = read_call({**CALL, "AcceptTimestamp": 1608130645, "ServeParticipants": [part]})
    assert answered.parts[0].connected_at == at(1608130645)
    assert answered.talk_seconds == 6


def test_parts_without_or_with_repeated_sequence_are_numbered_as_they_stand() -> None:
    rows = [{"Mail": "a@x", "Sequence": 1}, {"Mail": "b@x", "Sequence": 1}, {"Mail": "c@x"}]
    assert [p.sequence for p in read_call({"SessionId": "s", "ServeParticipants": rows}).parts] == [
        0,
        1,
        2,
    ]
    turned = [{"Mail": "a@x", "Sequence": 1}, {"Mail": "b@x", "Sequence": "0"}]
    assert [p.email for p in read_call({"SessionId": "s", "ServeParticipants": turned}).parts] == [
        "b@x",
        "a@x",
    ]


def test_the_words_of_an_end() -> None:
    assert (words_of("ringingGiveUp"), words_of("RINGINGGIVEUP")) == ("振铃时放弃", "振铃时放弃")
    assert (words_of("brandNew"), words_of("")) == ("brandNew", "")
    assert (name_of(104), name_of(999), name_of(None)) == ("ringingGiveUp", "999", "")
    assert read_call({"SessionId": "s", "EndStatus": 203}).end_status == "userReject"
    assert owes_a_call("brandNew")
    assert not owes_a_call("blacklist")
