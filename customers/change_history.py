"""Who changed what of a customer, in words, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from customers.field_values import show_value
from customers.models import CardField, Customer, CustomerChange, Endpoint
from customers.number_view import number_text

PAGE = 10


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value that changed; "" where there was none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One edit. `interaction` is the contact during which it was made, None when that is gone."""

    at: datetime
    by: str
    interaction: int | None
    values: list[ValueLine]


def changes_of(customer: Customer, user: Any, before: str = "") -> tuple[list[ChangeLine], str]:
    """A page of the changes, and the key of the next page, "" at the end."""
    rows = CustomerChange.objects.filter(customer=customer).select_related("by", "leg")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    page = found[:PAGE]
    if not page:
        return [], ""
    fields = {field.key: field for field in CardField.objects.all()}
    numbers = _numbers(page, user)
    lines = [
        ChangeLine(
            at=change.at,
            by=change.by.shown_name if change.by else _("未知"),
            interaction=change.leg.interaction_id if change.leg else None,
            values=_values(change, fields, numbers),
        )
        for change in page
    ]
    return lines, str(page[-1].pk) if len(found) > PAGE else ""


def _numbers(changes: list[CustomerChange], user: Any) -> dict[int, str]:
    """The numbers that were added, as this user may read them, by the id of the endpoint."""
    keys = [change.after["number"] for change in changes if "number" in change.after]
    ends = Endpoint.objects.filter(pk__in=keys) if keys else []
    return {end.pk: number_text(end, user) for end in ends}


def _values(
    change: CustomerChange, fields: Mapping[str, CardField], numbers: Mapping[int, str]
) -> list[ValueLine]:
    lines = []
    for name, after in change.after.items():
        before = change.before.get(name)
        if name == "number":
            lines.append(ValueLine(_("加号码"), "", numbers.get(after, "")))
        elif name == "attributes":
            lines += [
                ValueLine(
                    fields[key].name if key in fields else key,
                    show_value("", (before or {}).get(key)),
                    show_value("", value),
                )
                for key, value in after.items()
            ]
        else:
            label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            lines.append(ValueLine(label, _column(name, before), _column(name, after)))
    return lines


def _column(name: str, value: object) -> str:
    levels = {str(code): str(label) for code, label in Customer.Level.choices}
    return levels.get(str(value), str(value)) if name == "level" else str(value or "")
