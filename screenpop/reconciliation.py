"""What the platform tells, joined with what was seen."""

from datetime import UTC, datetime
from typing import Any

from customers.models import Endpoint, Interaction, Recording
from screenpop.cdr import Unreadable


def apply(action: str, body: dict[str, Any], at: datetime) -> bool:
    """Apply one record ("cdr") or recording ("record"); tells whether anything changed. Runs in a transaction."""
    session = str(body.get("SessionId") or "")
    if not session:
        raise Unreadable("SessionId")
    if action == "record":
        _recording, created = Recording.objects.update_or_create(
            session_id=session,
            channel_family=Interaction.Family.PHONE,
            kind=Recording.Kind.CALL,
            party_raw=body.get("EndpointUser") or "",
            record_id=body.get("RecordId") or "",
            defaults={"url": body.get("RecordURL") or "", "url_at": at},
        )
        return created
    outbound = body.get("Direction") == 1
    started = datetime.fromtimestamp(int(body["StartTimestamp"]), UTC)
    _interaction, created = Interaction.objects.update_or_create(
        session_id=session,
        channel_family=Interaction.Family.PHONE,
        defaults={
            "direction": "outbound" if outbound else "inbound",
            "endpoint": Endpoint.objects.at("phone", body["Callee" if outbound else "Caller"]),
            "told_at": at,
            "told_started_at": started,
            "started_at": started,
            "end_status": body.get("EndStatusString") or "",
            "provisional": False,
        },
    )
    return created
