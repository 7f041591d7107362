"""Call records as the cloud API lists them, in the shape in which they are pushed; pure.

The listing names some things otherwise, holds the recordings' links, and tells the end status by a number as well.
"""

from collections.abc import Iterator
from typing import Any

# The number of an end status and the word that pushes use for it.
END_STATUS = {
    1: "ok", 17: "seatGiveUp",
    100: "blackList", 102: "ivrGiveUp", 103: "waitingGiveUp", 104: "ringingGiveUp",
    105: "noSeatOnline", 106: "notWorkTime", 107: "ivrEnd", 108: "restrictedCallee",
    109: "tooManyRequest", 110: "restrictedArea", 111: "restrictedTime",
    202: "notAnswer", 203: "userReject", 204: "powerOff", 205: "numberNotExist",
    206: "busy", 207: "outOfCredit", 208: "operatorError", 209: "callerCancel",
    210: "notInService", 211: "clientError", 212: "carrierBlocked", 213: "callReminder",
    215: "numberInvalid", 216: "callRestricted", 217: "calleeRestricted", 218: "areaRestricted",
    219: "promptCallForwarding", 220: "callerCancelWhileRing", 221: "callerCancelWithoutRing",
    222: "voiceMailReached", 225: "asrError", 226: "llmasrError", 227: "ttsError",
    228: "functionCallHangup", 229: "maxCallDurationReached", 230: "userInactivity",
    231: "callTerminatedByAPI", 232: "userHangupDuringAiCall", 233: "aiAgentEndCall",
    501: "callConflict", 502: "clientTimeout", 503: "voipClientError",
}  # fmt: skip
# Named otherwise in the listing: (in a push, here), the first that says something counts.
_RENAMED = (
    ("StartTimestamp", ("StartTimestamp", "Time")),
    ("QueuedSkillGroupId", ("QueuedSkillGroupId", "SkillGroupId")),
    ("QueuedSkillGroupName", ("QueuedSkillGroupName", "SkillGroup")),
    ("PostIVRKeyPressed", ("PostIVRKeyPressed", "PostIVRKeyPressedEx")),
    ("UserRemark", ("UserRemark", "Remark")),
    ("Uui", ("Uui", "UUI")),
)
# Links run out: they go with the recordings.
_LINKS = ("RecordURL", "CustomRecordURL", "AsrUrl", "VoicemailRecordURL", "VoicemailAsrURL")
_LEFT_OUT = {*_LINKS, *(name for _new, names in _RENAMED for name in names), "AsrStatus"}


def as_push(record: dict[str, Any], app_id: int) -> dict[str, Any]:
    """The body of the push "cdr" that tells the same."""
    body = {name: value for name, value in record.items() if name not in _LEFT_OUT}
    body["SdkAppId"] = app_id
    for name, sources in _RENAMED:
        found = [record[source] for source in sources if source in record]
        if found:
            body[name] = next((value for value in found if value), found[0])
    if not body.get("EndStatusString"):
        code = record.get("EndStatus")
        if code is not None:
            # A number that we do not know is kept as it came.
            body["EndStatusString"] = END_STATUS.get(code, str(code))
    body["ServeParticipants"] = [
        {name: value for name, value in part.items() if name not in _LINKS}
        for part in _objects(record.get("ServeParticipants"))
    ]
    return body


def recordings_of(record: dict[str, Any], app_id: int) -> Iterator[dict[str, Any]]:
    """The bodies of the pushes "record" that tell of its recordings: the customer's side, then each agent's."""
    sides = [(customer_of(record), record)]
    parts = _objects(record.get("ServeParticipants"))
    sides += [(str(part.get("Mail") or part.get("Phone") or ""), part) for part in parts]
    for party, side in sides:
        if not side.get("RecordURL") and not side.get("CustomRecordURL"):
            continue
        body = {
            "SdkAppId": app_id,
            "SessionId": record.get("SessionId"),
            "RecordId": side.get("RecordId") or "",
            "Timestamp": side.get("EndedTimestamp") or record.get("EndedTimestamp") or 0,
            "EndpointUser": party,
            "RecordURL": side.get("RecordURL") or "",
        }
        if side.get("CustomRecordURL"):
            body["CustomRecordURL"] = side["CustomRecordURL"]
        yield body


def voicemails_of(record: dict[str, Any], app_id: int) -> list[dict[str, Any]]:
    """The bodies of the pushes "voicemail" that tell of its voicemail.

    The listing has links alone: the time is that of the end.
    """
    links = record.get("VoicemailRecordURL")
    texts = [links] if isinstance(links, str) else links if isinstance(links, list) else []
    return [
        {
            "SdkAppId": app_id,
            "SessionId": record.get("SessionId"),
            "Timestamp": record.get("EndedTimestamp") or 0,
            "EndpointUser": customer_of(record),
            "RecordURL": text,
        }
        for text in dict.fromkeys(one for one in texts if isinstance(one, str) and one)
    ]


def customer_of(record: dict[str, Any]) -> str:
    """The customer's number, or the id that stands for it where numbers are protected."""
    side = "Callee" if record.get("Direction") == 1 else "Caller"
    return str(record.get(side) or record.get(f"Protected{side}") or "")


def _objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects, whatever stands there."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
