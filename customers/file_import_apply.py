"""Writing what was decided on a slice of rows, many at a time. Wants an open transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone

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
    _insert_missing(
        ContactPoint,
        [
            {
                "customer_id": d.customer.pk,
                "endpoint_id": keys[point.key],
                "raw": point.raw,
                "label": point.label,
                "source": SOURCE,
            }
            for d in decisions
            if d.customer
            for point in d.new_points
        ],
    )


def _endpoint_keys(points: Iterable[Point]) -> dict[End, int]:
    """The key of each point's endpoint, made where there was none."""
    addresses = {point.key: point.address for point in points}
    keys = _keys_there(addresses)
    # In one order for all, so that two imports at once wait for each other at most.
    missing = sorted(end for end in addresses if end not in keys)
    _insert_missing(
        Endpoint,
        [
            {"kind": kind, "value": value, "reversed_digits": addresses[kind, value].digits[::-1]}
            for kind, value in missing
        ],
    )
    return keys | _keys_there(missing)


def _keys_there(ends: Iterable[End]) -> dict[End, int]:
    values: dict[str, list[str]] = {}
    for kind, value in ends:
        values.setdefault(kind, []).append(value)
    return {
        (kind, value): pk
        for kind, wanted in values.items()
        for value, pk in Endpoint.objects.filter(kind=kind, value__in=wanted).values_list(
            "value", "pk"
        )
    }


def _insert_missing(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of plain values; the other columns get the model's defaults, and times this moment.

    A fifth of what `bulk_create` costs. Somebody on the telephone may add the same row at this
    moment: the one that is there stays.
    """
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    defaults = {}
    for field in fields:
        is_time = isinstance(field, models.DateTimeField) and not field.null
        value = timezone.now() if is_time else field.get_default()
        defaults[field.attname] = field.get_db_prep_save(value, connection)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
    values = [list((defaults | row).values()) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One array for each column: one statement instead of one for each row.
            arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
            cursor.execute(
                f"{into} SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",  # noqa: S608
                [list(column) for column in zip(*values, strict=True)],
            )
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into} VALUES ({places}) ON CONFLICT DO NOTHING", values)
