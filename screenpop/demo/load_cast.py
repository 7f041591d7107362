"""Puts the fixed cast, the coded outcomes and the business fields into the database, each once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from customers.addresses import read_address
from customers.matching import Reason
from customers.models import (
    CardField,
    Customer,
    Disposition,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
    NumberMention,
)
from customers.notes import numbers_in
from screenpop.demo import cast, words
from screenpop.demo.rows import Counter


def ensure_dispositions(counter: Counter) -> dict[str, int]:
    """Two levels of outcomes; what an administrator changed stays. Code → key."""
    groups: list[tuple[str, str, str, str, Any]] = [
        (
            code,
            chinese,
            english,
            Interaction.Direction.INBOUND,
            [(f"{code}-{c}", zh, en) for c, zh, en in words.RESULTS],
        )
        for code, chinese, english in words.REASONS
    ]
    outbound = Interaction.Direction.OUTBOUND
    groups += [
        ("reached", "已接通", "Reached", outbound, words.REACHED),
        ("not-reached", "未接通", "Not reached", outbound, words.NOT_REACHED),
    ]
    for position, (code, chinese, english, direction, children) in enumerate(groups, start=1):
        parent = _disposition(counter, code, chinese, english, direction, position, None)
        for place, (child, zh, en) in enumerate(children, start=1):
            _disposition(counter, child, zh, en, direction, place, parent)
    return dict(Disposition.objects.values_list("code", "pk"))


def _disposition(
    counter: Counter,
    code: str,
    zh: str,
    en: str,
    direction: str,
    position: int,
    parent: Disposition | None,
) -> Disposition:
    fields = {
        "name_zh": zh,
        "name_en": en,
        "direction": direction,
        "position": position,
        "parent": parent,
    }
    row, created = Disposition.objects.get_or_create(code=code, defaults=fields)
    counter.rows += created
    return row


def ensure_card_fields(counter: Counter) -> None:
    """What the demo's customers have; nothing where an administrator has chosen fields already."""
    if CardField.objects.exists():
        return
    wanted = [
        ("会员号", "Member no.", CardField.Kind.TEXT),
        ("合同到期", "Contract until", CardField.Kind.DATE),
    ]
    for position, (name, english, kind) in enumerate(wanted, start=1):
        CardField.objects.create(
            key=name, name_zh=name, name_en=english, kind=kind, position=position
        )
        counter.rows += 1


def ensure_cast(
    counter: Counter, agents: dict[str, Any], outcomes: dict[str, int], now: datetime
) -> None:
    """Everybody who is missing, with their story; and the centre's own line."""
    line = Endpoint.objects.at("phone", cast.OWN_LINE)
    if line is not None and not line.is_own_line:
        line.is_own_line = True
        line.save(update_fields=["is_own_line"])
        counter.rows += 1
    for member in cast.CAST:
        if not Customer.objects.filter(own_id=member.person.own_id).exists():
            with transaction.atomic():
                _add(member, counter, agents, outcomes, now)


def _add(
    member: cast.Member,
    counter: Counter,
    agents: dict[str, Any],
    outcomes: dict[str, int],
    now: datetime,
) -> None:
    person = member.person
    owner = agents[member.history[-1].agent]
    customer = Customer.objects.create(
        own_id=person.own_id,
        name=person.name,
        company=person.company,
        title=person.title,
        level=person.level,
        tags=person.tags,
        attributes=person.attributes,
        owner=owner,
    )
    ends = []
    for contact in person.contacts:
        point = customer.add_contact_point(
            contact.kind, contact.raw, label=contact.label, source="demo"
        )
        endpoint = point.endpoint
        endpoint.is_shared = endpoint.is_shared or contact.is_shared
        endpoint.do_not_call = endpoint.do_not_call or contact.do_not_call
        endpoint.save(update_fields=["is_shared", "do_not_call"])
        ends.append(endpoint)
    counter.rows += 1 + 2 * len(ends)
    for number, past in enumerate(member.history, start=1):
        session = f"{person.own_id.lower()}-{number}"
        _tell(
            past, session, customer, ends[past.contact], agents[past.agent], outcomes, counter, now
        )


def _tell(
    past: cast.Past,
    session: str,
    customer: Customer,
    endpoint: Endpoint,
    agent: Any,
    outcomes: dict[str, int],
    counter: Counter,
    now: datetime,
) -> None:
    is_chat = endpoint.kind == Endpoint.Kind.OPENID
    picked = endpoint.is_shared or endpoint.kind == Endpoint.Kind.MASKED
    started = now - timedelta(hours=past.hours_ago)
    answered = started + timedelta(seconds=9)
    ended = answered + timedelta(seconds=past.seconds)
    interaction = Interaction.objects.create(
        session_id=session,
        channel_family=Interaction.Family.CHAT if is_chat else Interaction.Family.PHONE,
        channel="im" if is_chat else "phone",
        direction=Interaction.Direction.OUTBOUND
        if past.is_outbound
        else Interaction.Direction.INBOUND,
        endpoint=endpoint,
        nickname=cast.NICKNAME if is_chat else "",
        customer=customer,
        linked_by=agent if picked else None,
        linked_at=started,
        link_reason=Reason.PICKED if picked else Reason.EXACT,
        provisional=False,
        started_at=started,
        told_started_at=started,
        told_ended_at=ended,
        end_status="ok",
    )
    leg = Leg.objects.create(
        interaction=interaction,
        endpoint=endpoint,
        user=agent,
        agent_email=agent.seats.values_list("email", flat=True).first() or "",
        state=Leg.State.CLOSED,
        ending=Leg.Ending.WRAPPED_UP,
        started_at=started,
        rang_at=started,
        connected_at=answered,
        ended_at=ended,
        last_signal_at=ended,
        note=past.note,
        note_version=1,
        note_saved_at=ended,
        disposition_id=outcomes[past.disposition],
        wrapped_up_at=ended + timedelta(seconds=25),
    )
    counter.rows += 2
    if past.promise:
        promise = FollowUp.objects.create(
            customer=customer,
            leg=leg,
            owner=agent,
            text=past.promise,
            due_at=now - timedelta(hours=past.due_hours_ago),
        )
        FollowUp.objects.filter(pk=promise.pk).update(created_at=ended)
        counter.rows += 1
    for raw in numbers_in(past.note):
        mentioned = Endpoint.objects.of(read_address("phone", raw))
        if mentioned is not None and raw == cast.MENTIONED:
            mention = NumberMention.objects.create(endpoint=mentioned, leg=leg)
            NumberMention.objects.filter(pk=mention.pk).update(created_at=ended)
            counter.rows += 2
