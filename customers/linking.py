"""A person's word about whose contact this is."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.identity import lock_ends
from customers.matching import Reason, match
from customers.models import (
    ContactPoint,
    Customer,
    Endpoint,
    FollowUp,
    Interaction,
    MatchVerdict,
)


@transaction.atomic
def pick(interaction: Interaction, customer: Customer, by: Any) -> None:
    """This contact is this customer's; says nothing about the endpoint."""
    _link(interaction, customer, by, Reason.PICKED)


@transaction.atomic
def confirm(interaction: Interaction, customer: Customer, by: Any) -> None:
    """就是此人: this contact is this customer's, and so is the endpoint that made him a candidate.

    Whoever was found otherwise is confirmed on the contact's own endpoint. A second confirmed customer makes the
    endpoint shared, for good.
    """
    # The endpoints' locks come first, as they do when an event is taken.
    ends = lock_ends(interaction)
    endpoint = _evidence(ends, customer)
    _link(interaction, customer, by, Reason.CONFIRMED)
    if endpoint is None:
        return
    _say(customer, endpoint, MatchVerdict.Verdict.CONFIRMED, by)
    confirmed = MatchVerdict.objects.filter(
        endpoint=endpoint, verdict=MatchVerdict.Verdict.CONFIRMED, customer__merged_into=None
    ).count()
    if confirmed > 1 and not endpoint.is_shared:
        endpoint.is_shared = True
        endpoint.save(update_fields=["is_shared"])


@transaction.atomic
def reject(interaction: Interaction, by: Any) -> None:
    """不是此人（这次）: unlink this one contact. No verdict: the next call matches as before."""
    interaction.customer = None
    interaction.linked_by = by
    interaction.linked_at = timezone.now()
    interaction.link_reason = Reason.REJECTED
    interaction.unlinked = True
    interaction.save(
        update_fields=["customer", "linked_by", "linked_at", "link_reason", "unlinked"]
    )
    _owe(interaction)


@transaction.atomic
def no_longer_theirs(interaction: Interaction, customer: Customer, by: Any) -> None:
    """号码已不是他的: unlink, and remember it for every later call.

    Said of each endpoint of the contact that names the customer, else of the one that made him a candidate.
    """
    ends = lock_ends(interaction)
    naming = _naming(ends, customer)
    evidence = _evidence(ends, customer)
    for endpoint in ends:
        if endpoint.pk in naming or (not naming and endpoint == evidence):
            _say(customer, endpoint, MatchVerdict.Verdict.NO_LONGER, by)
    reject(interaction, by)


def _naming(ends: Sequence[Endpoint], customer: Customer) -> set[int]:
    """Those where the customer is registered, or confirmed by a person."""
    points = ContactPoint.objects.filter(customer=customer, endpoint__in=ends)
    words = MatchVerdict.objects.filter(
        customer=customer, endpoint__in=ends, verdict=MatchVerdict.Verdict.CONFIRMED
    )
    found = points.values_list("endpoint_id", flat=True)
    return set(found.union(words.values_list("endpoint_id", flat=True)))


def _evidence(ends: Sequence[Endpoint], customer: Customer) -> Endpoint | None:
    """The endpoint that offers this customer; the first when none does."""
    if len(ends) < 2:
        return ends[0] if ends else None
    offered = (c.endpoint for c in match(ends).candidates if c.customer == customer)
    return next(offered, ends[0])


def _say(customer: Customer, endpoint: Endpoint, verdict: str, by: Any) -> None:
    MatchVerdict.objects.update_or_create(
        customer=customer, endpoint=endpoint, defaults={"verdict": verdict, "by": by}
    )


def _owe(interaction: Interaction) -> None:
    """What was promised in this contact is owed to whom the contact is with."""
    promises = FollowUp.objects.open().filter(
        leg__interaction=interaction, kind=FollowUp.Kind.PROMISE
    )
    promises.update(customer=interaction.customer)


def _link(interaction: Interaction, customer: Customer, by: Any, reason: str) -> None:
    interaction.customer = customer
    interaction.linked_by = by
    interaction.linked_at = timezone.now()
    interaction.link_reason = reason
    interaction.unlinked = False
    interaction.save(
        update_fields=["customer", "linked_by", "linked_at", "link_reason", "unlinked"]
    )
    _owe(interaction)
