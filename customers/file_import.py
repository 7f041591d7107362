"""Customers from a file: staged once, then worked through in slices, first to see and then to write.

Used by the page, which does a slice a request, and by the command, which does them in a row.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from customers.card_setup import load_card_setup
from customers.field_values import FieldSpec
from customers.file_import_apply import apply
from customers.file_import_mapping import HEADER_ROWS, find_header
from customers.file_import_plan import BAD, Decision, Planner
from customers.file_import_reading import MOST_COLUMNS, RawRow, RefusedFileError, open_source
from customers.file_import_rows import Entry, RowReader
from customers.file_import_seen import Seen
from customers.models import ImportProblem
from customers.pinyin import syllables

# So many rows are done at a time: short enough for a request, and for the others who want to write.
SLICE = 250
STAGED = "rows"
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Staged:
    """A file whose rows lie ready. `total` counts the rows below the header that are not empty."""

    form: str
    header_row: int
    headers: list[str]
    known: bool
    total: int
    empty: int


def stage(path: Path, folder: Path) -> Staged:
    """Read the file to its end and put its rows into the folder, one to a line. Raises RefusedFileError."""
    source = open_source(path)
    rows = iter(source.rows)
    first = list(islice((row for row in rows if any(row.cells)), HEADER_ROWS))
    header = find_header(first, source)
    below = chain((row for row in first if row.number > header.row), rows)
    total, last = 0, header.row
    with (folder / STAGED).open("w", encoding="utf-8") as file:
        for row in below:
            if any(row.cells):
                total, last = total + 1, row.number
                line = [row.number, row.cells[:MOST_COLUMNS], row.merged]
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    if not total:
        raise RefusedFileError(_("表头下面没有数据。"))
    empty = last - header.row - total
    return Staged(source.form, header.row, header.names, header.known, total, empty)


def staged_rows(folder: Path, offset: int, most: int = SLICE) -> tuple[list[RawRow], int]:
    """So many rows from there on, and where the next ones begin."""
    rows = []
    with (folder / STAGED).open("rb") as file:
        file.seek(offset)
        for line in islice(iter(file.readline, b""), most):
            number, cells, merged = json.loads(line)
            rows.append(RawRow(number, cells, tuple(merged)))
        return rows, file.tell()


@dataclass(slots=True)
class Outcome:
    """What became of a slice."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[ImportProblem] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)


def read_rows(rows: Sequence[RawRow], reader: RowReader) -> list[Entry]:
    """What the rows say."""
    entries = [reader.read(row) for row in rows]
    for entry in entries:
        # Worked out now and remembered: later the others who want to write would wait for it.
        syllables(entry.name)
    return entries


def settle(entries: Sequence[Entry], seen: Seen, *, write: bool) -> Outcome:
    """Decide on these rows, and write them if asked to; that wants an open transaction."""
    planner = Planner(entries, seen, lock=write)
    decisions = [planner.decide(entry) for entry in entries]
    if write:
        apply(decisions)
    outcome = Outcome()
    for decision in decisions:
        _count(decision, outcome)
    return outcome


def _count(decision: Decision, outcome: Outcome) -> None:
    entry, counts = decision.entry, outcome.counts
    counts[decision.action] += 1
    counts["renamed"] += bool(decision.was)
    counts["shares"] += decision.shares
    if decision.action == BAD:
        outcome.problems.append(
            ImportProblem(row=entry.raw.number, faults=entry.faults, cells=entry.raw.cells)
        )
    outcome.shown.append(
        {
            "row": entry.raw.number,
            "action": decision.action,
            "name": entry.name or (decision.customer.name if decision.customer else ""),
            "was": decision.was,
            "points": len(decision.new_points),
            "faults": entry.faults,
        }
    )


def owners() -> dict[str, int]:
    """Colleagues by the names that people write: the user name, and the shown name where only one has it."""
    users = list(get_user_model()._default_manager.filter(is_active=True))
    shown = Counter(str(user).lower() for user in users)
    names = {str(user).lower(): user.pk for user in users if shown[str(user).lower()] == 1}
    return names | {user.get_username().lower(): user.pk for user in users}


def chosen_fields() -> Sequence[FieldSpec]:
    """The business fields that a column may hold."""
    return load_card_setup().fields


def slices(folder: Path) -> Iterator[list[RawRow]]:
    """All rows, a slice at a time."""
    offset = 0
    while True:
        rows, offset = staged_rows(folder, offset)
        if not rows:
            return
        yield rows


__all__ = [
    "SEEN",
    "SLICE",
    "Outcome",
    "RefusedFileError",
    "RowReader",
    "Seen",
    "Staged",
    "chosen_fields",
    "owners",
    "read_rows",
    "settle",
    "slices",
    "stage",
    "staged_rows",
]
