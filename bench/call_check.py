"""Whether the database tells what the sheet tells. Reads tables only, and none of the program's own reckoning.

Each function gives what is wrong, in words, without anybody's number.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bench.call_pushes import SAMPLE_SESSION, Script, Sent
from bench.call_sheet import CHAT, INTERNAL, WITHHELD, Contact, Sheet, Turn, seat

NOT_OWED = {"ivrGiveUp", "ivrEnd", "blackList"}


WAITS, APART = "waits", "apart"


def limbo(sheet: Sheet) -> dict[str, str]:
    """Sessions of callers without a number: only a person can tell which card is theirs.

    A record that finds cards waits. One that came before its card is told alone, and both stand on the board.
    """
    from customers.models import Interaction

    found = {}
    for contact in sheet.contacts:
        if contact.scenario == WITHHELD and contact.turns[0].shown:
            told = Interaction.objects.filter(session_id=contact.session, legs__last_signal="")
            found[contact.session] = APART if told.exists() else WAITS
    return found


def faults(sheet: Sheet, script: Script, unsure: Mapping[str, str]) -> list[str]:
    """All that is wrong. `unsure`: those that nobody has settled yet, as `limbo` gives them."""
    from customers.models import Interaction, Leg, Recording

    found: list[str] = []
    for contact in sheet.contacts:
        found += _contact(sheet, contact, unsure.get(contact.session, ""))
    found += _events(sheet, script, unsure)
    found += _inbox(script)
    apart = list(unsure.values()).count(APART)
    turns = sum(len(contact.turns) for contact in sheet.contacts)
    sounds = {_sound(one) for one in script.sent if one.action in ("record", "voicemail")}
    for name, is_there, wanted in (
        (
            "interactions",
            Interaction.objects.filter(merged_into=None),
            2 + len(sheet.contacts) + apart,
        ),
        ("legs", Leg.objects.all(), 2 + turns + apart),
        ("recordings", Recording.objects.all(), len(sounds)),
    ):
        if is_there.count() != wanted:
            found.append(f"{is_there.count()} {name}, not {wanted}")
    return [*found, *_samples(), *_owed(sheet)]


def _sound(sent: Sent) -> tuple[str, ...]:
    body = json.loads(sent.body)
    return (sent.action, body["SessionId"], str(body["EndpointUser"]), str(body.get("RecordId")))


def _samples() -> Iterator[str]:
    """What the documents' samples come to: a vain call of ours and a chat, under one id."""
    from customers.models import Interaction, Recording

    rows = Interaction.objects.filter(session_id=SAMPLE_SESSION)
    found = set(
        rows.values_list(
            *("channel_family", "direction", "endpoint__value", "line__value", "end_status"),
            *("satisfaction", "told_connected_at", "legs__agent_email", "legs__told_sequence"),
        )
    )
    agent = ("lululing@tencent.com", 0)
    call = (
        "phone",
        "outbound",
        "+8618621520280",
        "+862066247698",
        "error",
        "非常满意",
        None,
        *agent,
    )
    chat = ("chat", "inbound", "oZB6q5c-tuMEz-ZiHOAkhW59a4AI", None, "error", "满意", None, *agent)
    if found != {call, chat}:
        yield f"the samples come to {found}"
    sounds = Recording.objects.filter(session_id=SAMPLE_SESSION)
    told = sounds.values_list("kind", "party", "leg__agent_email", "interaction__channel_family")
    wanted = {("call", "agent", agent[0], "phone"), ("voicemail", "customer", None, "phone")}
    if set(told) != wanted or len(told) != len(wanted):
        yield f"the samples' recordings are {list(told)}"


def _at(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _contact(sheet: Sheet, contact: Contact, how: str) -> Iterator[str]:
    from customers.models import Interaction
    from screenpop.models import Discrepancy

    name = f"{contact.scenario} {contact.session[:8]}"
    family = "chat" if contact.is_chat else "phone"
    rows = list(
        Interaction.objects.filter(session_id=contact.session, channel_family=family)
        .select_related("endpoint", "customer")
        .prefetch_related("legs__user")
    )
    waiting = Discrepancy.objects.filter(
        kind="ambiguous", session_id=contact.session, settled_at=None
    ).count()
    wanted = int(how == WAITS)
    if waiting != wanted:
        yield f"{name}: waits {waiting} times, not {wanted}"
    if wanted or not contact.told:
        if rows:
            yield f"{name}: has an interaction of its session already"
        return
    if len(rows) != 1:
        yield f"{name}: {len(rows)} interactions"
        return
    if how == APART:
        turns = [replace(turn, shown=False, note="") for turn in contact.turns]
        contact = replace(contact, turns=turns)
    yield from (f"{name}: {fault}" for fault in _facts(sheet, contact, rows[0]))


def _facts(sheet: Sheet, contact: Contact, row: Any) -> Iterator[str]:
    direction = "outbound" if contact.outbound else "inbound"
    told = (row.merged_into_id, row.provisional, row.direction, row.end_status, row.satisfaction)
    wanted = (None, False, direction, contact.status, contact.satisfaction)
    if told != wanted:
        yield f"tells {told}, not {wanted}"
    times = (_at(row.told_started_at), _at(row.told_connected_at), _at(row.told_ended_at))
    if times != (int(contact.started), int(contact.answered or 0), int(contact.ended)):
        yield "has other times"
    if contact.scenario == INTERNAL:
        if row.call_type != "internal":
            yield "is not internal"
    elif (row.endpoint.value if row.endpoint else "") != contact.value:
        yield "has another end"
    names = sheet.known.get(contact.value, "") if contact.value not in sheet.shared else ""
    if (row.customer.name if row.customer else "") != names:
        yield "has another customer"
    yield from _legs(contact, row)
    yield from _sounds(contact, row)


def _legs(contact: Contact, row: Any) -> Iterator[str]:
    legs = {leg.told_sequence: leg for leg in row.legs.all()}
    if sorted(legs, key=str) != sorted(
        range(len(contact.turns)), key=str
    ) or row.legs.count() != len(legs):
        yield f"has the parts {sorted(legs, key=str)} of {len(contact.turns)}"
        return
    order = sorted(legs.values(), key=lambda leg: leg.sequence)
    if [leg.sequence for leg in order] != list(range(1, len(order) + 1)):
        yield "numbers its legs otherwise"
    for place, turn in enumerate(contact.turns):
        leg = legs[place]
        if (leg.agent_email, leg.user and leg.user.username) != (
            seat(turn.agent),
            f"agent{turn.agent:02}",
        ):
            yield f"part {place} has another agent"
        if bool(leg.last_signal) != turn.shown:
            yield f"part {place}: shown by a pop is {bool(leg.last_signal)}"
        if leg.note != turn.note:
            yield f"part {place} has another note: {leg.note[:60]!r}"
        if (state := f"{leg.state} {leg.ending}".strip()) != _state(contact, turn):
            yield f"part {place} is {state!r}"
        if _at(leg.told_connected_at) != int(turn.answered or 0):
            yield f"part {place} was answered at another time"


def _state(contact: Contact, turn: Turn) -> str:
    if contact.scenario == INTERNAL:
        return "closed"
    if turn.answered:
        return "wrap-up"
    if contact.outbound:
        return "closed no-answer"
    rung_together = any(t.answered and abs(t.rang - turn.rang) <= 1 for t in contact.turns)
    return "closed elsewhere" if rung_together else "missed"


def _sounds(contact: Contact, row: Any) -> Iterator[str]:
    from customers.models import Recording

    rows = Recording.objects.filter(session_id=contact.session, channel_family="phone")
    if row.channel_family != "phone":
        return
    found = Counter(
        (
            r.kind,
            r.record_id if r.kind == "call" else "",
            r.interaction_id == row.pk,
            r.leg and r.leg.told_sequence,
        )
        for r in rows.select_related("leg")
    )
    wanted: Counter[Any] = Counter()
    if contact.recorded:
        wanted[("call", "c", True, None)] += 1
        for place, turn in enumerate(contact.turns):
            wanted[("call", turn.record_id, True, place)] += bool(turn.answered)
    if contact.voicemail:
        wanted[("voicemail", "", True, None)] += 1
    if +wanted != found:
        yield f"recordings {dict(found)}, not {dict(+wanted)}"


def _events(sheet: Sheet, script: Script, unsure: Mapping[str, str]) -> Iterator[str]:
    """Every hash is there once, and on the turn that it was about."""
    from screenpop.models import PopEvent

    rows = PopEvent.objects.select_related("leg__interaction").in_bulk(field_name="event_id")
    sent = [seen for seen in script.seen if seen.what != "note"]
    if len(rows) != len(sent):
        yield f"{len(rows)} pop events, {len(sent)} sent"
    for seen in sent:
        contact, row = sheet.contacts[seen.contact], rows.get(seen.event_id)
        name = f"{contact.scenario} {contact.session[:8]} part {seen.turn}: {seen.what}"
        if row is None or row.leg is None:
            yield f"{name} is on no card"
            continue
        home, known = row.leg.interaction, contact.told and contact.session not in unsure
        if home.session_id != (contact.session if known else None):
            yield f"{name} is on another session's card"
        elif known and row.leg.told_sequence != seen.turn:
            yield f"{name} is on part {row.leg.told_sequence}"
        elif not known and row.leg.note != contact.turns[seen.turn].note:
            yield f"{name} lost its note"


def _inbox(script: Script) -> Iterator[str]:
    """Each push once, in the state that it deserves."""
    from screenpop.models import Push

    states = {"good": "applied", "broken": "failed", "foreign": "foreign", "odd": "ignored"}
    wanted = Counter(states[one.sort] for one in unique(script.sent))
    found = Counter(Push.objects.values_list("state", flat=True))
    if wanted != found:
        yield f"the inbox holds {dict(found)}, not {dict(wanted)}"


def unique(sent: list[Sent]) -> list[Sent]:
    """Without those that say the same without a name of their own."""
    named = [one for one in sent if one.uuid]
    return named + list({(one.action, one.body): one for one in sent if not one.uuid}.values())


def owed(sheet: Sheet) -> dict[str, tuple[int, int]]:
    """Number → (missed since the last talk, vain calls of ours since the first of these)."""
    by_number: dict[str, list[Contact]] = defaultdict(list)
    for contact in sheet.contacts:
        if contact.told and contact.value and contact.scenario not in (CHAT, INTERNAL):
            by_number[contact.value].append(contact)
    found = {}
    for value, contacts in by_number.items():
        last_talk = max((t.answered for c in contacts for t in c.turns if t.answered), default=0.0)
        missed = [
            c
            for c in contacts
            if not (c.outbound or c.answered or (c.status in NOT_OWED and not c.voicemail))
            and c.ended > last_talk
        ]
        if missed:
            first = min(c.started for c in missed)
            tried = sum(c.outbound and not c.answered and c.started >= first for c in contacts)
            found[value] = (len(missed), tried)
    return found


def _owed(sheet: Sheet) -> Iterator[str]:
    from customers.models import FollowUp

    wanted = owed(sheet)
    rows = FollowUp.objects.filter(kind="missed", done_at=None).select_related("endpoint")
    found = {row.endpoint.value: (row.missed_times, row.attempts) for row in rows if row.endpoint}
    for value in wanted.keys() | found.keys():
        if wanted.get(value) != found.get(value):
            yield f"owed to one number (missed, tried): {found.get(value)}, not {wanted.get(value)}"
