"""From a sighting of a hash to the live interaction and this agent's leg.

Each event is applied under the lock of its endpoint's row, in one transaction that also stores the event:
an event is either stored and applied, or not there at all and sent again by its page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef

from customers.addresses import Address, read_address
from customers.matching import Match, Reason, match
from customers.models import Endpoint, Interaction, Leg
from customers.phone import Category
from screenpop.hash_contract import Facts, read_facts
from screenpop.leg_records import add_leg, answered_elsewhere, move_leg, view_of
from screenpop.leg_rules import decide, leg_at
from screenpop.leg_state import Action
from screenpop.models import AgentSeat, PopEvent
from screenpop.trace import fingerprint

_RECENT = timedelta(hours=24)
_MOST_LEGS = 40
# The hash does not tell a WeChat openid from a web page's user id.
_PERSON = ("openid", "user")
_ANONYMOUS = {Category.SHORT, Category.SERVICE, Category.TOLL_FREE, Category.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event as the page sent it. `observed_at` is the page's time on our clock."""

    event_id: str
    tab: str
    sequence: int
    trigger: str
    observed_at: datetime
    pairs: list[list[str]]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a sighting."""

    event: PopEvent
    facts: Facts
    leg: Leg | None
    # What a new interaction was matched with; None for any other event.
    found: Match | None = None


def take(user: Any, sighting: Sighting) -> Taken:
    """Store and apply one event. The same event id twice gives the first one's answer, to its own user."""
    facts = read_facts(sighting.pairs)
    try:
        with transaction.atomic():
            return _take(user, sighting, facts)
    except IntegrityError:
        events = PopEvent.objects.select_related("leg__interaction")
        event = events.filter(event_id=sighting.event_id).first()
        if event is None:
            raise
        if event.user_id != user.pk:
            # Sent before another agent signed in at this page: stored, and none of this one's business.
            unchanged = PopEvent(pairs=sighting.pairs, outcome=PopEvent.Outcome.UNCHANGED)
            return Taken(unchanged, facts, None)
        return Taken(event, facts, event.leg)


def _take(user: Any, sighting: Sighting, facts: Facts) -> Taken:
    outcome, leg, found = PopEvent.Outcome.UNREADABLE, None, None
    if facts.is_readable:
        if is_foreign(facts):
            outcome = PopEvent.Outcome.FOREIGN
        else:
            outcome, leg, found = _apply(user, sighting, facts)
    return Taken(_store(user, sighting, facts, outcome, leg), facts, leg, found)


def keep(user: Any, sighting: Sighting) -> Taken:
    """Store an event that could not be applied: nothing is lost, and it can be replayed when the defect is mended."""
    facts = read_facts([])
    return Taken(_store(user, sighting, facts, PopEvent.Outcome.FAILED, None), facts, None)


def _store(
    user: Any, sighting: Sighting, facts: Facts, outcome: PopEvent.Outcome, leg: Leg | None
) -> PopEvent:
    return PopEvent.objects.create(
        event_id=sighting.event_id,
        user=user,
        tab=sighting.tab,
        sequence=sighting.sequence,
        trigger=sighting.trigger,
        observed_at=sighting.observed_at,
        pairs=sighting.pairs,
        truncated=sighting.truncated,
        sdk_app_id=facts.sdk_app_id,
        outcome=outcome,
        leg=leg,
    )


def is_foreign(facts: Facts) -> bool:
    """Whether the hash names an application (tenant) that is not ours.

    An absent id is accepted: the documented example has none.
    """
    ours = settings.TCCC_SDK_APP_ID
    return bool(ours and facts.sdk_app_id and facts.sdk_app_id not in ours)


def addresses_of(facts: Facts) -> list[Address]:
    """The customer's ends that the hash names, the strongest first: a chat's user id before its number."""
    number = read_address("phone", facts.mobile)
    person = read_address("openid" if facts.is_chat else "user", facts.user_id)
    ordered = [person, number] if facts.is_chat else [number, person]
    return [address for address in ordered if address.value]


def _apply(
    user: Any, sighting: Sighting, facts: Facts
) -> tuple[PopEvent.Outcome, Leg, Match | None]:
    addresses = addresses_of(facts)
    ends, is_new = _locked(user, addresses)
    legs = [] if is_new else _recent_legs(user, ends, facts.channel, sighting.observed_at)
    mine = [leg for leg in legs if leg.user_id == user.pk]
    at = _in_page_order(user, sighting, mine)
    index = leg_at([view_of(leg) for leg in mine], facts.signal, at)
    own = None if index is None else mine[index]
    others = [leg for leg in legs if leg.user_id != user.pk]
    if others and not _tells_callers_apart(ends, addresses):
        others = []
    mark = fingerprint(sighting.pairs)
    decision = decide(
        view_of(own) if own else None,
        [view_of(leg) for leg in others],
        facts.signal,
        at,
        repeats=sighting.trigger == "load" and own is not None and own.last_signal == mark,
    )
    answered_elsewhere([others[index] for index in decision.closes], at)
    if own is None or decision.action is Action.OPEN:
        found = None
        if decision.joins is None:
            interaction, found = _new_interaction(facts, addresses, ends, at)
        else:
            interaction = others[decision.joins].interaction
        endpoint = ends[0] if ends else None
        leg = add_leg(interaction, endpoint, user, facts, decision, at, mark)
        return PopEvent.Outcome.OPENED, leg, found
    if decision.action is Action.QUIET:
        return PopEvent.Outcome.QUIET, own, None
    moved = move_leg(own, decision, facts, at, mark)
    return (PopEvent.Outcome.MOVED if moved else PopEvent.Outcome.UNCHANGED), own, None


def _locked(user: Any, addresses: Sequence[Address]) -> tuple[list[Endpoint], bool]:
    """The rows of the strongest address, locked, its own kind first; and whether it was made just now.

    Without any address the agent's own row is the lock. The locks let others refer to the rows (a chat
    names a number that a call is locking, and the other way round).
    """
    if not addresses:
        get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
        return [], False
    first = addresses[0]
    kinds = _PERSON if first.kind in _PERSON else (first.kind,)
    rows = Endpoint.objects.select_for_update(no_key=True).filter(kind__in=kinds, value=first.value)
    seats = AgentSeat.objects.filter(mobile=OuterRef("value"))
    found = list(rows.annotate(is_staff_mobile=Exists(seats)).order_by("pk"))
    if found:
        return sorted(found, key=lambda row: row.kind != first.kind), False
    endpoint = Endpoint(kind=first.kind, value=first.value, reversed_digits=first.digits[::-1])
    try:
        with transaction.atomic():
            endpoint.save(force_insert=True)
    except IntegrityError:
        return list(rows), False
    return [endpoint], True


def _recent_legs(user: Any, ends: Sequence[Endpoint], channel: str, at: datetime) -> list[Leg]:
    legs = Leg.objects.filter(interaction__channel=channel, last_signal_at__gte=at - _RECENT)
    legs = legs.filter(endpoint__in=ends) if ends else legs.filter(endpoint=None, user=user)
    return list(legs.select_related("interaction").order_by("-last_signal_at", "-pk")[:_MOST_LEGS])


def _in_page_order(user: Any, sighting: Sighting, legs: Sequence[Leg]) -> datetime:
    """When the event was seen, but not before what the same tab had seen earlier.

    Each request's delay shifts its events' times a little: enough to turn the 400 of one call and the
    100 of the next around.
    """
    at = sighting.observed_at
    if all(leg.last_signal_at <= at for leg in legs):
        return at
    earlier = PopEvent.objects.filter(
        user=user, tab=sighting.tab, sequence__lt=sighting.sequence, observed_at__gt=at
    )
    return earlier.aggregate(latest=Max("observed_at"))["latest"] or at


def _tells_callers_apart(ends: Sequence[Endpoint], addresses: Sequence[Address]) -> bool:
    """Whether two agents who see this endpoint at one time certainly see the same caller."""
    if not ends or any(end.is_shared or end.is_own_line for end in ends):
        return False
    if ends[0].kind == Endpoint.Kind.MASKED:
        return False
    number = addresses[0].number
    if number is not None and number.category in _ANONYMOUS:
        return False
    return not own_values(ends)


def _new_interaction(
    facts: Facts, addresses: Sequence[Address], ends: Sequence[Endpoint], at: datetime
) -> tuple[Interaction, Match]:
    second = Endpoint.objects.of(addresses[1]) if len(addresses) > 1 else None
    interaction = Interaction(
        channel_family=Interaction.Family.CHAT if facts.is_chat else Interaction.Family.PHONE,
        channel=facts.channel,
        endpoint=ends[0] if ends else None,
        second_endpoint=second,
        nickname=facts.nickname,
        avatar=facts.avatar,
        started_at=at,
    )
    known = [*ends, second] if second else ends
    found = match(known, own_values=own_values(known))
    link(interaction, found, at)
    interaction.save()
    return interaction, found


def link(interaction: Interaction, found: Match, at: datetime) -> None:
    """Put a known customer on an interaction; anything weaker waits for a person's word."""
    if found.customer is not None:
        interaction.customer = found.customer
        interaction.linked_at = at
        interaction.link_reason = found.reason
    elif found.reason in (Reason.OWN, Reason.WITHHELD):
        interaction.link_reason = found.reason


def own_values(endpoints: Sequence[Endpoint]) -> set[str]:
    """Which of these are the centre's own lines (the OWN_LINES setting) or an agent's own mobile."""
    phones = [end for end in endpoints if end.kind == Endpoint.Kind.PHONE]
    if not phones:
        return set()
    numbers = {end.value for end in phones}
    lines = {read_address("phone", line).value for line in settings.OWN_LINES}
    mobiles = {end.value for end in phones if getattr(end, "is_staff_mobile", False)}
    # Those that were read under the lock have been asked about already.
    if unasked := [end.value for end in phones if not hasattr(end, "is_staff_mobile")]:
        seats = AgentSeat.objects.filter(mobile__in=unasked)
        mobiles |= set(seats.values_list("mobile", flat=True))
    return (lines & numbers) | mobiles
