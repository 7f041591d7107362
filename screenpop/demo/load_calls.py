"""Puts invented calls and chats into the database, in batches and in the order of time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Max

from customers.addresses import Address, read_address
from customers.matching import Reason
from customers.models import ContactPoint, Endpoint, FollowUp, Interaction, Leg, NumberMention
from screenpop.demo import numbers
from screenpop.demo.calendar import Calendar
from screenpop.demo.calls import SESSION_PREFIX, Call, call
from screenpop.demo.load_customers import Ends, find_endpoints, highest_customer, key_of
from screenpop.demo.names import nickname
from screenpop.demo.people import own_id
from screenpop.demo.rows import Counter, insert, like

BATCH = 2_000
_STRANGERS, _MENTIONS = 0.04, 0.03
_SERIALS_OF_STRANGERS, _SERIALS_OF_MENTIONS = 30_000_000, 60_000_000
_OPEN_MISSED = timedelta(hours=30)


_INTERACTION, _LEG = Interaction(), Leg()


@dataclass(frozen=True, slots=True)
class Agent:
    """Who takes calls."""

    pk: int
    email: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Who is called: an endpoint, and its customer unless nobody knows it."""

    endpoint: int
    kind: str
    customer: int | None = None
    name: str = ""
    needs_pick: bool = False


@dataclass(slots=True)
class Batch:
    """The rows of one batch, and the missed calls that nobody has returned so far."""

    now: datetime
    outcomes: dict[str, int]
    missed: dict[int, FollowUp]
    interactions: list[Interaction] = field(default_factory=list)
    legs: list[tuple[Interaction, Leg]] = field(default_factory=list)
    follow_ups: list[tuple[Leg, FollowUp]] = field(default_factory=list)
    mentions: list[tuple[Leg, NumberMention]] = field(default_factory=list)
    returned: list[FollowUp] = field(default_factory=list)


def highest_call() -> int:
    """The index of the last demo call, 0 when there is none."""
    ours = Interaction.objects.filter(session_id__startswith=SESSION_PREFIX)
    last = ours.aggregate(last=Max("session_id"))["last"]
    return int(last.removeprefix(SESSION_PREFIX)) if last else 0


def load_calls(
    target: int,
    counter: Counter,
    agents: Sequence[Agent],
    outcomes: dict[str, int],
    calendar: Calendar,
) -> None:
    """Make demo calls until there are `target`, over the last ninety days."""
    first, people = highest_call() + 1, highest_customer()
    missed = {
        row.endpoint_id: row
        for row in FollowUp.objects.open().filter(kind=FollowUp.Kind.MISSED)
        if row.endpoint_id
    }
    for start in range(first, target + 1, BATCH if people else target + 1):
        indexes = range(start, min(start + BATCH, target + 1))
        moments = [(index - first + 0.5) / (target - first + 1) for index in indexes]
        if people:
            with transaction.atomic():
                batch = Batch(calendar.latest, outcomes, missed)
                _compose(batch, indexes, moments, people, agents, calendar, counter)
                _write(batch, counter)


def _compose(
    batch: Batch,
    indexes: Sequence[int],
    shares: Sequence[float],
    people: int,
    agents: Sequence[Agent],
    calendar: Calendar,
    counter: Counter,
) -> None:
    rng = Random(indexes[0])  # noqa: S311
    # A few customers call often, most seldom.
    chosen = [1 + int(people * rng.random() ** 1.6) for _index in indexes]
    reach = _reachable(chosen)
    unknown: dict[int, Address] = {}
    mentioned: dict[int, tuple[str, Address]] = {}
    for index in indexes:
        if rng.random() < _STRANGERS:
            raw = numbers.mobile(rng, _SERIALS_OF_STRANGERS + index)
            unknown[index] = read_address("phone", raw)
        if rng.random() < _MENTIONS:
            raw = numbers.plain_mobile(rng, _SERIALS_OF_MENTIONS + index)
            mentioned[index] = raw, read_address("phone", raw)
    ends = find_endpoints([*unknown.values(), *(a for _raw, a in mentioned.values())], batch.now)
    insert([end for end in ends.values() if isinstance(end, Endpoint)], counter)
    for index, person, share in zip(indexes, chosen, shares, strict=True):
        raw, address = mentioned.get(index, ("", None))
        if index in unknown or own_id(person) not in reach:
            stranger = unknown.get(index)
            if stranger is None:
                continue
            reached = Reached(_key(ends, stranger), stranger.kind)
        else:
            reached = rng.choice(reach[own_id(person)])
        found = call(index, reached.kind, raw)
        started = min(calendar.moment(share, rng), calendar.latest)
        leg = _add_call(
            batch, found, reached, started, rng.sample(agents, min(2, len(agents))), rng
        )
        if address is not None and found.note:
            mention = NumberMention(endpoint_id=_key(ends, address), created_at=leg.last_signal_at)
            batch.mentions.append((leg, mention))


def _key(ends: Ends, address: Address) -> int:
    return key_of(ends[address.kind, address.value])


def _reachable(chosen: Sequence[int]) -> dict[str, list[Reached]]:
    """How the customers of these indexes are reached by telephone or chat."""
    points = ContactPoint.objects.filter(
        customer__own_id__in={own_id(index) for index in chosen},
        endpoint__kind__in=[Endpoint.Kind.PHONE, Endpoint.Kind.MASKED, Endpoint.Kind.OPENID],
    ).values_list(
        "customer__own_id",
        "endpoint_id",
        "endpoint__kind",
        "customer_id",
        "customer__name",
        "endpoint__is_shared",
    )
    found: dict[str, list[Reached]] = defaultdict(list)
    for number, endpoint, kind, customer, name, shared in points.order_by("pk"):
        pick = shared or kind == Endpoint.Kind.MASKED
        found[str(number)].append(Reached(endpoint, kind, customer, name, pick))
    return found


def _add_call(
    batch: Batch,
    found: Call,
    reached: Reached,
    started: datetime,
    agents: Sequence[Agent],
    rng: Random,
) -> Leg:
    agent = agents[0]
    ended = started + timedelta(seconds=found.seconds)
    is_chat = found.channel != "phone"
    known = reached.customer is not None
    interaction = like(
        _INTERACTION,
        session_id=found.session_id,
        channel_family=Interaction.Family.CHAT if is_chat else Interaction.Family.PHONE,
        channel=found.channel,
        direction=Interaction.Direction.OUTBOUND
        if found.is_outbound
        else Interaction.Direction.INBOUND,
        endpoint_id=reached.endpoint,
        nickname=nickname(rng, reached.name) if is_chat and known else "",
        customer_id=reached.customer,
        linked_by_id=agent.pk if reached.needs_pick else None,
        linked_at=started if known else None,
        link_reason=(Reason.PICKED if reached.needs_pick else Reason.EXACT) if known else "",
        provisional=False,
        started_at=started,
        told_started_at=started,
        told_ended_at=ended,
        end_status=found.end_status,
        satisfaction=found.satisfaction,
    )
    batch.interactions.append(interaction)
    leg = _leg(batch, interaction, found, agent, started, ended)
    if found.transfer and len(agents) > 1:
        # The first agent's part ends where the second one's begins.
        handed = started + timedelta(seconds=found.rang + found.talked // 3)
        leg.ended_at = leg.last_signal_at = leg.told_ended_at = handed
        second = _leg(batch, interaction, found, agents[1], handed, ended)
        second.sequence, second.disposition_id = 2, leg.disposition_id
        second.note = "接上一位同事，已按说明处理。"
    if not found.talked:
        _owe_missed(batch, leg, reached, found, rng)
    else:
        _owe_promise(batch, leg, reached, found, rng)
        if waiting := batch.missed.pop(reached.endpoint, None):
            waiting.done_at = ended
            batch.returned.append(waiting)
    return leg


def _leg(
    batch: Batch,
    interaction: Interaction,
    found: Call,
    agent: Agent,
    started: datetime,
    ended: datetime,
) -> Leg:
    state, ending = Leg.State.CLOSED, Leg.Ending.WRAPPED_UP
    if not found.talked:
        missed = not found.is_outbound
        state = Leg.State.MISSED if missed else Leg.State.CLOSED
        ending = Leg.Ending.NONE if missed else Leg.Ending.NO_ANSWER
    answered = min(started + timedelta(seconds=found.rang), ended) if found.talked else None
    leg = like(
        _LEG,
        sequence=1,
        endpoint_id=interaction.endpoint_id,
        user_id=agent.pk,
        agent_email=agent.email,
        state=state,
        ending=ending,
        started_at=started,
        rang_at=started,
        connected_at=answered,
        ended_at=ended,
        last_signal_at=ended,
        told_rang_at=started,
        told_connected_at=answered,
        told_ended_at=ended,
        note=found.note,
        note_version=1 if found.note else 0,
        note_saved_at=ended if found.note else None,
        disposition_id=batch.outcomes.get(found.disposition),
        wrapped_up_at=ended + timedelta(seconds=20) if state == Leg.State.CLOSED else None,
        changed_at=ended,
    )
    batch.legs.append((interaction, leg))
    return leg


def _owe_missed(batch: Batch, leg: Leg, reached: Reached, found: Call, rng: Random) -> None:
    """A missed call is owed a call back; the old ones were returned, of the latest some are open."""
    if found.is_outbound or leg.ended_at is None or reached.endpoint in batch.missed:
        return
    row = FollowUp(
        kind=FollowUp.Kind.MISSED,
        customer_id=reached.customer,
        endpoint_id=reached.endpoint,
        due_at=leg.ended_at + timedelta(minutes=30),
        done_at=leg.ended_at + timedelta(minutes=rng.randrange(2, 90)),
        created_at=leg.ended_at,
    )
    if batch.now - leg.ended_at < _OPEN_MISSED:
        row.done_at = None
        batch.missed[reached.endpoint] = row
    batch.follow_ups.append((leg, row))


def _owe_promise(batch: Batch, leg: Leg, reached: Reached, found: Call, rng: Random) -> None:
    """What was promised: most of it kept, some of it overdue."""
    if not found.promise or reached.customer is None or leg.ended_at is None:
        return
    due = leg.ended_at + timedelta(days=found.promise_days)
    kept = due < batch.now and rng.random() < 0.96
    row = FollowUp(
        customer_id=reached.customer,
        endpoint_id=reached.endpoint,
        owner_id=leg.user_id,
        text=found.promise,
        due_at=due,
        done_at=due - timedelta(minutes=rng.randrange(10, 200)) if kept else None,
        created_at=leg.ended_at,
    )
    batch.follow_ups.append((leg, row))


def _write(batch: Batch, counter: Counter) -> None:
    insert(batch.interactions, counter)
    for interaction, leg in batch.legs:
        leg.interaction_id = interaction.pk
    insert([leg for _interaction, leg in batch.legs], counter)
    for leg, follow_up in batch.follow_ups:
        follow_up.leg_id = leg.pk
    for leg, mention in batch.mentions:
        mention.leg_id = leg.pk
    # Those returned within their own batch are inserted as done.
    before = [row for row in batch.returned if row.pk]
    insert([row for _leg, row in batch.follow_ups], counter)
    insert([row for _leg, row in batch.mentions], counter)
    for row in before:
        row.save(update_fields=["done_at"])
