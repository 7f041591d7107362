"""Gathers what stands on a card."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from customers.card_setup import kept_card_setup
from customers.customer_fields import lines_on_card
from customers.identity_gate import gate_of, is_shut
from customers.interaction_list import agent_chain
from customers.match_words import words_of
from customers.matching import Match, Reason, Tier
from customers.models import ContactPoint, Customer, Endpoint, FollowUp, Leg
from customers.number_view import view_number
from customers.timeline import history, page_of, times_within
from screenpop.card import Card, Told, Why
from screenpop.contact_match import match_contact
from screenpop.open_legs import shown_state, version_of
from screenpop.seats import SeatCheck, check_seat

# All that a card shows of a number and of a promise: columns that are not read need not be fetched at every pop.
_OF_POINT = (
    "endpoint_id",
    "label",
    *(f"endpoint__{name}" for name in ("kind", "value", "do_not_call")),
)
_NAMES = ("username", "first_name", "last_name", "display_name")
_OF_PROMISE = (
    *("due_at", "text", "attempts", "owner_id", "group_id", "group__name"),
    *(f"owner__{name}" for name in _NAMES),
)


def head_of(user: Any, leg: Leg, now: datetime) -> Card:
    """The card without what a repeated event cannot change."""
    state, silent = shown_state(leg, now)
    return Card(leg, state, silent, SeatCheck(leg.agent_email), head_only=True, user=user, now=now)


def card_of(
    user: Any,
    leg: Leg,
    now: datetime | None = None,
    *,
    tab: str = "",
    found: Match | None = None,
) -> Card:
    """The whole card. Wants a leg from `for_cards`, or one that `as_opened` made ready.

    `found` is what a new call was matched with, so that it need not be asked twice.
    """
    now = now or timezone.now()
    state, silent = shown_state(leg, now)
    card = Card(
        leg,
        state,
        silent,
        check_seat(user, leg),
        version=version_of(leg, now),
        tab=tab,
        user=user,
        now=now,
    )
    _add_match(card, found)
    _add_numbers(card, user)
    if card.customer:
        _add_fields(card, card.customer)
    card.timeline = page_of(history(leg.interaction, user), brief=True)
    card.why = _why(card, user, now)
    card.told = _told(leg) if leg.interaction.told_at else None
    if getattr(leg, "conflicts_at", True):
        card.conflicts = list(leg.conflicts.order_by("saved_at"))
    if leg.sequence > 1:
        _add_colleague(card, user)
    return card


def _add_colleague(card: Card, user: Any) -> None:
    leg = card.leg
    earlier = leg.interaction.legs.filter(sequence__lt=leg.sequence).exclude(user=user)
    # Of a ring-all only who took it: the others spoke with nobody.
    spoke = Q(connected_at__isnull=False) | Q(told_connected_at__isnull=False) | ~Q(note="")
    card.colleague = earlier.filter(spoke).select_related("user").order_by("-sequence").first()
    if card.colleague:
        asked = FollowUp.objects.visible_to(user).open().filter(leg=card.colleague)
        card.ask = asked.order_by("due_at").first()


def _add_match(card: Card, found: Match | None) -> None:
    interaction = card.leg.interaction
    if interaction.customer_id:
        card.tier = Tier.KNOWN
        card.customer = interaction.customer
        reason = interaction.link_reason or Reason.EXACT
    else:
        found = found or _match_of(interaction)
        card.tier, reason = found.tier, found.reason
        card.candidates = found.candidates
        card.hints = list(found.hints)
    card.reason = words_of(reason)


def _match_of(interaction: Any) -> Match:
    ends = [e for e in (interaction.endpoint, interaction.second_endpoint) if e is not None]
    found = match_contact(ends)
    if not interaction.unlinked:
        if found.tier is Tier.KNOWN:
            # Became known after the ring: offered, as nobody has said that this call is his.
            return Match(Tier.MAYBE, found.reason, found.candidates)
        return found
    if found.tier is Tier.KNOWN:
        return Match(Tier.NONE, Reason.REJECTED)
    return Match(Tier.NONE, Reason.REJECTED, found.candidates, found.hints)


def _add_numbers(card: Card, user: Any) -> None:
    interaction = card.leg.interaction
    ends: list[Endpoint] = [
        e for e in (interaction.endpoint, interaction.second_endpoint) if e is not None
    ]
    labels: dict[int, str] = {}
    if card.customer:
        points = ContactPoint.objects.filter(customer=card.customer).select_related("endpoint")
        for point in points.only(*_OF_POINT).order_by("pk")[:12]:
            labels[point.endpoint_id] = point.label
            if point.endpoint_id not in {e.pk for e in ends}:
                ends.append(point.endpoint)
    card.numbers = [view_number(e, user, label=labels.get(e.pk, "")) for e in ends]
    if interaction.endpoint:
        card.number = card.numbers[0]


def _add_fields(card: Card, customer: Customer) -> None:
    setup = kept_card_setup()
    card.gate = gate_of(setup, card.leg, customer)
    card.fields = lines_on_card(setup, customer, shut=is_shut(card.gate))


def _told(leg: Leg) -> Told:
    """Asked only once a record came, which is after the call."""
    interaction = leg.interaction
    chain = agent_chain(list(interaction.legs.select_related("user").order_by("sequence")))
    return Told(
        skill_group=interaction.skill_group.name if interaction.skill_group else "",
        chain=chain if " → " in chain else "",
        has_recording=interaction.recordings.exists(),
    )


def _why(card: Card, user: Any, now: datetime) -> Why:
    why = Why(last=card.timeline.entries[0] if card.timeline.entries else None)
    if why.last is not None:
        why.times = times_within(card.leg.interaction, user, now, card.timeline)
    if card.follow_up is not None:
        why.promise = card.follow_up
    elif (whose := _owed_to(card)) is not None:
        promises = FollowUp.objects.visible_to(user).open().filter(whose)
        first = promises.order_by("due_at").select_related("owner", "group")
        why.promise = next(iter(first.only(*_OF_PROMISE)[:1]), None)
    why.overdue = why.promise is not None and why.promise.due_at < now
    return why


def _owed_to(card: Card) -> Q | None:
    """Whose promises stand on the card: the customer's, or those made at this number while it was nobody's."""
    if card.customer:
        return Q(customer=card.customer)
    endpoint = card.interaction.endpoint
    if endpoint is None or endpoint.is_new:
        return None
    return Q(customer=None, endpoint=endpoint)
