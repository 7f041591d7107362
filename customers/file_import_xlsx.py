"""XLSX: read by a process of its own, which may fail without harm."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from customers.file_import_reading import (
    MOST_COLUMNS,
    MOST_ROWS,
    RawRow,
    RefusedFileError,
    Source,
    clean_cell,
    not_a_table,
    too_many_columns,
    too_many_rows,
)

MOST_UNPACKED = 400 * 1024 * 1024
_READER = Path(__file__).with_name("file_import_xlsx_rows.py")
_PATIENCE = 60


def read_xlsx(path: Path) -> Source:
    """The rows of the first visible sheet that holds anything."""
    _look_inside(path)
    output = _run_reader(path)
    about = json.loads(output.readline() or "{}")
    if "sheet" not in about:
        output.close()
        raise RefusedFileError(_problem(about.get("problem", "")))
    spans = [(row, first, last) for row, first, last in about["spans"]]
    form = _("XLSX · 工作表“%(sheet)s”") % {"sheet": clean_cell(about["sheet"])[:31]}
    return Source(form=form, rows=_rows(output), spans=spans)


def _look_inside(path: Path) -> None:
    """Refuse with the right words what is no workbook, or says itself how large it will become."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise RefusedFileError(_unreadable()) from None
    if not any(file.filename.lower().startswith("xl/") for file in files):
        raise RefusedFileError(not_a_table())
    if sum(file.file_size for file in files) > MOST_UNPACKED:
        raise RefusedFileError(_too_large_inside())


def _run_reader(path: Path) -> IO[str]:
    """What the reader wrote. A file takes it, so that neither process waits for the other."""
    output = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - its reader closes it
    command = [sys.executable, "-I", str(_READER), str(path), str(MOST_ROWS), str(MOST_COLUMNS)]
    # -I keeps this program's own folders off the module path; nothing of its settings goes along either.
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            env={**environment, "PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired:
        output.close()
        raise RefusedFileError(_too_large_inside()) from None
    if done.returncode:
        output.close()
        # 1 is its own word for "no workbook"; anything else is a bound that was hit.
        raise RefusedFileError(_unreadable() if done.returncode == 1 else _too_large_inside())
    output.seek(0)
    return output


def _rows(output: IO[str]) -> Iterator[RawRow]:
    with output:
        for line in output:
            row: list[Any] = json.loads(line)
            number, cells, merged = row
            yield RawRow(number, [clean_cell(cell) for cell in cells], tuple(merged))


def _problem(code: str) -> str:
    words: dict[str, Callable[[], str]] = {
        "rows": too_many_rows,
        "columns": too_many_columns,
        "password": lambda: _("表格加了密码。请去掉密码再导入。"),
        "empty": lambda: _("表格里没有内容。"),
    }
    return words.get(code, _unreadable)()


def _unreadable() -> str:
    return _("这个文件读不出来，可能已损坏。请用表格软件打开，另存为 .xlsx 再导入。")


def _too_large_inside() -> str:
    return _("表格展开后太大。请把要导入的数据复制到一个新表格里，另存为 .xlsx 再导入。")
