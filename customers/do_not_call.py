"""Numbers that must not be called: put on the list, taken off, found. Each change is kept with who, when and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from customers.addresses import Address, read_address
from customers.likeness import next_prefix
from customers.models import DoNotCallChange, Endpoint
from customers.number_list import LONGEST_REMARK
from customers.row_locks import lock_numbers

PAGE = 50
SHORTEST_TAIL = 4
# SQLite takes a limited number of values in one statement.
_AT_ONCE = 500
_LARGEST_KEY = 2**63 - 1
Source = DoNotCallChange.Source


@dataclass(frozen=True, slots=True)
class Listed:
    """One number of the list, and the change that put it there (None where it was flagged without one)."""

    endpoint: Endpoint
    change: DoNotCallChange | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, the newest first, and the key of the next one ("" on the last)."""

    rows: list[Any]
    more: str = ""


@transaction.atomic
def register(endpoint: Endpoint, by: Any, *, reason: str, source: str) -> bool:
    """Put one number on the list; tells whether it was not there yet."""
    if not Endpoint.objects.filter(pk=endpoint.pk, do_not_call=False).update(do_not_call=True):
        return False
    endpoint.do_not_call = True
    _remember([endpoint.pk], by, added=True, reasons={}, reason=reason, source=source)
    return True


@transaction.atomic
def remove(endpoint: Endpoint, by: Any, *, reason: str, source: str = Source.LIST) -> bool:
    """Take one number off the list; tells whether it stood there."""
    if not Endpoint.objects.filter(pk=endpoint.pk, do_not_call=True).update(do_not_call=False):
        return False
    endpoint.do_not_call = False
    _remember([endpoint.pk], by, added=False, reasons={}, reason=reason, source=source)
    return True


@transaction.atomic
def register_many(entries: Sequence[tuple[Address, str]], by: Any) -> set[str]:
    """Put (address, reason) on the list; gives the values that were not there yet."""
    new: set[str] = set()
    # Those that are there are locked first, in their order; new ones are made in one order too.
    entries = sorted(entries, key=lambda entry: entry[0].value)
    lock_numbers(address.value for address, _why in entries)
    for start in range(0, len(entries), _AT_ONCE):
        new |= _register_some(entries[start : start + _AT_ONCE], by)
    return new


def _register_some(entries: Sequence[tuple[Address, str]], by: Any) -> set[str]:
    Endpoint.objects.bulk_create(
        [
            Endpoint(kind=a.kind, value=a.value, reversed_digits=a.digits[::-1])
            for a, _why in entries
        ],
        ignore_conflicts=True,
    )
    values = [address.value for address, _why in entries]
    rows = Endpoint.objects.select_for_update(no_key=True).filter(
        kind=Endpoint.Kind.PHONE, value__in=values, do_not_call=False
    )
    found = dict(rows.order_by("pk").values_list("value", "pk"))
    Endpoint.objects.filter(pk__in=found.values()).update(do_not_call=True)
    reasons = {found[a.value]: why for a, why in entries if a.value in found}
    _remember(found.values(), by, added=True, reasons=reasons, reason="", source=Source.LIST)
    return set(found)


def _remember(
    keys: Iterable[int], by: Any, *, added: bool, reasons: dict[int, str], reason: str, source: str
) -> None:
    DoNotCallChange.objects.bulk_create(
        DoNotCallChange(
            endpoint_id=key,
            added=added,
            reason=reasons.get(key, reason)[:LONGEST_REMARK],
            source=source,
            by=by,
        )
        for key in keys
    )


def listed(after: str = "") -> Page:
    """The numbers on the list. `after` is the key that an earlier page gave."""
    return _page(Endpoint.objects.filter(do_not_call=True), after)


def found(term: str, after: str = "") -> Page:
    """Those that are this number, or end in these digits (four at least)."""
    condition = _condition(term)
    if condition is None:
        return Page([])
    return _page(Endpoint.objects.filter(condition, do_not_call=True), after)


def _condition(term: str) -> Q | None:
    digits = "".join(c for c in term if c.isascii() and c.isdigit())
    address = read_address("phone", term)
    condition = None
    if address.value:
        condition = Q(kind=address.kind, value=address.value)
    if len(digits) >= SHORTEST_TAIL:
        backwards = digits[::-1]
        tail = Q(kind=Endpoint.Kind.PHONE, reversed_digits__gte=backwards)
        if end := next_prefix(backwards):
            tail &= Q(reversed_digits__lt=end)
        condition = tail if condition is None else condition | tail
    return condition


def _page(rows: QuerySet[Endpoint], after: str) -> Page:
    shown, more = _newest(rows, after)
    latest = {
        change.endpoint_id: change
        for change in DoNotCallChange.objects.filter(endpoint__in=shown, added=True)
        .select_related("by")
        .order_by("pk")
    }
    return Page([Listed(end, latest.get(end.pk)) for end in shown], more)


def changes(after: str = "") -> Page:
    """Everything that was put on the list or taken off it."""
    shown, more = _newest(DoNotCallChange.objects.select_related("endpoint", "by"), after)
    return Page(shown, more)


def _newest(rows: QuerySet[Any], after: str) -> tuple[list[Any], str]:
    if after.isascii() and after.isdecimal() and int(after[:19]) <= _LARGEST_KEY:
        rows = rows.filter(pk__lt=int(after[:19]))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return shown, str(shown[-1].pk) if len(found) > PAGE else ""
