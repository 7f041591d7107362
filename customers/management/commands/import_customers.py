"""`manage.py import_customers FILE`: customers from a CSV or XLSX file."""

import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from customers.file_import import (
    SEEN,
    SLICE,
    Outcome,
    RefusedFileError,
    RowReader,
    Seen,
    Staged,
    chosen_fields,
    owners,
    read_rows,
    settle,
    slices,
    stage,
)
from customers.file_import_mapping import (
    ATTRIBUTE,
    FIELD,
    IGNORE,
    TARGETS,
    all_targets,
    guess_all,
    mapping_problems,
)
from customers.file_import_words import columns_of, problem_file, reason_of
from customers.models import ImportProblem

_SHOWN = 20
_BAR = 30


class Command(BaseCommand):
    """Creates or updates customers by own id, else by number. Takes nothing away; a second run changes nothing."""

    help = (
        "Creates or updates customers from a CSV (UTF-8, GB18030) or XLSX file, by own id, else by number. "
        "Columns are recognised by their headers. Importing a file twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what to do about its columns."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would become of each row"
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADER=FIELD",
            help=f"what a column means, one of: {', '.join(filter(None, TARGETS))}, {FIELD}KEY, ignore",
        )
        parser.add_argument(
            "--attributes",
            action="store_true",
            help="keep columns that are not recognised as business fields",
        )
        parser.add_argument(
            "--problems", type=Path, metavar="CSV", help="write the rows that were refused there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what became of the rows."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path} that this user can read.")
        if options["problems"]:
            self._make_empty(options["problems"])
        with tempfile.TemporaryDirectory(prefix="import-") as name:
            folder = Path(name)
            try:
                staged = stage(path, folder)
            except RefusedFileError as refused:
                raise CommandError(str(refused)) from None
            mapping = self._mapping(staged, options)
            counts, problems = self._run(folder, staged, mapping, write=not options["dry_run"])
        self._report(staged, counts, problems, dry_run=options["dry_run"])
        if options["problems"]:
            with options["problems"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(problem_file(staged.headers, problems))

    def _make_empty(self, path: Path) -> None:
        """Before the first row is written: a list that cannot be kept is told in time."""
        try:
            path.write_bytes(b"")
        except OSError as error:
            raise CommandError(
                f"--problems {path}: {error.strerror}. Name a file in a folder that this user may write to."
            ) from None

    def _mapping(self, staged: Staged, options: dict[str, Any]) -> list[str]:
        others = ATTRIBUTE if options["attributes"] else IGNORE
        fields = chosen_fields()
        mapping = guess_all(staged.headers, others=others, fields=fields)
        for word in options["column"]:
            header, _equals, target = word.rpartition("=")
            target = IGNORE if target == "ignore" else target
            if header not in staged.headers or target not in all_targets(fields):
                raise CommandError(f"--column {word}: no such column or field.")
            for at, name in enumerate(staged.headers):
                mapping[at] = target if name == header else mapping[at]
        if problems := mapping_problems(staged.headers, mapping, fields):
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{staged.form}: {staged.total} rows below row {staged.header_row}")
        for header, target in zip(staged.headers, mapping, strict=True):
            if header:
                self.stdout.write(f"  {header} -> {target or 'not imported'}")
        return mapping

    def _run(
        self, folder: Path, staged: Staged, mapping: list[str], *, write: bool
    ) -> tuple[Counter[str], list[ImportProblem]]:
        reader = RowReader(staged.headers, mapping, owners(), chosen_fields())
        counts: Counter[str] = Counter()
        problems: list[ImportProblem] = []
        done = 0
        for rows in slices(folder):
            entries = read_rows(rows, reader)
            seen = Seen(folder / SEEN, entries)
            with transaction.atomic():
                outcome = settle(entries, seen, write=write)
            if not done:
                self._show(outcome)
            done += len(rows)
            counts += outcome.counts
            problems += outcome.problems
            self._progress(done, staged.total)
        return counts, problems

    def _show(self, outcome: Outcome) -> None:
        for row in outcome.shown[:5]:
            self.stdout.write(f"  row {row['row']}: {row['action']}")

    def _progress(self, done: int, total: int) -> None:
        """A bar on a terminal; ten lines for whoever keeps a log."""
        if sys.stderr.isatty():
            full = _BAR * done // total
            bar = "█" * full + "░" * (_BAR - full)
            end = "\n" if done == total else ""
            self.stderr.write(f"\r{bar} {done}/{total}{end}", ending="")
        elif done == total or done * 10 // total > max(done - SLICE, 0) * 10 // total:
            self.stderr.write(f"{done}/{total}")

    def _report(
        self, staged: Staged, counts: Counter[str], problems: list[ImportProblem], *, dry_run: bool
    ) -> None:
        for problem in problems[:_SHOWN]:
            column, reason = columns_of(problem.faults), reason_of(problem.faults)
            self.stdout.write(f"  row {problem.row}, {column or '-'}: {reason}")
        if len(problems) > _SHOWN:
            self.stdout.write(
                f"  and {len(problems) - _SHOWN} more; --problems FILE lists them all"
            )
        words = ", ".join(
            f"{counts[name]} {name}"
            for name in ("created", "updated", "unchanged", "bad", "renamed", "shares")
        )
        dry = "Dry run, nothing was written: " if dry_run else ""
        self.stdout.write(f"{dry}{words}, {staged.empty} empty")
