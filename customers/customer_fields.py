"""A customer's business fields as a person may see them."""

from dataclasses import dataclass
from typing import Any

from customers.card_setup import CardSetup
from customers.field_values import FieldSpec, show_value
from customers.models import CardField, Customer


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One business field. A folded one carries no value at all."""

    name: str
    text: str
    is_sensitive: bool = False
    is_folded: bool = False


def lines_on_card(setup: CardSetup, customer: Customer, *, shut: bool) -> list[FieldLine]:
    """The active fields; with a shut gate the sensitive ones have no text."""
    return [_line(spec, customer, shut=shut) for spec in setup.fields]


def _line(spec: FieldSpec, customer: Customer, *, shut: bool) -> FieldLine:
    if shut and spec.is_sensitive:
        return FieldLine(spec.name, "", is_sensitive=True, is_folded=True)
    text = show_value(spec.kind, customer.attributes.get(spec.key))
    return FieldLine(spec.name, text, spec.is_sensitive)


def lines_on_page(customer: Customer) -> list[FieldLine]:
    """All that the customer has, for supervisors: the active fields in their order, then whatever else is kept."""
    held: dict[str, Any] = dict(customer.attributes)
    lines = []
    retired: dict[str, str] = {}
    for field in CardField.objects.all():
        if field.is_active:
            text = show_value(field.kind, held.pop(field.key, None))
            lines.append(FieldLine(field.name, text, field.is_sensitive))
        else:
            retired[field.key] = field.name
    more = (FieldLine(retired.get(key, key), show_value("", value)) for key, value in held.items())
    return [*(line for line in lines if line.text), *more]
