"""The recordings and voicemail that the platform pushes, in our words; pure.

Sources: Tencent's pages on data pushes (电话录音, 语音信箱).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from screenpop.cdr import session_id_of
from screenpop.told_values import Fields


@dataclass(frozen=True, slots=True)
class Audio:
    """A recorded party of a session, or a voicemail. `party` is a number or an agent's e-mail, as it came."""

    session_id: str
    party: str
    record_id: str
    recorded_at: datetime | None
    url: str
    own_url: str
    is_voicemail: bool = False


def read_recording(body: Mapping[str, Any]) -> Audio:
    """One recorded party (`record`). Raises Unreadable."""
    told = Fields(body)
    return Audio(
        session_id=session_id_of(body),
        party=told.text("EndpointUser"),
        record_id=told.text("RecordId", most=80),
        recorded_at=told.moment("Timestamp"),
        url=_url(told, "RecordURL"),
        own_url=_url(told, "CustomRecordURL"),
    )


def read_voicemail(body: Mapping[str, Any]) -> Audio:
    """A voicemail (`voicemail`). It has no id of its own: its time is one. Raises Unreadable."""
    audio = read_recording(body)
    at = str(int(audio.recorded_at.timestamp())) if audio.recorded_at else ""
    return replace(audio, record_id=audio.record_id or at, is_voicemail=True)


def _url(told: Fields, name: str) -> str:
    """A link; half a link would be none."""
    found = told.text(name, most=2001)
    return found if len(found) <= 2000 and found.lower().startswith(("http://", "https://")) else ""
