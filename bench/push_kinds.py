"""The pushes that are measured, and the table of what they cost."""

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from bench.client import Answer, Client

FLOOR, CDR, RECORD, RETRY = "floor", "call record", "recording", "retry of the record"
UNREADABLE = "unreadable body"
KINDS = (FLOOR, CDR, RECORD, RETRY, UNREADABLE)
GROWTH = 1.2


class Answers(defaultdict[str, list[Answer]]):
    """Answers by kind."""

    def __init__(self) -> None:
        super().__init__(list)


class Platform:
    """Sends pushes over one kept connection, as the platform writes them."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def rounds(self, numbers: Sequence[str], answers: Answers) -> None:
        """For each number a call of its own: every kind of push, always in this order."""
        self.client.reconnect()
        for number in numbers:
            session, sent = str(uuid4()), uuid4().hex
            answers[FLOOR].append(self._floor(number))
            answers[CDR].append(self._push("cdr", call_record(session, number), sent))
            answers[RECORD].append(self._push("record", recording(session)))
            answers[RETRY].append(self._push("cdr", call_record(session, number), sent))
            answers[UNREADABLE].append(self._push("cdr", b'{"SessionId": "' + session.encode()))

    def one(self, kind: str, number: str) -> None:
        """One push of FLOOR or CDR."""
        if kind == FLOOR:
            self._floor(number)
        else:
            self._push("cdr", call_record(str(uuid4()), number))

    def _floor(self, number: str) -> Answer:
        return self._send("/tccc/bench/floor/", call_record(str(uuid4()), number))

    def _push(self, action: str, body: Any, push_uuid: str = "") -> Answer:
        self.client.more["X-TCCC-PUSH-UUID"] = push_uuid or uuid4().hex
        return self._send(f"/tccc/push/?action={action}&version=1", body)

    def _send(self, path: str, body: Any) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.client.send("POST", path, raw, "application/json;charset=utf8")
        assert answer.status == 200, (answer.status, answer.text[:300])
        assert json.loads(answer.body)["ErrCode"] == 0, answer.text[:300]
        return answer


def call_record(session: str, number: str) -> dict[str, Any]:
    """An inbound call of half a minute that has just ended, in the documented shape."""
    ended = int(time.time())
    seat = "agent01@demo.example"
    times = {"StartTimestamp": ended - 40, "RingTimestamp": ended - 36}
    times |= {"AcceptTimestamp": ended - 30, "EndedTimestamp": ended}
    return {
        "SdkAppId": 1400264214,
        "SessionId": session,
        "Caller": "0086" + number.removeprefix("+86"),
        "Callee": "0086075586013388",
        "Direction": 0,
        "CallType": 2,
        **times,
        "QueuedTimestamp": ended - 38,
        "Duration": 30,
        "IVRDuration": 2,
        "QueuedSkillGroupId": 1072,
        "QueuedSkillGroupName": "售后",
        "EndStatusString": "ok",
        "HungUpSide": "user",
        "IVRKeyPressed": ["1"],
        "IVRKeyPressedEx": [{"Key": "1", "Label": "售后"}],
        "PostIVRKeyPressed": [{"Key": "1", "Label": "非常满意"}],
        "SeatUser": {"Mail": seat, "Name": "agent01", "StaffNumber": "007"},
        "ServeParticipants": [
            {"Sequence": 0, "Mail": seat, "Type": "staffSeat", "RecordId": str(ended), **times}
        ],
    }


def recording(session: str) -> dict[str, Any]:
    """The agent's side of that call."""
    now = int(time.time())
    return {
        "SdkAppId": 1400264214,
        "RecordId": str(now),
        "SessionId": session,
        "Timestamp": now,
        "EndpointUser": "agent01@demo.example",
        "RecordURL": f"https://recorder.example/def/{session}.mp3",
    }


def show(
    title: str, answers: Answers, speeds: Mapping[str, float], senders: int, left: str
) -> None:
    """Prints each kind's times beside the floor's, and the rates."""
    floor = median(one.milliseconds for one in answers[FLOOR])
    print(f"\n{title}")
    print(f"{'':24}{'n':>5}{'median':>9}{'p95':>9}{'ratio':>8}{'queries':>9}")
    for kind in KINDS:
        times = [one.milliseconds for one in answers[kind]]
        queries = max(one.queries for one in answers[kind])
        savepoints = max(one.savepoints for one in answers[kind])
        asked = f"{queries}+{savepoints}" if savepoints else str(queries)
        print(
            f"{kind:24}{len(times):>5}{median(times):>9.2f}{quantiles(times, n=20)[-1]:>9.2f}"
            f"{median(times) / floor:>7.2f}×{asked:>9}"
        )
    for kind, rate in speeds.items():
        print(f"{kind}: {rate:.0f} a second from {senders} senders")
    # The unreadable ones fail as they should; anything beyond them would be quick for a wrong reason.
    print(f"afterwards {left} (sent unreadable: {len(answers[UNREADABLE])} and the warm-up's)")


def show_growth(small: tuple[int, Answers], large: tuple[int, Answers]) -> None:
    """Prints the growth of each kind's median, and of its ratio to the floor."""
    print(f"\ngrowth from {small[0]:,} to {large[0]:,} interactions (median ÷ median)")
    floors = [median(one.milliseconds for one in answers[FLOOR]) for _n, answers in (small, large)]
    for kind in KINDS:
        before, after = (
            median(one.milliseconds for one in answers[kind]) for _n, answers in (small, large)
        )
        growth = after / before
        verdict = "pass" if growth <= GROWTH else "OVER"
        print(
            f"{kind:24}{before:>9.2f} → {after:.2f} ms {growth:>6.2f}×   "
            f"ratios to the floor {growth / (floors[1] / floors[0]):>5.2f}×  {verdict} (≤ {GROWTH}×)"
        )
