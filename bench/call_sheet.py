"""What happened at a made-up centre in some hours: who called, who took it, what the workbench showed; pure.

This is the sheet that the program's own telling is compared with. Nothing of the program is used to make it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any
from uuid import UUID

APP_ID = 1400264214
LINE = "0086075586013388"
HOUSE = "storm.example"
ANSWERED, MISSED, TRANSFER, RING_ALL, HUNT = "answered", "missed", "transfer", "ring-all", "hunt"
CALL_OUT, VAIN, INTERNAL, CHAT, WITHHELD = "call-out", "vain", "internal", "chat", "withheld"
MAPPED, MOBILE, UNSEEN, NO_RECORD = "mapped", "on-mobile", "unseen", "no-record"
NEVER_DIALLED, QUEUE, AUDIO = "never-dialled", "queue", "audio"
WEIGHTS = {
    ANSWERED: 22, MISSED: 12, TRANSFER: 8, RING_ALL: 8, HUNT: 5, CALL_OUT: 8, VAIN: 5, INTERNAL: 4, CHAT: 8,
    QUEUE: 5, AUDIO: 4, WITHHELD: 3, MAPPED: 5, MOBILE: 4, UNSEEN: 5, NO_RECORD: 2, NEVER_DIALLED: 1,
}  # fmt: skip


@dataclass
class Turn:
    """One agent's part. Times are seconds since 1970; `answered` is None when nobody took it. `shown`: by a pop."""

    agent: int
    rang: float
    answered: float | None
    ended: float
    shown: bool = True
    kind: str = "staffSeat"
    by_mobile: bool = False
    record_id: str = ""
    note: str = ""


@dataclass
class Contact:
    """One session. `caller` is the customer's end as records write it, `shown_as` as hashes do, `value` in E.164."""

    session: str
    scenario: str
    started: float
    ended: float
    caller: str
    shown_as: str
    value: str
    end_kind: str = "phone"
    outbound: bool = False
    status: str = "ok"
    turns: list[Turn] = field(default_factory=list)
    # The record is pushed; the number was clicked.
    told: bool = True
    dialled: bool = False
    voicemail: bool = False
    recorded: bool = False
    nickname: str = ""
    satisfaction: str = ""

    @property
    def is_chat(self) -> bool:
        """A chat has a session id of its own family."""
        return self.scenario == CHAT

    @property
    def answered(self) -> float | None:
        """When somebody first spoke with the customer."""
        return min((t.answered for t in self.turns if t.answered), default=None)


@dataclass
class Sheet:
    """All of it. `known` are the customers' names by number; numbers of `shared` have two."""

    agents: int
    contacts: list[Contact]
    known: dict[str, str]
    shared: list[str]

    def as_json(self) -> dict[str, Any]:
        """Plain values; `read_sheet` takes them."""
        return asdict(self)


def read_sheet(raw: dict[str, Any]) -> Sheet:
    """The sheet that `as_json` gave."""
    contacts = [Contact(**{**c, "turns": [Turn(**t) for t in c["turns"]]}) for c in raw["contacts"]]
    return Sheet(**{**raw, "contacts": contacts})


def seat(agent: int) -> str:
    """The e-mail of an agent's seat."""
    return f"agent{agent:02}@{HOUSE}"


def mobile(agent: int) -> str:
    """An agent's own mobile, as people write it."""
    return f"139{agent:08}"


class Centre:
    """Makes calls: nobody talks to two people at once, and no number makes two calls at once."""

    def __init__(self, dice: Random, agents: int, start: float) -> None:
        self.dice = dice
        self.agents = agents
        self.clock = start
        self.free = [start] * agents
        self.numbers: list[tuple[str, str, str]] = []
        self.number_free: dict[str, float] = {}
        self.contacts: list[Contact] = []

    def fill(self, count: int) -> None:
        """Make about this many sessions."""
        names = list(WEIGHTS)
        while len(self.contacts) < count:
            if len(self.contacts) % 17 == 5:
                self.twice()
            else:
                self.one(self.dice.choices(names, list(WEIGHTS.values()))[0])

    def people(self, count: int, *, apart: float = 4) -> list[int]:
        """Agents who are free; time goes on until there are enough."""
        self.clock += self.dice.uniform(1, 12)
        wait = sorted(self.free)[count - 1] + apart
        self.clock = float(int(max(self.clock, wait)))
        idle = [n for n, when in enumerate(self.free) if when + apart <= self.clock]
        return self.dice.sample(idle, count)

    def number(self, scenario: str) -> tuple[str, str, str]:
        """(as records write it, as the hash shows it, E.164), new or of somebody who called before."""
        if scenario == WITHHELD:
            return self.dice.choice(
                [("", "", ""), ("anonymous", "anonymous", ""), ("", "unknown", "")]
            )
        if scenario == MAPPED:
            uid = "139" + "".join(self.dice.choices("bcdfghjkmnpqrstvwz", k=9))
            return uid, uid, uid
        ready = [n for n in self.numbers if self.number_free[n[2]] + 40 <= self.clock]
        if ready and self.dice.random() < 0.35:
            return self.dice.choice(ready)
        made = new_number(self.dice)
        self.numbers.append(made)
        return made

    def one(self, scenario: str, number: tuple[str, str, str] | None = None) -> Contact:
        """One session of this kind, from now on."""
        some = {TRANSFER: 2, RING_ALL: 3, HUNT: 2, INTERNAL: 2}.get(scenario, 1)
        agents = self.people(min(some, self.agents))
        if scenario in (CHAT, AUDIO):
            uid = "oZB6q5" + "".join(self.dice.choices("abcdefghij0123456789_-", k=22))
            number = (uid, uid, uid)
        elif scenario == INTERNAL:
            number = (seat(agents[0]), "", "")
        caller, shown_as, value = number or self.number(scenario)
        session = str(UUID(int=self.dice.getrandbits(128), version=4))
        at = self.clock
        contact = Contact(session, scenario, at, at, caller, shown_as, value)
        contact.turns = self.turns(contact, agents, at + self.dice.randint(0, 5))
        contact.ended = max(t.ended for t in contact.turns) if contact.turns else at + 9
        self.finish(contact)
        for turn in contact.turns:
            self.free[turn.agent] = max(self.free[turn.agent], turn.ended)
        self.number_free[value] = contact.ended
        self.contacts.append(contact)
        return contact

    def turns(self, contact: Contact, agents: Sequence[int], at: float) -> list[Turn]:
        """Who rang and who spoke."""
        kind, dice = contact.scenario, self.dice
        talk, pick_up = dice.randint(8, 120), dice.randint(2, 9)
        first = Turn(agents[0], at, at + pick_up, at + pick_up + talk)
        if kind in (MISSED, VAIN):
            return [Turn(agents[0], at, None, at + dice.randint(6, 25))]
        if kind == QUEUE:
            return []
        if kind == NEVER_DIALLED:
            return [Turn(agents[0], at, None, at, shown=False)]
        if kind == INTERNAL:
            return [Turn(agents[1], at, at + pick_up, at + pick_up + talk, shown=False)]
        if kind == TRANSFER:
            a, b = agents
            over = first.ended
            second = Turn(b, over, over + pick_up, over + pick_up + talk)
            back = second.ended
            return [first, second, Turn(a, back, back + 3, back + 3 + dice.randint(5, 60))]
        if kind == RING_ALL:
            rest = [Turn(n, at, None, at + pick_up) for n in agents[1:]]
            return [first, *rest]
        if kind == HUNT:
            gave_up = Turn(agents[0], at, None, at + 15)
            at += 16
            return [gave_up, Turn(agents[1], at, at + pick_up, at + pick_up + talk)]
        if kind == MOBILE:
            first.kind, first.by_mobile = "staffPhoneSeat", dice.random() < 0.5
        first.shown = kind not in (MOBILE, UNSEEN)
        return [first]

    def finish(self, contact: Contact) -> None:
        """What follows from the scenario."""
        kind, dice = contact.scenario, self.dice
        contact.outbound = kind in (CALL_OUT, VAIN, NEVER_DIALLED)
        contact.dialled = contact.outbound
        contact.told = kind not in (NO_RECORD, NEVER_DIALLED)
        contact.end_kind = {CHAT: "openid", AUDIO: "openid", MAPPED: "mapped"}.get(kind, "phone")
        if kind == MISSED:
            contact.status = dice.choice(["ringingGiveUp", "seatGiveUp", "somethingNew"])
            contact.voicemail = dice.random() < 0.3
        if kind == QUEUE:
            contact.status = dice.choice(["waitingGiveUp", "noSeatOnline", "ivrGiveUp"])
        if kind == VAIN:
            contact.status = dice.choice(["notAnswer", "busy", "powerOff"])
        if kind == CHAT:
            contact.nickname = "小君君"
        talked = contact.answered is not None and kind not in (CHAT, INTERNAL) and contact.told
        contact.recorded = talked and dice.random() < 0.9
        if contact.answered and dice.random() < 0.4:
            contact.satisfaction = "非常满意"
        for place, turn in enumerate(contact.turns):
            turn.record_id = str(int(turn.rang)) + str(place) if turn.answered else ""
            # A dialled number is named by a hash only now and then.
            if contact.dialled and turn.shown:
                turn.shown = dice.random() < 0.5
            if turn.shown and turn.answered and dice.random() < 0.6:
                turn.note = f"note {contact.session} {place}"

    def twice(self) -> None:
        """The same customer again within a minute of giving up."""
        number = self.number(ANSWERED)
        first = self.one(MISSED, number)
        self.clock = first.ended + self.dice.randint(4, 20)
        self.one(self.dice.choice([ANSWERED, MISSED]), number)


def new_number(dice: Random) -> tuple[str, str, str]:
    """A mobile or a landline in the forms that the platform uses, and in E.164."""
    if dice.random() < 0.75:
        digits = f"1{dice.choice('35789')}{dice.choice('012356789')}{dice.randrange(10**8):08}"
        shown = dice.choice(
            [digits, "0086" + digits, "+86" + digits, f"+86 {digits[:3]} {digits[3:]}"]
        )
        return dice.choice(["0086" + digits, digits]), shown, "+86" + digits
    area = dice.choice(["755", "20", "10", "571"])
    digits = f"{area}{dice.randint(2, 8)}{dice.randrange(10**7):07}"
    shown = dice.choice(["0" + digits, "00860" + digits, f"0{area}-{digits[len(area) :]}"])
    return dice.choice(["00860" + digits, "0" + digits]), shown, "+86" + digits


def make_sheet(seed: int, count: int, end: float) -> Sheet:
    """About `count` sessions, all over by `end` (seconds since 1970)."""
    agents = max(6, count // 400)
    whole = Centre(Random(seed), agents, 0.0)
    whole.fill(count)
    over = max(contact.ended for contact in whole.contacts)
    centre = Centre(Random(seed), agents, float(int(end - over - 60)))
    centre.fill(count)
    phones = sorted({c.value for c in centre.contacts if c.end_kind == "phone" and c.value})
    names = {value: f"客户{value[-6:]}" for n, value in enumerate(phones) if n % 2}
    return Sheet(agents, centre.contacts, names, [v for n, v in enumerate(names) if n % 11 == 3])
