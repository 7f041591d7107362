"""Whose endpoint this is: known, maybe, several or none, each with its reason.

A wrong "known" is far worse than a miss: only an exact endpoint or a person's word makes one, and a
shared endpoint never does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import OuterRef, Q, QuerySet, Subquery

from customers import phone
from customers.addresses import Address, read_number
from customers.models import (
    ContactPoint,
    Customer,
    Endpoint,
    Interaction,
    MatchVerdict,
    NumberMention,
)

# So many candidates are offered; more than that is no evidence at all.
MOST_CANDIDATES = 9
_MOST_ROWS = 200
# The workbench does not tell a WeChat openid from a web page's user id.
_PERSON = (Endpoint.Kind.OPENID, Endpoint.Kind.USER)


class Tier(StrEnum):
    """How sure we are. The values stand in `data-match`."""

    KNOWN = "known"
    MAYBE = "maybe"
    SEVERAL = "several"
    NONE = "none"


class Reason(StrEnum):
    """Why. Stored with a link; worded for people in `match_words`."""

    EXACT = "exact"
    CONFIRMED = "confirmed"
    PICKED = "picked"
    SHARED = "shared"
    MANY = "many"
    TAIL = "tail"
    EXTENSION = "extension"
    MASK = "mask"
    OWN = "own"
    WITHHELD = "withheld"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who may be the one, and the endpoint that says so."""

    customer: Customer
    reason: Reason
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one contact. `customer` is set for KNOWN only; `hints` are never linked."""

    tier: Tier
    reason: Reason
    candidates: tuple[Candidate, ...] = ()
    hints: tuple[NumberMention, ...] = field(default=())

    @property
    def customer(self) -> Customer | None:
        """The one customer of a KNOWN match."""
        return self.candidates[0].customer if self.tier is Tier.KNOWN else None


def match(endpoints: Sequence[Endpoint], *, own_values: Iterable[str] = ()) -> Match:
    """Match a contact by its endpoints, the strongest first (a chat: openid, then number).

    `own_values` are canonical numbers of the centre's own lines and agents: they match nobody.
    """
    if not endpoints:
        return Match(Tier.NONE, Reason.WITHHELD)
    own = set(own_values)
    strangers = [e for e in endpoints if not (e.is_own_line or e.value in own)]
    if not strangers:
        return Match(Tier.NONE, Reason.OWN)
    for endpoint in strangers:
        found = _exact(endpoint)
        if found is not None:
            return found
    for endpoint in strangers:
        maybe = _weaker(endpoint)
        if maybe:
            return Match(Tier.MAYBE, maybe[0].reason, tuple(maybe))
    return Match(Tier.NONE, Reason.UNKNOWN, hints=_hints(strangers))


def match_address(address: Address, *, own_values: Iterable[str] = ()) -> Match:
    """Match an address that may have no row yet, and make none: for those who only ask."""
    if not address.value:
        return Match(Tier.NONE, Reason.WITHHELD)
    kinds = _PERSON if address.kind in _PERSON else (address.kind,)
    rows = {e.kind: e for e in Endpoint.objects.filter(kind__in=kinds, value=address.value)}
    unsaved = Endpoint(kind=address.kind, value=address.value, reversed_digits=address.digits[::-1])
    ordered = sorted(rows.values(), key=lambda e: e.kind != address.kind)
    return match(ordered or [unsaved], own_values=own_values)


def _exact(endpoint: Endpoint) -> Match | None:
    """What the endpoint itself says, or None when nobody has it."""
    # By id, here and below: the endpoint may have no row yet.
    verdicts = MatchVerdict.objects.filter(endpoint_id=endpoint.pk).select_related("customer")
    words = {v.customer_id: v for v in verdicts if v.customer.merged_into_id is None}
    points = ContactPoint.objects.filter(endpoint_id=endpoint.pk, customer__merged_into=None)
    people = {p.customer_id: p.customer for p in points.select_related("customer")[:_MOST_ROWS]}
    confirmed = {
        pk: word.customer
        for pk, word in words.items()
        if word.verdict == MatchVerdict.Verdict.CONFIRMED
    }
    people |= confirmed
    for pk, word in words.items():
        if word.verdict == MatchVerdict.Verdict.NO_LONGER:
            people.pop(pk, None)
    if not people:
        return None
    if endpoint.kind == Endpoint.Kind.MASKED:
        # The same mask may hide a hundred numbers.
        return _several(Tier.MAYBE, Reason.MASK, people.values(), endpoint)
    if endpoint.is_shared or len(confirmed) > 1:
        return _several(Tier.SEVERAL, Reason.SHARED, people.values(), endpoint)
    if len(confirmed) == 1:
        (customer,) = confirmed.values()
        return Match(
            Tier.KNOWN, Reason.CONFIRMED, (Candidate(customer, Reason.CONFIRMED, endpoint),)
        )
    if len(people) == 1:
        (customer,) = people.values()
        return Match(Tier.KNOWN, Reason.EXACT, (Candidate(customer, Reason.EXACT, endpoint),))
    return _several(Tier.SEVERAL, Reason.MANY, people.values(), endpoint)


def _several(tier: Tier, reason: Reason, people: Iterable[Customer], endpoint: Endpoint) -> Match:
    ordered = last_spoken_first(people)[:MOST_CANDIDATES]
    return Match(tier, reason, tuple(Candidate(c, reason, endpoint) for c in ordered))


def last_spoken_first(people: Iterable[Customer]) -> list[Customer]:
    """The customers, those we spoke with most recently first, then by name."""
    people = list(people)
    if len(people) < 2:
        return people
    last = Interaction.objects.filter(customer=OuterRef("pk")).order_by("-started_at", "-id")
    spoken = dict(
        Customer.objects.filter(pk__in=[c.pk for c in people])
        .annotate(spoken_at=Subquery(last.values("started_at")[:1]))
        .values_list("pk", "spoken_at")
    )
    by_name = sorted(people, key=lambda c: (c.name, c.pk))
    return sorted(
        by_name, key=lambda c: spoken[c.pk].timestamp() if spoken.get(c.pk) else 0.0, reverse=True
    )


def _weaker(endpoint: Endpoint) -> list[Candidate]:
    """Customers whose numbers agree with what is certain of this one: the same tail, or the same mask."""
    if (
        endpoint.kind not in (Endpoint.Kind.PHONE, Endpoint.Kind.MASKED)
        or not endpoint.reversed_digits
    ):
        return []
    number = read_number(endpoint.value)
    found: dict[int, Candidate] = {}
    for point in _alike(endpoint)[:_MOST_ROWS]:
        reason = _agreement(number, read_number(point.endpoint.value))
        if reason:
            found.setdefault(point.customer_id, Candidate(point.customer, reason, endpoint))
    if not found:
        return []
    refusals = MatchVerdict.objects.filter(
        endpoint_id=endpoint.pk, verdict=MatchVerdict.Verdict.NO_LONGER
    )
    for customer_id in refusals.values_list("customer_id", flat=True):
        found.pop(customer_id, None)
    ordered = last_spoken_first(c.customer for c in found.values())
    return [found[customer.pk] for customer in ordered[:MOST_CANDIDATES]]


def _alike(endpoint: Endpoint) -> QuerySet[ContactPoint]:
    """Contact points whose digits end alike, by index: longer numbers that end so, or shorter ones that we end in."""
    tail = endpoint.reversed_digits
    longer = Q(endpoint__reversed_digits__gte=tail)
    if after := next_prefix(tail):
        longer &= Q(endpoint__reversed_digits__lt=after)
    shorter = [tail[:length] for length in range(4, len(tail))]
    return (
        ContactPoint.objects.filter(
            longer | Q(endpoint__reversed_digits__in=shorter),
            endpoint__kind__in=[Endpoint.Kind.PHONE, Endpoint.Kind.MASKED],
            endpoint__is_own_line=False,
            endpoint__is_shared=False,
            customer__merged_into=None,
        )
        .exclude(endpoint_id=endpoint.pk)
        .select_related("customer", "endpoint")
        .order_by("endpoint_id", "pk")
    )


def next_prefix(digits: str) -> str:
    """The smallest digit string after every one that begins with `digits`; "" when there is none.

    A range of digits sorts the same in every collation, which LIKE and a sentinel character do not.
    """
    stem = digits.rstrip("9")
    return stem[:-1] + str(int(stem[-1]) + 1) if stem else ""


def _agreement(ours: phone.Number, theirs: phone.Number) -> Reason | None:
    masked = [n for n in (ours, theirs) if n.kind is phone.Kind.MASKED]
    if len(masked) == 2:
        return None
    if masked:
        other = theirs if masked[0] is ours else ours
        return Reason.MASK if phone.matches_mask(masked[0], other.value) else None
    if not phone.can_match_by_tail(ours, theirs):
        return None
    return Reason.EXTENSION if ours.base == theirs.base else Reason.TAIL


def _hints(endpoints: Sequence[Endpoint]) -> tuple[NumberMention, ...]:
    mentions = NumberMention.objects.filter(endpoint_id__in=[e.pk for e in endpoints if e.pk])
    return tuple(
        mentions.select_related("leg__interaction__customer").order_by("-created_at", "-pk")[:3]
    )
