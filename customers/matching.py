"""Whose endpoint this is: known, maybe, several or none, each with its reason.

A wrong "known" is far worse than a miss: only an exact endpoint or a person's word makes one, and a
shared endpoint never does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from customers.addresses import Address
from customers.identity import PERSON, base_of, claims_on
from customers.likeness import alike, is_evidence
from customers.models import (
    ContactPoint,
    Customer,
    Endpoint,
    Interaction,
    MatchVerdict,
    NumberMention,
)

# So many candidates are offered, those we spoke with last; for the others there is the search.
MOST_CANDIDATES = 9
_MOST_ROWS = 200
_CONFIRMED = MatchVerdict.Verdict.CONFIRMED
# Those who have an endpoint, and those of them whom a person confirmed.
_People = tuple[list[Customer], list[Customer]]
_NOBODY: _People = ([], [])


class Tier(StrEnum):
    """How sure we are. The values stand in `data-match`."""

    KNOWN = "known"
    MAYBE = "maybe"
    SEVERAL = "several"
    NONE = "none"


class Reason(StrEnum):
    """Why. Stored with a link; worded for people in `match_words`."""

    EXACT = "exact"
    ACCOUNT = "account"
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
    strangers = [e for e in endpoints if not _is_own(e, own)]
    if not strangers:
        return Match(Tier.NONE, Reason.OWN)
    people = _people(strangers)
    for endpoint in strangers:
        found = _exact(endpoint, people.get(endpoint.pk, _NOBODY))
        if found is not None:
            return found
    maybes: dict[int, Candidate] = {}
    for endpoint in strangers:
        for candidate in _weaker(endpoint, people.get(endpoint.pk, _NOBODY)[0]):
            maybes.setdefault(candidate.customer.pk, candidate)
    if maybes:
        candidates = tuple(maybes.values())[:MOST_CANDIDATES]
        return Match(Tier.MAYBE, candidates[0].reason, candidates)
    return Match(Tier.NONE, Reason.UNKNOWN, hints=_hints(strangers))


def _is_own(endpoint: Endpoint, own: set[str]) -> bool:
    """An own line, with or without an extension behind it."""
    return endpoint.is_own_line or not own.isdisjoint((endpoint.value, base_of(endpoint)))


def match_address(address: Address, *, own_values: Iterable[str] = ()) -> Match:
    """Match an address that may have no row yet, and make none: for those who only ask."""
    if not address.value:
        return Match(Tier.NONE, Reason.WITHHELD)
    kinds = PERSON if address.kind in PERSON else (address.kind,)
    rows = {e.kind: e for e in Endpoint.objects.filter(kind__in=kinds, value=address.value)}
    unsaved = Endpoint(kind=address.kind, value=address.value, reversed_digits=address.digits[::-1])
    ordered = sorted(rows.values(), key=lambda e: e.kind != address.kind)
    return match(ordered or [unsaved], own_values=own_values)


def _exact(endpoint: Endpoint, holders: _People) -> Match | None:
    """What the endpoint itself says, or None when nobody has it. A mask is never exact: see `_weaker`."""
    people, confirmed = holders
    if endpoint.kind == Endpoint.Kind.MASKED or not people:
        return None
    if endpoint.is_shared or len(confirmed) > 1:
        return _several(Reason.SHARED, people, endpoint)
    registered = Reason.ACCOUNT if endpoint.kind in PERSON else Reason.EXACT
    sure, reason = (confirmed, Reason.CONFIRMED) if confirmed else (people, registered)
    if len(sure) > 1:
        return _several(Reason.MANY, people, endpoint)
    return Match(Tier.KNOWN, reason, (Candidate(sure[0], reason, endpoint),))


def _people(endpoints: Sequence[Endpoint]) -> dict[int, _People]:
    """By endpoint. One query for all of them, and one for the customers where people's words have to be weighed."""
    keys_of_ends = _met_before(endpoints)
    if keys_of_ends and not any(end.has_words for end in endpoints):
        return _registered(keys_of_ends)
    claims = list(claims_on(keys_of_ends)[:_MOST_ROWS]) if keys_of_ends else []
    if not claims:
        return {}
    keys = {customer for _endpoint, customer, _word in claims}
    customers = Customer.objects.filter(merged_into=None).in_bulk(keys)
    words = {(endpoint, customer): word for endpoint, customer, word in reversed(claims)}
    found: dict[int, _People] = {}
    for (endpoint, key), word in words.items():
        customer = customers.get(key)
        if customer is None or word == MatchVerdict.Verdict.NO_LONGER:
            continue
        people, confirmed = found.setdefault(endpoint, ([], []))
        people.append(customer)
        if word == _CONFIRMED:
            confirmed.append(customer)
    return found


def _registered(endpoints: Sequence[int]) -> dict[int, _People]:
    """Those who have them by a contact point, as nobody ever said anything else."""
    points = ContactPoint.objects.filter(endpoint_id__in=endpoints, customer__merged_into=None)
    found: dict[int, _People] = {}
    for point in points.select_related("customer").order_by("customer_id")[:_MOST_ROWS]:
        found.setdefault(point.endpoint_id, ([], []))[0].append(point.customer)
    return found


def _several(reason: Reason, people: Iterable[Customer], endpoint: Endpoint) -> Match:
    ordered = last_spoken_first(people)[:MOST_CANDIDATES]
    return Match(Tier.SEVERAL, reason, tuple(Candidate(c, reason, endpoint) for c in ordered))


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


def _weaker(endpoint: Endpoint, holders: Sequence[Customer]) -> list[Candidate]:
    """Customers whose numbers agree with what is certain of this one: the same tail, or the same mask."""
    if not is_evidence(endpoint):
        return []
    others = {other.pk: other for other in alike(endpoint)}
    found: dict[int, Candidate] = {}
    if endpoint.kind == Endpoint.Kind.MASKED:
        # The same mask may hide a hundred numbers.
        found = {c.pk: Candidate(c, Reason.MASK, endpoint) for c in holders}
    if others:
        points = ContactPoint.objects.filter(endpoint_id__in=others, customer__merged_into=None)
        rows = list(points.select_related("customer").order_by("endpoint_id", "pk")[:_MOST_ROWS])
        refused = _refusals([endpoint.pk, *others], [point.customer_id for point in rows])
        for point in rows:
            pairs = {(point.customer_id, pk) for pk in (point.endpoint_id, endpoint.pk)}
            if not pairs & refused:
                reason = _likeness(endpoint, others[point.endpoint_id])
                candidate = Candidate(point.customer, reason, endpoint)
                found.setdefault(point.customer_id, candidate)
    ordered = last_spoken_first(c.customer for c in found.values())
    return [found[customer.pk] for customer in ordered[:MOST_CANDIDATES]]


def _likeness(ours: Endpoint, theirs: Endpoint) -> Reason:
    if Endpoint.Kind.MASKED in (ours.kind, theirs.kind):
        return Reason.MASK
    return Reason.EXTENSION if base_of(ours) == base_of(theirs) else Reason.TAIL


def _refusals(endpoints: Iterable[int | None], customers: Iterable[int]) -> set[tuple[int, int]]:
    """(customer, endpoint) where a person said that it is no longer theirs."""
    words = MatchVerdict.objects.filter(
        endpoint_id__in=[pk for pk in endpoints if pk is not None],
        customer_id__in=list(customers),
        verdict=MatchVerdict.Verdict.NO_LONGER,
    )
    return set(words.values_list("customer_id", "endpoint_id"))


def _hints(endpoints: Sequence[Endpoint]) -> tuple[NumberMention, ...]:
    keys = _met_before(endpoints)
    if not keys:
        return ()
    mentions = NumberMention.objects.filter(endpoint_id__in=keys)
    return tuple(
        mentions.select_related("leg__interaction__customer").order_by("-created_at", "-pk")[:3]
    )


def _met_before(endpoints: Sequence[Endpoint]) -> list[int]:
    """Those of which anything can be known: not a row that was made just now, or is none."""
    return [end.pk for end in endpoints if end.pk and not end.is_new]
