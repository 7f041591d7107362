"""A customer from an unknown contact: near-duplicates shown first, then created or linked, with the past."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.linking import confirm
from customers.matching import Reason
from customers.models import Customer, Endpoint, FollowUp, Interaction
from customers.pinyin import pinyin, syllables

MOST_DUPLICATES = 5
ALIKE = {
    "number": _("号码相同"),
    "pinyin": _("姓名同音"),
    "company": _("同公司同姓"),
}


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A customer who may be the same person, and why."""

    customer: Customer
    why: str

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return str(ALIKE[self.why])


def near_duplicates(
    user: Any, name: str, company: str, endpoints: Sequence[Endpoint]
) -> list[Duplicate]:
    """Customers with the same number or account, a name that sounds the same, or the same company and surname."""
    visible = Customer.objects.visible_to(user)
    found: dict[int, Duplicate] = {}

    def add(why: str, rows: Any) -> None:
        for customer in rows.order_by("-updated_at")[:MOST_DUPLICATES]:
            found.setdefault(customer.pk, Duplicate(customer, why))

    if endpoints:
        add("number", visible.filter(contact_points__endpoint__in=endpoints).distinct())
    if sound := pinyin(name):
        add("pinyin", visible.filter(name_pinyin=sound))
    if company.strip() and name.strip():
        surname = Q(name__startswith=name.strip()[0])
        if first := next(iter(syllables(name)), ""):
            surname |= Q(name_pinyin__startswith=first)
        add("company", visible.filter(surname, company=company.strip()))
    return list(found.values())[:MOST_DUPLICATES]


def shown_mark(duplicates: Sequence[Duplicate]) -> str:
    """Proves, when it comes back with the form, that these were shown."""
    keys = ",".join(str(d.customer.pk) for d in duplicates)
    return hashlib.sha256(keys.encode()).hexdigest()[:16]


def endpoints_of(interaction: Interaction) -> list[Endpoint]:
    """The customer's ends of an interaction that may become contact points: never a mask, never our own line."""
    ends = [e for e in (interaction.endpoint, interaction.second_endpoint) if e is not None]
    return [e for e in ends if e.kind != Endpoint.Kind.MASKED and not e.is_own_line]


@transaction.atomic
def create_for(
    interaction: Interaction, by: Any, *, name: str, company: str, title: str
) -> tuple[Customer, int]:
    """A new customer for this contact; gives how many earlier contacts were linked with it."""
    customer = Customer.objects.create(
        name=name.strip(), company=company.strip(), title=title.strip(), owner=by
    )
    return customer, link_existing(interaction, customer, by)


@transaction.atomic
def link_existing(interaction: Interaction, customer: Customer, by: Any) -> int:
    """This contact and its number are this customer's; gives how many earlier contacts went with it."""
    for endpoint in endpoints_of(interaction):
        customer.add_contact_point(endpoint.kind, endpoint.value, source="pop")
    confirm(interaction, customer, by)
    return link_past(interaction, customer, by)


def link_past(interaction: Interaction, customer: Customer, by: Any) -> int:
    """Link the endpoint's earlier contacts that are nobody's, unless somebody said "not him" or it is shared.

    What is owed at the endpoint goes with them.
    """
    ends = [e for e in endpoints_of(interaction) if not e.is_shared]
    if not ends:
        return 0
    past = Interaction.objects.filter(
        endpoint__in=ends, customer=None, unlinked=False, merged_into=None
    ).exclude(pk=interaction.pk)
    # What was promised at the number before anybody knew whose it is.
    FollowUp.objects.open().filter(endpoint__in=ends, customer=None).update(customer=customer)
    return past.update(
        customer=customer, linked_by=by, linked_at=timezone.now(), link_reason=Reason.CONFIRMED
    )
