"""Pushes as the platform sends them, for tests. Times are seconds after a start."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from screenpop.reconciliation import apply

CALLER, LINE = "13800138000", "0086075586013388"


class Platform:
    """Sends records of calls to one line. `at` below is in seconds after `start`, as on the agents' pages."""

    def __init__(self, start: datetime) -> None:
        self.start = start

    def stamp(self, at: float | None) -> int:
        """Seconds since 1970; 0 for what never was."""
        return 0 if at is None else int((self.start + timedelta(seconds=at)).timestamp())

    def part(
        self, mail: str, rang: float, answered: float | None, ended: float, **more: Any
    ) -> dict[str, Any]:
        """One of ServeParticipants."""
        return {
            "Mail": mail,
            "StartTimestamp": self.stamp(rang),
            "RingTimestamp": self.stamp(rang),
            "AcceptTimestamp": self.stamp(answered),
            "EndedTimestamp": self.stamp(ended),
            "Type": "staffSeat",
            **more,
        }

    def body(
        self, session: str, parts: list[dict[str, Any]], start: float, end: float, **more: Any
    ) -> dict[str, Any]:
        """An inbound call's record; "ok" when anybody answered."""
        accepted = [p["AcceptTimestamp"] for p in parts if p["AcceptTimestamp"]]
        outbound = more.get("Direction") == 1
        number = more.pop("number", CALLER)
        return {
            "SdkAppId": 1400264214,
            "SessionId": session,
            "Direction": 0,
            "Caller": LINE if outbound else number,
            "Callee": number if outbound else LINE,
            "StartTimestamp": self.stamp(start),
            "RingTimestamp": parts[0]["RingTimestamp"] if parts else 0,
            "AcceptTimestamp": min(accepted, default=0),
            "EndedTimestamp": self.stamp(end),
            "EndStatusString": "ok" if accepted else "ringingGiveUp",
            "HungUpSide": "user",
            "ServeParticipants": [
                {"Sequence": number, **part} for number, part in enumerate(parts)
            ],
            **more,
        }

    def tell(self, body: dict[str, Any], action: str = "cdr", at: datetime | None = None) -> bool:
        """Push it."""
        with transaction.atomic():
            return apply(action, body, at or timezone.now())

    def call(
        self,
        session: str,
        mail: str,
        rang: float,
        answered: float | None,
        ended: float,
        **more: Any,
    ) -> dict[str, Any]:
        """A call with one agent, pushed."""
        body = self.body(session, [self.part(mail, rang, answered, ended)], rang, ended, **more)
        self.tell(body)
        return body
