"""The rows of one invented call: the interaction, its legs, and what is owed afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from customers.matching import Reason
from customers.models import FollowUp, Interaction, Leg, NumberMention
from screenpop.demo.calls import Call
from screenpop.demo.draw import between
from screenpop.demo.names import nickname
from screenpop.demo.rows import like

_INTERACTION, _LEG = Interaction(), Leg()
_OPEN_MISSED = timedelta(hours=30)


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


def add_call(
    batch: Batch,
    found: Call,
    reached: Reached,
    started: datetime,
    agents: Sequence[Agent],
    rng: Random,
) -> Leg:
    """The rows of one call; gives the first agent's leg."""
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
        done_at=leg.ended_at + timedelta(minutes=between(rng, 2, 90)),
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
        done_at=due - timedelta(minutes=between(rng, 10, 200)) if kept else None,
        created_at=leg.ended_at,
    )
    batch.follow_ups.append((leg, row))
