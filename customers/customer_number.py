"""A further number for a customer, typed by a person: read, checked, and added."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from customers import phone
from customers.addresses import Address, read_address
from customers.field_values import RefusedValueError, one_line
from customers.identity import holding, own_lines
from customers.models import ContactPoint, Customer, Endpoint, MatchVerdict

LONGEST_LABEL = int(ContactPoint._meta.get_field("label").max_length or 40)
LONGEST_NUMBER = 128  # characters, as `phone.read` takes them
# Nobody is reached at 110 or at the first digits of a number.
_SHORTEST = 5
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A number that may be added. `holders` are others who have it; `mark` proves that they were shown."""

    address: Address
    raw: str
    label: str
    holders: tuple[Customer, ...] = ()

    @property
    def mark(self) -> str:
        """Changes with the number and with who else has it."""
        keys = ",".join(str(holder.pk) for holder in self.holders)
        return hashlib.sha256(f"{self.address.value}:{keys}".encode()).hexdigest()[:16]


def read_new_number(customer: Customer, raw: str, label: str) -> NewNumber:
    """The number that was typed, with the others who have it. Raises RefusedValueError."""
    address, label = read_address("phone", raw[: LONGEST_NUMBER + 1]), one_line(label)
    _refuse_no_number(address, raw)
    if len(label) > LONGEST_LABEL:
        raise RefusedValueError(_("标签最多 %(n)d 个字。") % {"n": LONGEST_LABEL})
    endpoint = Endpoint.objects.filter(kind=address.kind, value=address.value).first()
    if address.value in own_lines() or (endpoint and endpoint.is_own_line):
        raise RefusedValueError(_("这是本中心自己的号码。"))
    if endpoint is None:
        return NewNumber(address, raw, label)
    points = holding([endpoint.pk]).select_related("customer").order_by("customer_id")
    if points.filter(customer=customer).exists():
        raise RefusedValueError(_("这位客户已有此号码。"))
    holders = tuple(point.customer for point in points[:_MOST_NAMED])
    return NewNumber(address, raw, label, holders)


def _refuse_no_number(address: Address, raw: str) -> None:
    number = address.number
    if len(raw) > LONGEST_NUMBER or not address.value or address.kind not in ("phone", "masked"):
        raise RefusedValueError(_("没有读出电话号码。"))
    if address.kind == "masked":
        raise RefusedValueError(_("号码里有星号，看不出是哪个号码。"))
    is_short = number is None or len(number.digits) < _SHORTEST
    if is_short or (number and number.category is phone.Category.UNKNOWN):
        raise RefusedValueError(_("号码不完整。"))


def add_number(customer: Customer, number: NewNumber, by: Any) -> Endpoint:
    """Add it. Somebody who said that it is no longer this customer's is overruled by whoever types it anew."""
    address = number.address
    point = customer.add_contact_point(address.kind, number.raw, label=number.label, source="pop")
    lapsed = Q(customer=customer, endpoint=point.endpoint, verdict=MatchVerdict.Verdict.NO_LONGER)
    word = MatchVerdict.objects.filter(lapsed).first()
    if word is not None:
        word.verdict, word.by = MatchVerdict.Verdict.CONFIRMED, by
        word.save(update_fields=["verdict", "by", "at"])
    return point.endpoint
