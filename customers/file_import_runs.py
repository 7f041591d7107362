"""An import that a person follows on a page: every request does one slice, and a row remembers how far it is.

A slice and the remembering of it are one transaction. So a server that is killed does nothing
twice, and any tab, reload or other worker goes on where the last one was.
"""

import logging
import secrets
import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from customers.file_import import (
    SEEN,
    SLICE,
    Outcome,
    RefusedFileError,
    RowReader,
    Seen,
    chosen_fields,
    owners,
    read_rows,
    settle,
    stage,
    staged_rows,
)
from customers.file_import_mapping import guess_all, mapping_problems
from customers.file_import_reading import MOST_BYTES, RawRow, too_big
from customers.models import ImportProblem, ImportRun

State = ImportRun.State

PREVIEW = 10
RENAMES = 20
_SAMPLES = 3
# A file that nobody carries on with is deleted after this, and so is the list of refused rows.
_KEPT = timedelta(days=7)

log = logging.getLogger(__name__)


def begin(upload: "UploadedFile[Any]", user: Any) -> ImportRun:
    """Take a file in. Raises RefusedFileError; then nothing is left of it."""
    forget_old()
    if (upload.size or 0) > MOST_BYTES:
        raise RefusedFileError(too_big())
    name = secrets.token_hex(16)
    folder = Path(settings.IMPORT_DIR) / name
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        given = folder / "given"
        with given.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        staged = stage(given, folder)
        given.unlink()
        return ImportRun.objects.create(
            folder=name,
            file_name=_harmless_name(upload.name or ""),
            form=staged.form[:80],
            header_row=staged.header_row,
            headers=staged.headers,
            mapping=guess_all(staged.headers, fields=chosen_fields()),
            total=staged.total,
            empty=staged.empty,
            created_by=user,
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _harmless_name(name: str) -> str:
    return "".join(c for c in Path(name).name if c.isprintable())[:200]


def folder_of(run: ImportRun) -> Path:
    """Where its rows lie."""
    return Path(settings.IMPORT_DIR) / run.folder


def samples(run: ImportRun) -> list[RawRow]:
    """The first rows, to see what each column holds; nothing when the file is gone."""
    try:
        return staged_rows(folder_of(run), 0, _SAMPLES)[0]
    except FileNotFoundError:
        return []


def check(run: ImportRun, mapping: Sequence[str]) -> list[str]:
    """Settle the columns and begin the dry run; gives what is wrong with the mapping instead, in words."""
    if problems := mapping_problems(run.headers, mapping, chosen_fields()):
        return problems
    with transaction.atomic():
        run = _locked(run)
        if run.state in (State.MAPPING, State.CHECKED):
            (folder_of(run) / SEEN).unlink(missing_ok=True)
            run.mapping = list(mapping)
            _start_pass(run, State.CHECKING)
    return []


def change_columns(run: ImportRun) -> None:
    """Back to the columns."""
    with transaction.atomic():
        run = _locked(run)
        if run.state in (State.CHECKING, State.CHECKED):
            _start_pass(run, State.MAPPING)


def start(run: ImportRun) -> None:
    """After the dry run: import."""
    with transaction.atomic():
        run = _locked(run)
        if run.state == State.CHECKED:
            _start_pass(run, State.IMPORTING)


def _start_pass(run: ImportRun, state: str) -> None:
    run.problems.all().delete()
    run.state = state
    run.done = run.offset = 0
    run.counts, run.preview = {}, []
    run.save()


def next_slice(run: ImportRun) -> ImportRun:
    """Do the next slice of the pass at hand, whoever asks; gives the run as it then is."""
    if run.state not in ImportRun.AT_WORK:
        return run
    at, folder, writing = (run.state, run.offset), folder_of(run), run.state == State.IMPORTING
    try:
        rows, offset = staged_rows(folder, run.offset, SLICE)
        reader = RowReader(run.headers, run.mapping, owners(), chosen_fields())
        entries = read_rows(rows, reader)
        seen = Seen(folder / SEEN, entries)
    except (FileNotFoundError, sqlite3.OperationalError):
        log.warning("import %s: its file is gone", run.pk)
        abandon(run)
        return _now(run)
    # A dry run keeps nobody waiting; what is written is decided under the lock.
    outcome = None if writing else settle(entries, seen, write=False)
    with transaction.atomic():
        run = _locked(run)
        if (run.state, run.offset) != at:
            return run  # another tab has done this slice meanwhile
        outcome = outcome or settle(entries, seen, write=True)
        _remember(run, outcome)
        run.done, run.offset = run.done + len(rows), offset
        if run.done >= run.total or not rows:
            if writing:
                _end(run, State.DONE)
            else:
                run.state = State.CHECKED
        run.save()
    if run.state == State.DONE:
        shutil.rmtree(folder, ignore_errors=True)
    return run


def _remember(run: ImportRun, outcome: Outcome) -> None:
    run.counts = dict(Counter(run.counts) + outcome.counts)
    for problem in outcome.problems:
        problem.run = run
    ImportProblem.objects.bulk_create(outcome.problems)
    first = outcome.shown[: max(PREVIEW - run.done, 0)]
    renamed = [row for row in outcome.shown if row["was"] and row not in first]
    room = max(RENAMES - sum(bool(row["was"]) for row in run.preview), 0)
    run.preview = [*run.preview, *first, *renamed[:room]]


def abandon(run: ImportRun) -> None:
    """Stop, and delete the file. What was imported stays."""
    with transaction.atomic():
        run = _locked(run)
        if run.state in ImportRun.OPEN:
            _end(run, State.ABANDONED)
            run.save()
    shutil.rmtree(folder_of(run), ignore_errors=True)


def _end(run: ImportRun, state: str) -> None:
    """Names were kept for the preview only."""
    run.state = state
    run.finished_at = timezone.now()
    run.preview = []
    run.save()


def forget_old() -> None:
    """Delete the files of imports that nobody carries on with, and rows refused long ago."""
    before = timezone.now() - _KEPT
    for run in ImportRun.objects.open().filter(created_at__lt=before):
        abandon(run)
    ImportProblem.objects.filter(run__finished_at__lt=before).delete()


def _now(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)
