"""Locks of several rows, in the order that is the same for everybody: ARCHITECTURE.md, "Lock order".

Endpoints come first, then interactions, legs, follow-ups; of one kind the row with the lower id. A row that is made has
the highest id of all, so that it is made when those that are there are locked.
"""

from collections.abc import Iterable

from customers.models import Endpoint, Interaction, Leg

# SQLite takes a limited number of values in one statement.
_AT_ONCE = 500


def lock_endpoints(keys: Iterable[int | None]) -> None:
    """Lock these endpoints until the transaction ends."""
    ordered = sorted({key for key in keys if key is not None})
    for start in range(0, len(ordered), _AT_ONCE):
        rows = Endpoint.objects.select_for_update(no_key=True)
        rows = rows.filter(pk__in=ordered[start : start + _AT_ONCE])
        list(rows.order_by("pk").values_list("pk", flat=True))


def lock_numbers(values: Iterable[str]) -> None:
    """Lock the endpoints of those numbers that have one."""
    wanted, keys = sorted(set(values)), list[int | None]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = Endpoint.objects.filter(kind=Endpoint.Kind.PHONE, value__in=some)
        keys += rows.values_list("pk", flat=True)
    lock_endpoints(keys)


def lock_interactions(keys: Iterable[int]) -> None:
    """Lock these interactions; their endpoints are locked."""
    rows = Interaction.objects.select_for_update(no_key=True).filter(pk__in=set(keys))
    list(rows.order_by("pk").values_list("pk", flat=True))


def lock_legs(keys: Iterable[int]) -> None:
    """Lock these legs; what comes before them is locked."""
    rows = Leg.objects.select_for_update(no_key=True).filter(pk__in=set(keys))
    list(rows.order_by("pk").values_list("pk", flat=True))
