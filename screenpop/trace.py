"""Events as a trace: compared, exported without anybody's number, replayed.

How numbers and names are replaced stands in veil.py.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from screenpop.veil import Coincidence, Veil

FORMAT = "screenpop-trace"
VERSION = 1
_ATTEMPTS = 50


def fingerprint(pairs: Sequence[Sequence[str]]) -> str:
    """A digest of a hash's pairs, whatever their order: tells whether a hash is the one we saw last."""
    return hashlib.sha256(json.dumps(sorted(list(p) for p in pairs)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Seen:
    """One event to export. `agent` and `tab` are any names; only whether they are equal is kept."""

    at: datetime
    agent: str
    tab: str
    sequence: int
    trigger: str
    pairs: Sequence[Sequence[str]]
    truncated: bool = False
    outcome: str = ""


def export_trace(events: Iterable[Seen], key: bytes) -> dict[str, Any]:
    """The events, anonymised, with times in milliseconds since the first one.

    The same key gives the same trace; take a fresh random one for each export and keep it nowhere.
    """
    seen = sorted(events, key=lambda event: event.at)
    for attempt in range(_ATTEMPTS):
        try:
            return _export(seen, Veil(hashlib.sha256(key + bytes([attempt])).digest()))
        except Coincidence:
            continue
    raise ValueError(
        "The trace holds too many different numbers to anonymise; export a shorter time."
    )


def _export(seen: Sequence[Seen], veil: Veil) -> dict[str, Any]:
    agents: dict[str, str] = {}
    tabs: dict[str, str] = {}
    rows = [
        {
            "at": round((event.at - seen[0].at).total_seconds() * 1000),
            "agent": agents.setdefault(event.agent, f"agent-{len(agents) + 1}"),
            "tab": tabs.setdefault(event.tab, f"tab-{len(tabs) + 1}"),
            "sequence": event.sequence,
            "trigger": event.trigger,
            "pairs": [veil.pair(name, value) for name, value in event.pairs],
            "truncated": event.truncated,
            "outcome": event.outcome,
        }
        for event in seen
    ]
    veil.check()
    return {"format": FORMAT, "version": VERSION, "events": rows}
