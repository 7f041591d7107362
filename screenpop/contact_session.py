"""From a sighting of a hash to the live interaction and this agent's leg.

Each event is applied under the lock of its endpoint's row, in one transaction that also stores the event:
an event is either stored and applied, or not there at all and sent again by its page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from customers.addresses import Address, read_address
from customers.matching import Match, Reason
from customers.models import Endpoint, Interaction, Leg
from screenpop.contact_match import match_contact
from screenpop.endpoint_lock import dialled_lately, legs_since, lock_strongest, read_second
from screenpop.hash_contract import MAX_PAIRS, Facts, read_facts
from screenpop.late_pops import claim, lock_masked, rename, told_as, told_leg
from screenpop.leg_records import add_leg, answered_elsewhere, move_leg, view_of
from screenpop.leg_rules import decide, leg_at
from screenpop.leg_state import Action, Decision
from screenpop.models import PopEvent
from screenpop.own_numbers import name_one_caller
from screenpop.trace import fingerprint

__all__ = ["Sighting", "Taken", "addresses_of", "is_foreign", "keep", "link", "take"]

_MOST_LEGS = 40


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
        truncated=sighting.truncated or len(sighting.pairs) > MAX_PAIRS,
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
    lock_masked(user, facts, addresses, sighting.observed_at)
    ends = lock_strongest(user, addresses, sighting.observed_at, facts.agent_email)
    is_quiet = ends and not any(getattr(end, "has_legs", True) for end in ends)
    legs = [] if is_quiet else _recent_legs(user, ends, facts.channel, sighting.observed_at)
    mine = [leg for leg in legs if _is_own(leg, user, facts)]
    at = _in_page_order(user, sighting, mine)
    index = leg_at([view_of(leg) for leg in mine], facts.signal, at)
    own = None if index is None else mine[index]
    others = [leg for leg in legs if leg not in mine]
    mark = fingerprint(sighting.pairs)
    repeats = sighting.trigger == "load" and own is not None and own.last_signal == mark
    decision = _decide(own, others, facts, at, repeats=repeats)
    # Asked only where it matters: most events are echoes of one agent's own call.
    if decision != _decide(own, [], facts, at, repeats=repeats) and not name_one_caller(ends):
        others = []
        decision = _decide(own, others, facts, at, repeats=repeats)
    may_wait = decision.action is Action.OPEN and ends and getattr(ends[0], "was_dialled", True)
    if may_wait and (dialled := _waiting_leg(user, addresses[0], facts.channel, at)):
        # A number is sent without its extension, and so named by the hash.
        own, dialled.endpoint = dialled, ends[0]
        own.save(update_fields=["endpoint"])
        decision = _decide(own, others, facts, at, repeats=False)
    if decision.action is Action.OPEN and (late := told_leg(user, facts, addresses, ends, at)):
        answer = _decide(late, [], facts, at, repeats=False)
        if answer.action is not Action.OPEN:
            claim(late, facts, ends)
            own, decision = late, answer
    answered_elsewhere([others[index] for index in decision.closes], at)
    if own is None or decision.action is Action.OPEN:
        found = None
        if decision.joins is not None:
            interaction = others[decision.joins].interaction
        elif told := _told_call(ends, facts, at):
            interaction, decision = told, replace(decision, provisional=True)
        else:
            interaction, found = _new_interaction(facts, addresses, ends, at)
        endpoint = ends[0] if ends else None
        leg = add_leg(
            interaction, endpoint, user, facts, decision, at, mark, is_first=found is not None
        )
        leg.is_own_seat = any(getattr(end, "is_own_seat", False) for end in ends)
        return PopEvent.Outcome.OPENED, leg, found
    if decision.action is Action.QUIET:
        return PopEvent.Outcome.QUIET, own, None
    moved = move_leg(own, user, decision, facts, at, mark)
    return (PopEvent.Outcome.MOVED if moved else PopEvent.Outcome.UNCHANGED), own, None


def _decide(
    own: Leg | None, others: Sequence[Leg], facts: Facts, at: datetime, *, repeats: bool
) -> Decision:
    views = [view_of(leg) for leg in others]
    return decide(view_of(own) if own else None, views, facts.signal, at, repeats=repeats)


def _is_own(leg: Leg, user: Any, facts: Facts) -> bool:
    """This agent's, or one that the platform told of a seat that was nobody's and that this page now names."""
    if leg.user_id is not None or leg.told_sequence is None or leg.last_signal:
        return bool(leg.user_id == user.pk)
    return bool(leg.agent_email) and leg.agent_email == facts.agent_email


def _told_call(ends: Sequence[Endpoint], facts: Facts, at: datetime) -> Interaction | None:
    """The call that the platform told of before this page did: it went on when the page saw the signal."""
    keys = [key for end in ends if (key := getattr(end, "told_call", None))]
    if not keys or not name_one_caller(ends):
        return None
    calls = Interaction.objects.filter(pk__in=keys, channel__in=told_as(facts.channel))
    if (call := calls.order_by("-started_at").first()) is not None:
        rename(call, facts)
    return call


def _waiting_leg(user: Any, address: Address, channel: str, at: datetime) -> Leg | None:
    """The leg of a number dialled a moment ago that no hash has named yet."""
    waiting = dialled_lately(user, address, at).filter(
        leg__user=user,
        leg__state=Leg.State.DIALLED,
        leg__started_at__lte=at,
        leg__interaction__channel=channel,
    )
    request = waiting.select_related("leg__interaction").order_by("-asked_at").first()
    return request.leg if request else None


def _recent_legs(user: Any, ends: Sequence[Endpoint], channel: str, at: datetime) -> list[Leg]:
    legs = legs_since(at).filter(interaction__channel=channel)
    # What the platform told of a caller without a number may be another one's, at the same seat too.
    nobody = legs.filter(endpoint=None, user=user).exclude(last_signal="")
    legs = legs.filter(endpoint__in=ends) if ends else nobody
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


def _new_interaction(
    facts: Facts, addresses: Sequence[Address], ends: Sequence[Endpoint], at: datetime
) -> tuple[Interaction, Match]:
    second = read_second(addresses)
    interaction = Interaction(
        channel_family=Interaction.Family.CHAT if facts.is_chat else Interaction.Family.PHONE,
        channel=facts.channel,
        endpoint=ends[0] if ends else None,
        second_endpoint=second,
        nickname=facts.nickname,
        avatar=facts.avatar,
        started_at=at,
    )
    found = match_contact([*ends, second] if second else ends)
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
