"""Puts invented calls and chats into the database, in batches and in the order of time."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from django.db import transaction
from django.db.models import Max

from customers.addresses import Address, read_address
from customers.models import ContactPoint, Customer, Endpoint, FollowUp, Interaction, NumberMention
from screenpop.demo import numbers
from screenpop.demo.calendar import Calendar
from screenpop.demo.call_rows import Agent, Batch, Reached, add_call
from screenpop.demo.calls import SESSION_PREFIX, call
from screenpop.demo.draw import pick
from screenpop.demo.load_customers import Ends, find_endpoints, highest_customer, key_of
from screenpop.demo.people import own_id
from screenpop.demo.rows import Counter, insert

BATCH = 2_000
_CALLED = (Endpoint.Kind.PHONE, Endpoint.Kind.MASKED, Endpoint.Kind.OPENID)
_STRANGERS, _MENTIONS = 0.04, 0.03
_SERIALS_OF_STRANGERS, _SERIALS_OF_MENTIONS = 30_000_000, 60_000_000


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
            reached = pick(rng, reach[own_id(person)])
        found = call(index, reached.kind, raw)
        started = min(calendar.moment(share, rng), calendar.latest)
        leg = add_call(batch, found, reached, started, rng.sample(agents, min(2, len(agents))), rng)
        if address is not None and found.note:
            mention = NumberMention(endpoint_id=_key(ends, address), created_at=leg.last_signal_at)
            batch.mentions.append((leg, mention))


def _key(ends: Ends, address: Address) -> int:
    return key_of(ends[address.kind, address.value])


def _reachable(chosen: Sequence[int]) -> dict[str, list[Reached]]:
    """How the customers of these indexes are reached by telephone or chat.

    In two steps, each by its own index: in one, the database may begin with all telephones.
    """
    wanted = {own_id(index) for index in chosen}
    people = {
        key: (str(number), name)
        for key, number, name in Customer.objects.filter(own_id__in=wanted).values_list(
            "pk", "own_id", "name"
        )
    }
    points = ContactPoint.objects.filter(customer_id__in=people).values_list(
        "pk", "customer_id", "endpoint_id", "endpoint__kind", "endpoint__is_shared"
    )
    found: dict[str, list[Reached]] = defaultdict(list)
    for _pk, customer, endpoint, kind, shared in sorted(points):
        if kind in _CALLED:
            number, name = people[customer]
            pick = shared or kind == Endpoint.Kind.MASKED
            found[number].append(Reached(endpoint, kind, customer, name, pick))
    return found


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
