"""Many rows at once: several times faster than `bulk_create`, and past times stay past.

`bulk_create` would set every `auto_now` field to this moment; here the objects come complete.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection, models


class Counter:
    """How many rows were written."""

    def __init__(self) -> None:
        self.rows = 0


Row = TypeVar("Row", bound=models.Model)


def like(template: Row, **values: Any) -> Row:
    """A copy of an unsaved object with other values, at a tenth of the price of making one."""
    row = object.__new__(type(template))
    row.__dict__.update(template.__dict__, **values)
    return row


def insert(objects: Sequence[models.Model], counter: Counter) -> None:
    """Give the objects their keys and write them. Wants an open transaction."""
    if not objects:
        return
    meta = objects[0]._meta
    table = connection.ops.quote_name(meta.db_table)
    for row, key in zip(objects, _keys(table, len(objects)), strict=True):
        row.pk = key
    fields = meta.concrete_fields
    names = [field.attname for field in fields]
    steps = [(at, step) for at, field in enumerate(fields) if (step := _adapter(field))]
    rows = []
    for row in objects:
        held = row.__dict__
        values = [held[name] for name in names]
        for at, step in steps:
            values[at] = step(values[at])
        rows.append(values)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    _write(table, columns, rows)
    counter.rows += len(rows)


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    """What must be done to a value before the database takes it."""
    if isinstance(field, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return _sqlite_moment if connection.vendor == "sqlite" else None
    return None


def _sqlite_moment(value: datetime | None) -> str | None:
    """UTC as Django writes it to SQLite; what has no zone or another one goes the long way."""
    if value is not None and value.tzinfo is UTC:
        return str(value)[:-6]
    return connection.ops.adapt_datetimefield_value(value)


def _keys(table: str, count: int) -> Sequence[int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor.fetchall()]
        # The transaction holds the one write lock, so nobody else takes the next key.
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608
        (highest,) = cursor.fetchone()
        return range(highest + 1, highest + 1 + count)


def _write(table: str, columns: str, rows: list[list[Any]]) -> None:
    cursor: Any
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608
