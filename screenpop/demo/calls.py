"""Invented calls and chats: what happened in one, without saying yet with whom."""

from dataclasses import dataclass
from random import Random

from screenpop.demo import words
from screenpop.demo.draw import between, pick

SESSION_PREFIX = "demo-"
_GRADES = ("", "非常满意", "满意", "不满意")
_CHATS = ("im", "im", "om", "oim")


@dataclass(slots=True)
class Call:
    """One contact. Times are seconds from its start; `talked` is 0 when nobody spoke."""

    session_id: str
    is_outbound: bool
    channel: str
    rang: int
    talked: int
    note: str = ""
    disposition: str = ""
    promise: str = ""
    promise_days: float = 0.0
    end_status: str = "ok"
    transfer: bool = False
    satisfaction: str = ""

    @property
    def seconds(self) -> int:
        """From its start to its end."""
        return self.rang + self.talked


def session_id(index: int) -> str:
    """The platform's id of a demo call; equally long, so that the highest sorts last."""
    return f"{SESSION_PREFIX}{index:09d}"


def call(index: int, kind: str, number: str = "") -> Call:
    """The call of an index, from 1, with an endpoint of a kind. A `number` is mentioned in its note."""
    rng = Random(index * 6151 + 3)  # noqa: S311
    outbound = kind == "phone" and rng.random() < 0.38
    channel = pick(rng, _CHATS) if kind in ("openid", "user") else "phone"
    found = Call(session_id(index), outbound, channel, between(rng, 3, 28), 0)
    if rng.random() < (0.28 if outbound else 0.09):
        _unanswered(found, rng)
    else:
        _answered(found, rng, number)
    return found


def _unanswered(found: Call, rng: Random) -> None:
    found.rang = between(rng, 12, 45)
    if found.is_outbound:
        found.disposition, found.end_status = pick(rng, tuple(words.NOT_TAKEN.items()))
    else:
        found.end_status = "ringingGiveUp"


def _answered(found: Call, rng: Random, number: str) -> None:
    found.talked = int(rng.lognormvariate(4.9, 0.8)) + 8
    reasons = words.OUTBOUND if found.is_outbound else words.INBOUND
    reason = pick(rng, tuple(reasons))
    if rng.random() < 0.82 or number:
        found.note = words.fill(rng, pick(rng, reasons[reason]))
    if number:
        found.note += words.fill(rng, pick(rng, words.ALSO), number)
    found.disposition = reason
    if not found.is_outbound:
        result = rng.choices(words.RESULTS, weights=(60, 15, 12, 6, 7))[0][0]
        found.disposition = f"{reason}-{result}"
        found.satisfaction = rng.choices(_GRADES, weights=(80, 13, 5, 2))[0]
        found.transfer = found.channel == "phone" and result == "passed-on"
        if result == "call-back" or reason == "complaint":
            found.promise = words.fill(rng, pick(rng, words.PROMISES[reason]))
            found.promise_days = pick(rng, (0.2, 1, 1, 2, 3, 5))
