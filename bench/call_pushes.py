"""What the platform pushes of the calls of a sheet, as its documents write it, and what the pops saw; pure."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from bench.call_sheet import (
    APP_ID,
    AUDIO,
    INTERNAL,
    LINE,
    MAPPED,
    Contact,
    Sheet,
    Turn,
    mobile,
    seat,
)

RING, ANSWER, END = "100", "200", "400"
SAMPLES = Path(__file__).resolve().parents[1] / "tests/screenpop/samples"
SAMPLE_SESSION = "e97be0ab-1ef6-4ad2-a8c4-2b2bbfb18e55"
LINK = "http://recorder-10018504.cos.ap-shanghai.myqcloud.com/def/"


@dataclass
class Sent:
    """One push. `uuid` is "" where the header is missing; `copies` times in all, at once when `together`."""

    action: str
    uuid: str
    body: str
    copies: int = 1
    together: bool = False
    # "good", "broken" (no JSON), "foreign" (of another centre) or "odd" (an action nobody knows).
    sort: str = "good"
    ready: float = 0.0


@dataclass
class Seen:
    """One thing at an agent's page: a hash (`what` is its status), or "note": the text typed on the turn's card."""

    agent: int
    at: float
    what: str
    contact: int
    turn: int
    event_id: str
    pairs: list[list[str]] = field(default_factory=list)
    note: str = ""


@dataclass
class Script:
    """What is to be played: the pages' own order is that of `seen`, the pushes have none."""

    sent: list[Sent]
    seen: list[Seen]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def read_script(raw: dict[str, Any]) -> Script:
    """The script that `as_json` gave."""
    return Script([Sent(**one) for one in raw["sent"]], [Seen(**one) for one in raw["seen"]])


def script_of(sheet: Sheet, seed: int) -> Script:
    """All pushes, with some sent twice or more, and all that pages saw."""
    dice = Random(seed)
    sent: list[Sent] = []
    seen: list[Seen] = []
    for place, contact in enumerate(sheet.contacts):
        bodies = pushes_of(contact, dice)
        for action, body in bodies:
            sent.append(_sent(dice, action, body, contact.ended))
        seen += sights_of(contact, place, dice)
    sent += strays(sheet, dice) + samples()
    return Script(sent, sorted(seen, key=lambda s: s.at))


def _sent(dice: Random, action: str, body: dict[str, Any], ready: float) -> Sent:
    uuid = "" if dice.random() < 0.1 else str(UUID(int=dice.getrandbits(128), version=4))
    copies = dice.choices([1, 2, 3, 4], [60, 20, 10, 10])[0]
    text = json.dumps(body, ensure_ascii=dice.random() < 0.5)
    return Sent(action, uuid, text, copies, dice.random() < 0.5, ready=ready)


def strays(sheet: Sheet, dice: Random) -> list[Sent]:
    """What is no call of ours: unreadable bodies, another centre's, actions that nobody knows."""
    found = []
    for n in range(max(3, len(sheet.contacts) // 40)):
        contact = dice.choice([c for c in sheet.contacts if c.told])
        body = record_of(contact, dice)
        text = json.dumps(body)
        uuid = str(UUID(int=dice.getrandbits(128), version=4))
        kind = ("broken", "foreign", "odd")[n % 3]
        if kind == "broken":
            found.append(Sent("cdr", uuid, text[: len(text) // 2] + str(n), 2, sort=kind))
        elif kind == "foreign":
            body |= {"SdkAppId": 1500098920, "SessionId": f"foreign-{n}"}
            found.append(Sent("cdr", uuid, json.dumps(body), sort=kind))
        else:
            found.append(Sent("videocdr", uuid, text, sort=kind))
        found[-1].ready = contact.ended
    return found


def samples() -> list[Sent]:
    """The documents' own samples, word for word: one session id for a call and a chat, the record as it is printed."""
    found = []
    for action in ("cdr", "imcdr", "record", "voicemail"):
        body = (SAMPLES / f"push_{action}.json").read_text()
        found += [Sent(action, "", body, 2), Sent(action, f"sample-{action}", body + "\n")]
    printed = (SAMPLES.parent / "push_cdr_sample.txt").read_text()
    return [*found, Sent("cdr", "sample-printed", printed, sort="broken")]


def pushes_of(contact: Contact, dice: Random) -> list[tuple[str, dict[str, Any]]]:
    """(action, body) of one session: the record and every recorded party."""
    if not contact.told:
        return []
    if contact.is_chat:
        return [("imcdr", chat_of(contact))]
    found = [("cdr", record_of(contact, dice))]
    if contact.recorded:
        found.append(("record", sound(contact, contact.caller or "", "c", contact.ended)))
        for turn in contact.turns:
            if turn.answered:
                who = mobile(turn.agent) if turn.by_mobile else seat(turn.agent)
                found.append(("record", sound(contact, who, turn.record_id, turn.ended)))
    if contact.voicemail:
        body = sound(contact, "", "", contact.ended)
        del body["RecordId"]
        digits = contact.value.removeprefix("+86")
        body["EndpointUser"] = int(digits) if digits.isdigit() else contact.caller
        found.append(("voicemail", body))
    return found


def sound(contact: Contact, party: str, record_id: str, at: float) -> dict[str, Any]:
    """A recording."""
    return {
        "SdkAppId": APP_ID,
        "RecordId": record_id,
        "SessionId": contact.session,
        "Timestamp": int(at) + 1,
        "EndpointUser": party,
        "RecordURL": f"{LINK}{contact.session}-{record_id}.mp3",
    }


def record_of(contact: Contact, dice: Random) -> dict[str, Any]:
    """The call's record: of a transferred call one participant for each part."""
    answered = contact.answered
    body: dict[str, Any] = {
        "SdkAppId": APP_ID,
        "SessionId": contact.session,
        "Direction": 1 if contact.outbound else 0,
        "StartTimestamp": int(contact.started),
        "QueuedTimestamp": 0 if contact.outbound else int(contact.started),
        "RingTimestamp": int(min((t.rang for t in contact.turns), default=0)),
        "AcceptTimestamp": int(answered or 0),
        "EndedTimestamp": int(contact.ended),
        "Duration": int(contact.ended - answered) if answered else 0,
        "EndStatusString": contact.status,
        "HungUpSide": "user",
        "IVRKeyPressed": None,
        "ServeParticipants": [_part(contact, n, turn) for n, turn in enumerate(contact.turns)],
    }
    if contact.satisfaction:
        body["PostIVRKeyPressed"] = [{"key": "1", "label": contact.satisfaction}]
    special = {INTERNAL: 6, AUDIO: 3}.get(contact.scenario)
    if special or dice.random() < 0.7:
        body["CallType"] = special or (1 if contact.outbound else 2)
    _name_ends(body, contact)
    if dice.random() < 0.1:
        # As some senders write them.
        body["EndedTimestamp"] = str(body["EndedTimestamp"])
        body["SdkAppId"] = str(APP_ID)
    return body


def _name_ends(body: dict[str, Any], contact: Contact) -> None:
    theirs, ours = ("Callee", "Caller") if contact.outbound else ("Caller", "Callee")
    body[theirs], body[ours] = contact.caller, LINE
    if contact.scenario == MAPPED:
        body[theirs], body[f"Protected{theirs}"] = "", contact.caller
    if contact.scenario == INTERNAL:
        body["Callee"] = seat(contact.turns[0].agent)


def _part(contact: Contact, number: int, turn: Turn) -> dict[str, Any]:
    # The documented samples name a participant's recording and the recording itself by two ids.
    apart = contact.session[0] in "01234567"
    return {
        "Sequence": number,
        "Mail": "" if turn.by_mobile else seat(turn.agent),
        "Phone": "0086" + mobile(turn.agent) if turn.by_mobile else "",
        "RecordId": str(int(turn.rang)) if apart else turn.record_id,
        "StartTimestamp": int(turn.rang),
        "RingTimestamp": int(turn.rang),
        "AcceptTimestamp": int(turn.answered or 0),
        "EndedTimestamp": int(turn.ended),
        "Type": turn.kind,
    }


def chat_of(contact: Contact) -> dict[str, Any]:
    """A chat's record, which names one agent only."""
    turn = contact.turns[0]
    body = {
        "SdkAppId": APP_ID,
        "SessionId": contact.session,
        "StartTimestamp": int(contact.started),
        "QueuedTimestamp": int(contact.started),
        "RingTimestamp": int(turn.rang),
        "AcceptTimestamp": int(turn.answered or 0),
        "EndedTimestamp": int(contact.ended),
        "EndStatusString": contact.status,
        "UserId": contact.caller,
        "UserNickName": contact.nickname,
        "SeatUser": {"Mail": seat(turn.agent), "UserId": seat(turn.agent)},
        "ClientData": "dGhpcyBpcyBhIGV4YW1wbGU=",
    }
    if contact.satisfaction:
        body["Satisfaction"] = {"id": "104", "content": contact.satisfaction}
    return body


def sights_of(contact: Contact, place: int, dice: Random) -> list[Seen]:
    """The hashes of each turn that a pop showed, a moment late, and what its agent typed."""
    found = []
    for number, turn in enumerate(contact.turns):
        if not turn.shown:
            continue
        steps = [(turn.rang, RING), (turn.ended, END)]
        if turn.answered:
            steps.insert(1, (turn.answered, ANSWER))
        for at, what in steps:
            late = at + dice.uniform(0.05, 0.9)
            found.append(_seen(contact, place, number, turn, late, what, dice))
            if what == ANSWER and dice.random() < 0.1:
                found.append(_seen(contact, place, number, turn, late + 0.5, what, dice))
        if turn.note:
            last = found[-1]
            note = Seen(turn.agent, last.at + 0.01, "note", place, number, last.event_id)
            note.note = turn.note
            found.append(note)
    return found


def _seen(
    contact: Contact, place: int, number: int, turn: Turn, at: float, what: str, dice: Random
) -> Seen:
    channel = "im" if contact.is_chat else "om" if contact.scenario == AUDIO else "phone"
    named = "mobile" if channel == "phone" else "userId"
    pairs = [[named, contact.shown_as], ["status", what], ["type", channel]]
    pairs.append(["nickName", contact.nickname])
    pairs += [["agentEmail", seat(turn.agent)], ["sdkAppId", str(APP_ID)]]
    return Seen(turn.agent, at, what, place, number, f"{dice.getrandbits(128):032x}", pairs)
