"""The records that the platform pushes after a call or chat, in our words; pure.

Sources: Tencent's pages on data pushes (电话 CDR, 在线 CDR). Everything is read leniently: a push
that is refused is a contact lost. Only what names no session at all cannot be read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from screenpop.end_status import name_of
from screenpop.told_values import Fields

INBOUND, OUTBOUND = "inbound", "outbound"
PHONE, CHAT = "phone", "chat"
INTERNAL = "internal"
CALL_TYPES = {1: "outbound", 2: "inbound", 3: "audio", 5: "predictive", 6: INTERNAL}
_DIRECTIONS = {0: INBOUND, 1: OUTBOUND}
_BY_TYPE = {"outbound": OUTBOUND, "predictive": OUTBOUND, "inbound": INBOUND, "audio": INBOUND}
_SIDES = {"user": "customer", "seat": "agent", "system": "system"}
OUTSIDE = "outside"
_KINDS = {
    "staffseat": "seat",
    "outboundseat": OUTSIDE,
    "staffphoneseat": "mobile",
    "miniprogramseat": "mini-program",
    "staffextensionseat": "extension",
}
_LONGEST_SESSION = 64
# The survey was entered, and nothing pressed.
_NO_ANSWER = "noinput"


class Unreadable(ValueError):  # noqa: N818 - the name of the state of such a push
    """What came names no session."""


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's part in a session. `email` is in lower case; `sequence` counts from 0."""

    sequence: int
    email: str = ""
    phone: str = ""
    kind: str = ""
    started_at: datetime | None = None
    rang_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    status: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One session. `direction` is "" where neither it nor the type of call was told; texts are "" where not told.

    `caller` and `callee` are as they came, `person` is a chat's user. `parts` are in their order.
    """

    session_id: str
    family: str = PHONE
    channel: str = "phone"
    direction: str = ""
    call_type: str = ""
    caller: str = ""
    callee: str = ""
    person: str = ""
    nickname: str = ""
    started_at: datetime | None = None
    queued_at: datetime | None = None
    rang_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    talk_seconds: int | None = None
    ivr_seconds: int | None = None
    ivr_path: list[dict[str, str]] = field(default_factory=list)
    end_status: str = ""
    hung_up_by: str = ""
    satisfaction: str = ""
    remark: str = ""
    skill_group_id: str = ""
    skill_group_name: str = ""
    uui: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_connected(self) -> bool:
        """Whether anybody spoke."""
        return self.connected_at is not None or any(part.connected_at for part in self.parts)

    @property
    def begins_at(self) -> datetime | None:
        """The earliest time that was told."""
        told = (self.started_at, self.queued_at, self.rang_at, self.connected_at, self.ended_at)
        return min((moment for moment in told if moment), default=None)


def session_id_of(body: Mapping[str, Any]) -> str:
    """The session that a push is about. Raises Unreadable."""
    found = Fields(body).text("SessionId", most=_LONGEST_SESSION + 1)
    if not found or len(found) > _LONGEST_SESSION:
        raise Unreadable(_("会话编号太长。") if found else _("没有会话编号。"))
    return found


def read_call(body: Mapping[str, Any]) -> Record:
    """A phone call's record (`cdr`). Raises Unreadable."""
    told = Fields(body)
    code = told.number("CallType")
    call_type = CALL_TYPES.get(code, str(code)[:20]) if code is not None else ""
    by_number = _DIRECTIONS.get(-1 if (n := told.number("Direction")) is None else n, "")
    is_audio = call_type == "audio"
    record = Record(
        **_common(body, told),
        channel="om" if is_audio else "phone",
        direction=by_number or _BY_TYPE.get(call_type, ""),
        call_type=call_type,
        caller=told.text("Caller", "ProtectedCaller", *(("UserId",) if is_audio else ())),
        callee=told.text("Callee", "ProtectedCallee"),
        hung_up_by=_SIDES.get(told.text("HungUpSide").lower(), ""),
        satisfaction=_answers(told),
    )
    return _as_heard(record, told)


def read_chat(body: Mapping[str, Any]) -> Record:
    """A chat's record (`imcdr`): it always comes from the customer. Raises Unreadable."""
    told = Fields(body)
    satisfaction = told.object("Satisfaction")
    record = Record(
        **_common(body, told),
        family=CHAT,
        channel="im",
        direction=INBOUND,
        person=told.text("UserId", "ClientUserId"),
        nickname=told.text("UserNickName", "Nickname", most=120),
        satisfaction=satisfaction.text("content", "label", "id", most=40),
    )
    return _as_heard(record, told)


def _common(body: Mapping[str, Any], told: Fields) -> dict[str, Any]:
    return {
        "session_id": session_id_of(body),
        "started_at": told.moment("StartTimestamp", "Time"),
        "queued_at": told.moment("QueuedTimestamp"),
        "rang_at": told.moment("RingTimestamp"),
        "connected_at": told.moment("AcceptTimestamp"),
        "ended_at": told.moment("EndedTimestamp"),
        "talk_seconds": told.seconds("Duration"),
        "ivr_seconds": told.seconds("IVRDuration"),
        "ivr_path": _keys(told.items("IVRKeyPressedEx") or told.items("IVRKeyPressed")),
        "end_status": told.text("EndStatusString", most=40) or name_of(told.number("EndStatus")),
        "remark": told.text("UserRemark", "Remark", most=2000),
        "skill_group_id": told.text("QueuedSkillGroupId", "SkillGroupId", most=20),
        "skill_group_name": told.text("QueuedSkillGroupName", "SkillGroup", most=80),
        "uui": told.text("Uui"),
        "parts": _parts(told),
    }


def _as_heard(record: Record, told: Fields) -> Record:
    """What follows from the rest: the talk's length; and on a call of ours nobody spoke before the customer did."""
    never = told.has("AcceptTimestamp") and record.connected_at is None
    parts = record.parts
    if record.direction == OUTBOUND and (never or record.connected_at):
        parts = tuple(replace(p, connected_at=_heard(p, record)) for p in parts)
    start, end = record.connected_at, record.ended_at
    talk = record.talk_seconds
    if start and end:
        talk = max(0, int((end - start).total_seconds()))
    elif never:
        talk = 0
    return replace(record, parts=parts, talk_seconds=talk)


def _heard(part: Part, record: Record) -> datetime | None:
    answered = record.connected_at
    if answered is None or (part.ended_at and part.ended_at <= answered):
        return None
    if part.connected_at is None:
        return answered if len(record.parts) == 1 else None
    return max(part.connected_at, answered)


def _parts(told: Fields) -> tuple[Part, ...]:
    seat = told.object("SeatUser")
    rows = told.objects("ServeParticipants")
    if not rows:
        mail, phone = seat.text("Mail", "UserId").lower(), seat.text("Phone")
        if not (mail or phone):
            return ()
        return (
            Part(
                0,
                mail,
                phone,
                "seat",
                told.moment("StartTimestamp"),
                told.moment("RingTimestamp"),
                told.moment("AcceptTimestamp"),
                told.moment("EndedTimestamp"),
            ),
        )
    found = [_part(row, place) for place, row in enumerate(rows)]
    if len(found) == 1 and not found[0].email and not found[0].phone:
        found[0] = replace(found[0], email=seat.text("Mail", "UserId").lower())
    if len({part.sequence for part in found}) < len(found):
        found = [replace(part, sequence=place) for place, part in enumerate(found)]
    return tuple(sorted(found, key=lambda part: part.sequence))


def _part(row: Fields, place: int) -> Part:
    sequence = row.number("Sequence")
    kind = row.text("Type", most=24)
    return Part(
        sequence=place if sequence is None or sequence > 9999 else sequence,
        email=row.text("Mail").lower(),
        phone=row.text("Phone"),
        kind=_KINDS.get(kind.lower(), kind),
        started_at=row.moment("StartTimestamp"),
        rang_at=row.moment("RingTimestamp"),
        connected_at=row.moment("AcceptTimestamp"),
        ended_at=row.moment("EndedTimestamp"),
        status=row.text("EndStatusString", most=40),
        record_id=row.text("RecordId", most=64),
    )


def _keys(pressed: list[Any]) -> list[dict[str, str]]:
    """The keys that the caller pressed, in their order, with their labels where these were told."""
    found = []
    for one in pressed[:100]:
        keys = Fields(one) if isinstance(one, dict) else Fields({"key": one})
        key, label = keys.text("key", most=20), keys.text("label", "NodeLabel", most=60)
        if key or label:
            found.append({"key": key, "label": label})
    return found


def _answers(told: Fields) -> str:
    """What was pressed in the survey after the call."""
    pressed = _keys(told.items("PostIVRKeyPressed") or told.items("PostIVRKeyPressedEx"))
    words = [p["label"] or p["key"] for p in pressed if p["key"].lower() != _NO_ANSWER]
    return " / ".join(words)[:40]
