"""The identity gate: sensitive fields stay folded on a leg until its agent has verified who is speaking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.card_setup import CardSetup, Item
from customers.models import Customer, IdentityCheck, Leg

# For a call whose wrap-up never came; no call lasts longer.
_COUNTS_FOR = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate before a customer's sensitive fields on one leg. `last` is the check that counts."""

    items: tuple[Item, ...]
    last: IdentityCheck | None = None
    has_lapsed: bool = False

    @property
    def is_shut(self) -> bool:
        """Whether the sensitive fields are folded."""
        return self.last is None or not self.last.passed or self.has_lapsed

    @property
    def has_failed(self) -> bool:
        """Whether the agent said that it is not proved."""
        return self.last is not None and not self.last.passed


class CheckRefusedError(ValueError):
    """The check cannot be kept; the message says why, in words for the agent."""


def is_shut(gate: Gate | None) -> bool:
    """Whether anything is folded: never where there is no gate."""
    return gate is not None and gate.is_shut


def gate_of(setup: CardSetup, leg: Leg, customer: Customer) -> Gate | None:
    """The gate of this leg before this customer; None when the level has none.

    A check counts for its own leg and customer alone, until the wrap-up: the next call, a card that is linked anew, and
    an old card that is opened again ask anew.
    """
    if customer.level not in setup.gated:
        return None
    if not getattr(leg, "may_be_verified", True):
        return Gate(setup.items)
    last = IdentityCheck.objects.filter(leg=leg, customer=customer).order_by("-pk").first()
    is_old = last is not None and timezone.now() - last.at > _COUNTS_FOR
    return Gate(setup.items, last, has_lapsed=is_old or leg.wrapped_up_at is not None)


@transaction.atomic
def keep_check(
    setup: CardSetup,
    leg: Leg,
    customer: Customer,
    by: Any,
    *,
    passed: bool,
    ticked: Collection[int],
) -> IdentityCheck:
    """Keep the agent's word with what was ticked. To pass, every item that is asked today must be."""
    if customer.level not in setup.gated:
        raise CheckRefusedError(_("这位客户不需要核实。"))
    missing = [item.text for item in setup.items if item.pk not in ticked]
    if passed and missing:
        raise CheckRefusedError(_("请先勾选：%(items)s") % {"items": _("、").join(missing)})
    check = IdentityCheck.objects.create(
        leg=leg,
        customer=customer,
        by=by,
        passed=passed,
        items=[{"zh": item.zh, "en": item.en, "ticked": item.pk in ticked} for item in setup.items],
    )
    # The agent's other tabs paint the card anew.
    Leg.objects.filter(pk=leg.pk).update(changed_at=timezone.now())
    return check
