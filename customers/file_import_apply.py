"""Writing what was decided on a slice of rows, many at a time. Wants an open transaction."""

from collections.abc import Iterable, Sequence

from customers.file_import_plan import CREATED, UPDATED, Decision
from customers.file_import_rows import Point
from customers.file_import_seen import End
from customers.models import ContactPoint, Customer, Endpoint

SOURCE = "import"


def apply(decisions: Sequence[Decision]) -> None:
    """Create and update the customers, and add their numbers and accounts."""
    made = [d.customer for d in decisions if d.action == CREATED and d.customer]
    Customer.objects.bulk_create(made)
    _update([d for d in decisions if d.action == UPDATED and d.changed])
    _add_points([d for d in decisions if d.new_points])


def _update(decisions: Sequence[Decision]) -> None:
    """One statement for many rows: they are there, so every insert turns into an update of the changed columns.

    Unlike `bulk_update` this goes through the fields' `pre_save`, which derives pinyin and sets updated_at.
    """
    changed = {name for decision in decisions for name in decision.changed}
    if not changed:
        return
    if "name" in changed:
        changed |= {"name_pinyin", "name_initials"}
    names = [f.name for f in Customer._meta.concrete_fields if {f.name, f.attname} & changed]
    rows = {d.customer.pk: d.customer for d in decisions if d.customer}
    Customer.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*names, "updated_at"],
    )


def _add_points(decisions: Sequence[Decision]) -> None:
    points = {point.key: point for decision in decisions for point in decision.new_points}
    keys = _endpoint_keys(points.values())
    # Somebody on the telephone may add the same number at this moment: the one that is there stays.
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                customer=d.customer,
                endpoint_id=keys[point.key],
                raw=point.raw,
                label=point.label,
                source=SOURCE,
            )
            for d in decisions
            for point in d.new_points
        ],
        ignore_conflicts=True,
    )


def _endpoint_keys(points: Iterable[Point]) -> dict[End, int]:
    """The key of each point's endpoint, made where there was none."""
    by_kind: dict[str, list[Point]] = {}
    for point in points:
        by_kind.setdefault(point.address.kind, []).append(point)
    keys: dict[End, int] = {}
    for kind, some in by_kind.items():
        keys |= _keys_there(kind, [point.address.value for point in some])
    missing = [p for some in by_kind.values() for p in some if p.key not in keys]
    Endpoint.objects.bulk_create(
        [
            Endpoint(kind=a.kind, value=a.value, reversed_digits=a.digits[::-1])
            for a in sorted((p.address for p in missing), key=lambda a: (a.kind, a.value))
        ],
        ignore_conflicts=True,
    )
    for kind in {point.address.kind for point in missing}:
        values = [point.address.value for point in missing if point.address.kind == kind]
        keys |= _keys_there(kind, values)
    return keys


def _keys_there(kind: str, values: Sequence[str]) -> dict[End, int]:
    rows = Endpoint.objects.filter(kind=kind, value__in=values).values_list("value", "pk")
    return {(kind, value): pk for value, pk in rows}
