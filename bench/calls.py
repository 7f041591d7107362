"""The requests of whole calls, one kind after the other, round by round."""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import uuid4

from bench.client import Answer, Client

FLOOR, RING, ANSWER, REPEAT = (
    "floor",
    "first ring, known",
    "answer (200 after 100)",
    "repeat (200 again)",
)
NOTE, REFRESH, UNKNOWN = "note saved", "refresh, 204", "first ring, unknown"
KINDS = (FLOOR, RING, ANSWER, REPEAT, NOTE, REFRESH, UNKNOWN)
NOTE_TEXT = "客户询问发票抬头，周四下午三点前回电。"


class Answers(defaultdict[str, list[Answer]]):
    """Answers by kind, and how many cards a refresh painted again although nothing had changed."""

    painted_twice = 0

    def __init__(self) -> None:
        super().__init__(list)

    def add(self, more: "Answers") -> None:
        """Those of some more rounds."""
        for kind, answers in more.items():
            self[kind] += answers
        self.painted_twice += more.painted_twice


class Agent:
    """An agent at work in one tab."""

    def __init__(self, client: Client, seat: str) -> None:
        self.client = client
        self.seat = seat
        self.sequence = count(1)

    def event(self, number: str, status: int, have: Sequence[int] = ()) -> Answer:
        """One change of the hash, as the listener posts it."""
        pairs = [["mobile", number], ["nickName", ""], ["status", str(status)], ["type", "phone"]]
        body: dict[str, Any] = {
            "id": uuid4().hex,
            "tab": "bench",
            "sequence": next(self.sequence),
            "trigger": "hashchange",
            "age": 3,
            "pairs": [*pairs, ["agentEmail", self.seat]],
            "truncated": False,
        }
        answer = self.client.json("/pop/events/", {"events": [body], "have": list(have)})
        assert answer.status == 200, (answer.status, answer.text[:300])
        assert body["id"] in answer.headers["X-Pop-Ack"], "the event was not acknowledged"
        return answer

    def refresh(self, versions: dict[int, str]) -> Answer:
        """What the page asks every few seconds."""
        have = " ".join(f"{leg}:{version}" for leg, version in versions.items())
        return self.client.form("/pop/cards/", have=have)

    def put_away(self, number: str, leg: int) -> None:
        """The end of the call and its wrap-up, so that no card is left."""
        self.event(number, 400, [leg])
        answer = self.client.form(f"/pop/legs/{leg}/wrap-up/")
        assert answer.status == 200, (answer.status, answer.text[:300])


def run(agent: Agent, numbers: Sequence[str]) -> Answers:
    """One round per number."""
    answers = Answers()
    for number in numbers:
        answers[FLOOR].append(agent.client.form("/pop/bench/floor/", value=number))
        assert answers[FLOOR][-1].status == 200, answers[FLOOR][-1].text[:300]
        mobile = number.removeprefix("+86")
        ring = agent.event(mobile, 100)
        leg, version = card_of(ring)
        if 'data-match="known"' not in ring.text:
            agent.put_away(mobile, leg)
            continue
        answers[RING].append(ring)
        answers.painted_twice += agent.refresh({leg: version}).status != 204
        answers[FLOOR].append(agent.client.form("/pop/bench/floor/", value=number))
        answers[ANSWER].append(agent.event(mobile, 200, [leg]))
        answers[REPEAT].append(agent.event(mobile, 200, [leg]))
        answers[NOTE].append(
            agent.client.json(
                f"/pop/legs/{leg}/note/", {"note": NOTE_TEXT, "base": 0, "tab": "bench"}
            )
        )
        painted = agent.refresh({})
        answers[REFRESH].append(agent.refresh(dict([card_of(painted)])))
        assert answers[REFRESH][-1].status == 204, "a refresh of an unchanged card painted it"
        agent.put_away(mobile, leg)
        stranger = f"1{random.choice('3578')}{random.randrange(10**9):09d}"
        answers[UNKNOWN].append(agent.event(stranger, 100))
        agent.put_away(stranger, card_of(answers[UNKNOWN][-1])[0])
    return answers


def card_of(answer: Answer) -> tuple[int, str]:
    """Leg and version of the only card in an answer."""
    legs = re.findall(r'data-leg="(\d+)"', answer.text)
    versions = re.findall(r'data-version="(\w*)"', answer.text)
    assert len(legs) == len(versions) == 1, answer.text[:300]
    return int(legs[0]), versions[0]
