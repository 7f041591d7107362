"""Writing down what a record tells. It owns facts alone: never a note, an outcome, or a customer that a person set."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from customers.identity import base_of
from customers.models import Endpoint, Interaction, Leg, SkillGroup
from screenpop.cdr import Part, Record
from screenpop.record_ends import Ends
from screenpop.record_seats import Seats
from screenpop.told_state import first_state, told_state

# Seen columns of a leg that no pop ever saw tell nothing; its times are all told.
_TOLD_TIMES = (
    ("told_started_at", "started_at"),
    ("told_queued_at", "queued_at"),
    ("told_rang_at", "rang_at"),
    ("told_connected_at", "connected_at"),
    ("told_ended_at", "ended_at"),
    ("talk_seconds", "talk_seconds"),
    ("ivr_seconds", "ivr_seconds"),
    ("ivr_path", "ivr_path"),
    ("end_status", "end_status"),
    ("hung_up_by", "hung_up_by"),
    ("satisfaction", "satisfaction"),
    ("remark", "remark"),
    ("call_type", "call_type"),
)


def write_call(interaction: Interaction, record: Record, ends: Ends, at: datetime) -> None:
    """Put the session's facts on its interaction. What a later push of it leaves out stays."""
    told: dict[str, Any] = {
        column: value
        for column, name in _TOLD_TIMES
        if (value := getattr(record, name)) not in (None, "", [])
    }
    told |= {"session_id": record.session_id, "channel_family": record.family, "provisional": False}
    if interaction.told_at is None:
        told["told_at"] = at
    if ends.address.value or record.direction:
        told["direction"] = ends.direction
    if group := _skill_group(record):
        told["skill_group"] = group
    if ends.line.value and interaction.line_id is None:
        told["line"] = Endpoint.objects.of(ends.line)
    if record.nickname and not interaction.nickname:
        told["nickname"] = record.nickname
    _write(interaction, told)


def set_end(interaction: Interaction, rows: Sequence[Endpoint], behind: str) -> None:
    """The customer's end as the record tells it, where the pop saw none, only a mask of it, or what is hidden by it.

    `behind`: the number behind the record's end, where that is an id of ours.
    """
    if not rows or rows[0].pk in (interaction.endpoint_id, interaction.second_endpoint_id):
        return
    seen = interaction.endpoint
    told_whole = rows[0].kind == Endpoint.Kind.PHONE
    if (
        seen is None
        or (seen.kind == Endpoint.Kind.MASKED and told_whole)
        # All calls with a number are found at one end: what is owed there is settled there.
        or (bool(behind) and seen.kind == Endpoint.Kind.PHONE and base_of(seen) == behind)
    ):
        _write(interaction, {"endpoint": rows[0]})


def _skill_group(record: Record) -> SkillGroup | None:
    key, name = record.skill_group_id, record.skill_group_name
    if not key or key == "0":
        return None
    group = SkillGroup.objects.filter(platform_id=key).first()
    if group is not None:
        return group
    named = SkillGroup.objects.filter(name=name, platform_id=None).first() if name else None
    if named is not None:
        named.platform_id = key
        named.save(update_fields=["platform_id"])
        return named
    try:
        with transaction.atomic():
            return SkillGroup.objects.create(platform_id=key, name=_free_name(name, key))
    except IntegrityError:
        return SkillGroup.objects.filter(platform_id=key).first()


def _free_name(name: str, key: str) -> str:
    """Two of the platform's groups may bear one name."""
    taken = not name or SkillGroup.objects.filter(name=name).exists()
    return f"{name[:50]} #{key}".strip() if taken else name


def write_part(leg: Leg, part: Part, record: Record) -> None:
    """Put a part's facts on its leg, and end it when its page never told that it ended."""
    told: dict[str, Any] = _part_facts(part, record)
    moved = told_state(
        leg.state, leg.ending, part, record, wrapped_up=leg.wrapped_up_at is not None
    )
    if moved:
        told["state"], told["ending"] = moved
    if leg.provisional:
        told["provisional"] = False
    if not leg.agent_email and part.email:
        told["agent_email"] = part.email
    _write(leg, told, "changed_at")


def add_part(
    interaction: Interaction,
    endpoint: Endpoint | None,
    part: Part,
    record: Record,
    seats: Seats,
    sequence: int,
) -> Leg:
    """A leg that no pop saw: answered on a mobile, or while no page was open. It waits in its agent's own wrap-up."""
    began = part.rang_at or part.started_at or part.connected_at or interaction.started_at
    state, ending = first_state(part, record)
    return Leg.objects.create(
        interaction=interaction,
        sequence=sequence,
        endpoint=endpoint,
        user_id=seats.user_of.get(part.email),
        agent_email=part.email,
        state=state,
        ending=ending,
        started_at=began,
        last_signal_at=max(began, part.ended_at or record.ended_at or began),
        **_part_facts(part, record),
    )


def _part_facts(part: Part, record: Record) -> dict[str, Any]:
    lone = len(record.parts) == 1
    told = {
        "told_sequence": part.sequence,
        "told_rang_at": part.rang_at or (record.rang_at if lone else None),
        "told_connected_at": part.connected_at,
        "told_ended_at": part.ended_at or (record.ended_at if lone else None),
        "told_kind": part.kind[:24],
        "told_status": part.status,
        "told_record_id": part.record_id,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _write(row: Interaction | Leg, values: dict[str, Any], *stamps: str) -> None:
    """Save what differs, and nothing else."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=[*changed, *stamps])
