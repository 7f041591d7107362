"""A person's word about whose contact this is."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.matching import Reason
from customers.models import Customer, Endpoint, Interaction, MatchVerdict


@transaction.atomic
def pick(interaction: Interaction, customer: Customer, by: Any) -> None:
    """This contact is this customer's; says nothing about the endpoint."""
    _link(interaction, customer, by, Reason.PICKED)


@transaction.atomic
def confirm(interaction: Interaction, customer: Customer, by: Any) -> None:
    """就是此人: this contact is this customer's, and so is the endpoint.

    A second confirmed customer makes the endpoint shared, for good.
    """
    # The endpoint's lock comes first, as it does when an event is taken.
    endpoint = _endpoint_of(interaction)
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


@transaction.atomic
def no_longer_theirs(interaction: Interaction, customer: Customer, by: Any) -> None:
    """号码已不是他的: unlink, and remember it for every later call."""
    endpoint = _endpoint_of(interaction)
    if endpoint is not None:
        _say(customer, endpoint, MatchVerdict.Verdict.NO_LONGER, by)
    reject(interaction, by)


def _endpoint_of(interaction: Interaction) -> Endpoint | None:
    if interaction.endpoint_id is None:
        return None
    return Endpoint.objects.locked(interaction.endpoint_id)


def _say(customer: Customer, endpoint: Endpoint, verdict: str, by: Any) -> None:
    MatchVerdict.objects.update_or_create(
        customer=customer, endpoint=endpoint, defaults={"verdict": verdict, "by": by}
    )


def _link(interaction: Interaction, customer: Customer, by: Any, reason: str) -> None:
    interaction.customer = customer
    interaction.linked_by = by
    interaction.linked_at = timezone.now()
    interaction.link_reason = reason
    interaction.unlinked = False
    interaction.save(
        update_fields=["customer", "linked_by", "linked_at", "link_reason", "unlinked"]
    )
