"""What must stand on the supervisors' board, reckoned anew from what was sent alone."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from bench.call_check import WAITS, unique
from bench.call_pushes import Script
from bench.call_sheet import CHAT, INTERNAL, Sheet


def board_counts(sheet: Sheet, script: Script, unsure: Mapping[str, str]) -> dict[str, int]:
    """What must stand on the board, from what was sent alone; all is long over, and nothing was wrapped up."""
    records = [json.loads(s.body) for s in script.sent if s.action == "cdr" and s.sort == "good"]
    sounds = {
        json.loads(s.body)["SessionId"] for s in script.sent if s.action in ("record", "voicemail")
    }
    told = {body["SessionId"] for body in records}
    shown = {(sheet.contacts[s.contact].session, s.turn) for s in script.seen}
    parts = [
        (body["SessionId"], n, part)
        for body in records
        if body.get("CallType") != 6
        for n, part in enumerate(body["ServeParticipants"])
        if part["AcceptTimestamp"]
    ]
    popped = {
        sheet.contacts[s.contact].session
        for s in script.seen
        if sheet.contacts[s.contact].scenario != CHAT
    }
    waiting = {session for session, how in unsure.items() if how == WAITS}
    apart = len(unsure) - len(waiting)
    talks = sum(bool(t.answered) for c in sheet.contacts for t in c.turns if c.scenario != INTERNAL)
    return {
        "ambiguous": len(waiting),
        "customers": 0,
        "no-record": len(popped - told) + apart,
        "no-pop": sum((session, n) not in shown for session, n, _part in parts) + apart,
        "no-wrap-up": talks + apart,
        "no-recording": len({session for session, _n, _part in parts} - sounds - waiting),
        "pushes": len([s for s in unique(script.sent) if s.sort == "broken"]),
    }


def board_faults(sheet: Sheet, script: Script, unsure: Mapping[str, str]) -> list[str]:
    """Where the board says otherwise."""
    from django.contrib.auth import get_user_model

    from screenpop import board

    wanted = board_counts(sheet, script, unsure)
    supervisor = get_user_model().objects.get(username="storm-supervisor")
    found = {
        kind: board.rows_of(kind, supervisor, datetime.now(UTC))[0].count() for kind in board.KINDS
    }
    return [
        f"the board says {found[kind]} for {kind}, not {wanted[kind]}"
        for kind in wanted
        if found[kind] != wanted[kind]
    ]
