"""Opening a file that somebody hands in: what it is, and its rows as text.

Nothing about it is believed: not its name, not its encoding, not its size. What cannot be read is
refused in words that say what to do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_FORMULA_TEXT = re.compile(r'="(.*)"', re.S)
_ESCAPED_FORMULA = re.compile(r"'(?=[=+\-@\t\r])")


class RefusedFileError(Exception):
    """The file as a whole cannot be imported; the message is for the person who handed it in."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row. `number` is the row's number in a spreadsheet program; `merged` are columns that show a cell above."""

    number: int
    cells: list[str]
    merged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file. `spans` are cells that reach over several columns: (row, first, last), columns from 0."""

    form: str
    rows: Iterator[RawRow]
    spans: list[tuple[int, int, int]] = field(default_factory=list)


def open_source(path: Path) -> Source:
    """The rows of a CSV or XLSX file, whatever its name says. Raises RefusedFileError, also while rows are read."""
    from customers.file_import_csv import read_csv
    from customers.file_import_xlsx import read_xlsx

    size = path.stat().st_size
    if size > MOST_BYTES:
        raise RefusedFileError(too_big())
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise RefusedFileError(_("文件是空的。"))
    if head.startswith(_ZIP):
        return read_xlsx(path)
    if head.startswith(_OLD_OFFICE):
        raise RefusedFileError(
            _("这是旧版 Excel（.xls）或加了密码的表格。请另存为不带密码的 .xlsx 或 CSV 再导入。")
        )
    if head.startswith(b"%PDF"):
        raise RefusedFileError(not_a_table())
    return read_csv(path.read_bytes())


def too_big() -> str:
    """More bytes than are taken."""
    return _("文件超过 %(most)s MB。请拆成几个文件再导入。") % {"most": MOST_BYTES // 1024 // 1024}


def too_many_rows() -> str:
    """More rows than are taken."""
    return _("文件超过 %(most)s 行。请拆成几个文件再导入。") % {"most": f"{MOST_ROWS:,}"}


def too_many_columns() -> str:
    """More columns than are taken."""
    return _("文件超过 %(most)s 列。请只留下需要的列再导入。") % {"most": MOST_COLUMNS}


def not_a_table() -> str:
    """Some other kind of file."""
    return _("这不是表格文件。请导入 CSV 或 XLSX。")


def clean_cell(text: str) -> str:
    """A cell without what nobody can see: controls, NULs, byte order marks, blanks around it."""
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() else " " * c.isspace() if c != "\n" else c for c in text
        )
    text = text.strip()
    if found := _FORMULA_TEXT.fullmatch(text):
        # ="00123" is how a CSV keeps a spreadsheet program from eating zeros.
        text = found[1].strip()
    return _ESCAPED_FORMULA.sub("", text, count=1) if text.startswith("'") else text
