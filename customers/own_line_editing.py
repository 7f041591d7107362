"""The administrator's work on the centre's own lines: noted from a pasted list, removed again."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from customers.models import Endpoint
from customers.number_list import Row
from customers.row_locks import lock_numbers


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of one row: "added" or "already"; `holders` is how many customers have this number."""

    row: Row
    result: str
    holders: int


@transaction.atomic
def note_lines(rows: list[Row]) -> list[Noted]:
    """Note the rows without a problem as our own lines. A customer who has such a number keeps it, unmatched."""
    named = [row for row in rows if not row.problem]
    lock_numbers(row.address.value for row in named)
    by_number = sorted(range(len(named)), key=lambda place: named[place].address.value)
    noted = {place: _note(named[place]) for place in by_number}
    return [noted[place] for place in range(len(named))]


def _note(row: Row) -> Noted:
    endpoint = Endpoint.objects.of(row.address)
    assert endpoint is not None
    new = Endpoint.objects.filter(pk=endpoint.pk, is_own_line=False).update(is_own_line=True)
    present = Q(contact_points__customer__merged_into=None, contact_points__isnull=False)
    counted = Endpoint.objects.filter(pk=endpoint.pk).aggregate(
        holders=Count("contact_points", filter=present)
    )
    return Noted(row, "added" if new else "already", counted["holders"])


def remove_line(endpoint: Endpoint) -> bool:
    """It is an ordinary number again; tells whether it was one of our lines."""
    return bool(Endpoint.objects.filter(pk=endpoint.pk, is_own_line=True).update(is_own_line=False))
