"""A pasted list of numbers, one on a line with what was said about it, or a CSV file: values in, values out.

People paste from Excel (tabs), CSV (commas, semicolons) or type one number after another, with full-width punctuation
as an input method leaves it.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from customers.addresses import Address
from customers.numbering import Category
from customers.phone_number import Kind

MOST_ROWS = 2000
MOST_CHARACTERS = 400_000
LONGEST_REMARK = 200
_LONGEST_RAW = 128

_FULL_WIDTH = str.maketrans("，；、\u3000\u00a0", ",;,  ")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_HEADINGS = {
    "号码": "number", "电话": "number", "电话号码": "number", "手机": "number", "手机号": "number",
    "手机号码": "number", "联系电话": "number", "number": "number", "phone": "number",
    "phonenumber": "number", "mobile": "number", "tel": "number", "telephone": "number",
    "原因": "remark", "备注": "remark", "说明": "remark", "reason": "remark", "remark": "remark",
    "note": "remark",
}  # fmt: skip
# Digits as people group them, a blank, then words.
_SAID = re.compile(r"(?P<number>[+(（\d][-\d ()（）]*) (?P<said>[^\W\d_].*)")
# What certainly is a number, where a cell might also be a remark.
_CERTAIN = (Category.MOBILE, Category.LANDLINE, Category.TOLL_FREE, Category.FOREIGN)

Read = Callable[[str], Address]


@dataclass(frozen=True, slots=True)
class Row:
    """One number as pasted. `problem` names what keeps it out, "" when it can be used.

    Problems: "not-a-number", "masked", "several", "extension", "no-area-code", "unreadable", "repeated" (`repeats`
    is the line that had it first).
    """

    line: int
    raw: str
    address: Address
    remark: str = ""
    problem: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read. `cut` when there was more than is taken."""

    rows: list[Row]
    cut: bool


def parse_numbers(text: str, read: Read) -> Listing:
    """The rows in the order of the text; blank lines and a heading are left out. `read` reads one number."""
    rows: list[Row] = []
    taken: dict[str, int] = {}
    for line, raw, remark in _entries(text[:MOST_CHARACTERS], read):
        if len(rows) == MOST_ROWS:
            return Listing(rows, cut=True)
        row = _row(line, raw, remark, read)
        if not row.problem and row.address.value in taken:
            row = replace(row, problem="repeated", repeats=taken[row.address.value])
        if not row.problem:
            taken[row.address.value] = line
        rows.append(row)
    return Listing(rows, cut=len(text) > MOST_CHARACTERS)


def _entries(text: str, read: Read) -> Iterator[tuple[int, str, str]]:
    """(line, number, remark) of each."""
    columns: list[str] | None = None
    begun = False
    for line, raw in enumerate(text.splitlines(), 1):
        cells = _cells(raw)
        if not any(cells):
            continue
        if not begun:
            begun = True
            columns = _heading(cells)
            if columns:
                continue
        if columns:
            found = _by_column(columns, cells)
            yield line, found.get("number", ""), found.get("remark", "")
        elif len(cells) > 1 and all(_is_number(cell, read) for cell in cells if cell):
            yield from ((line, cell, "") for cell in cells if cell)
        else:
            number, said = _apart(cells[0], read)
            yield line, number, "，".join(cell for cell in [said, *cells[1:]] if cell)


def _apart(cell: str, read: Read) -> tuple[str, str]:
    """A number and what is said behind it after a blank; a cell that is no such pair comes back whole."""
    found = _SAID.fullmatch(cell)
    number = read(cell[:_LONGEST_RAW]).number
    # "转801" behind a number is part of it.
    if number is not None and number.extension:
        return cell, ""
    if found and _is_number(found["number"], read):
        return found["number"], found["said"]
    return cell, ""


def _cells(raw: str) -> list[str]:
    """Split at tabs if there are any, else at commas and semicolons outside quotation marks."""
    text = _INVISIBLE.sub("", raw)
    if "\t" in text:
        cells = text.split("\t")
    else:
        text = text.translate(_FULL_WIDTH).replace(";", ",")
        try:
            cells = next(csv.reader([text], skipinitialspace=True), [])
        except csv.Error:
            cells = text.split(",")
    return [" ".join(cell.split()).strip('"“” ') for cell in cells]


def _heading(cells: list[str]) -> list[str] | None:
    plain = [unicodedata.normalize("NFKC", cell).lower().replace(" ", "") for cell in cells]
    names = [_HEADINGS.get(cell, "") for cell in plain]
    return names if "number" in names else None


def _by_column(columns: list[str], cells: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and not found.get(column):
            found[column] = cell
    return found


def _is_number(cell: str, read: Read) -> bool:
    number = read(cell[:_LONGEST_RAW]).number
    return number is not None and number.kind is Kind.PHONE and number.category in _CERTAIN


def _row(line: int, raw: str, remark: str, read: Read) -> Row:
    address = read(raw[:_LONGEST_RAW])
    remark = "".join(c for c in remark if c.isprintable())[:LONGEST_REMARK]
    return Row(line, raw[:_LONGEST_RAW], address, remark, _problem(address))


def _problem(address: Address) -> str:
    number = address.number
    if number is not None and number.kind is Kind.MASKED:
        return "masked"
    if not address.value or number is None or number.kind is not Kind.PHONE:
        return "not-a-number"
    if "/" in address.value:
        return "several"
    if number.extension:
        return "extension"
    if number.category is Category.LOCAL:
        return "no-area-code"
    return "unreadable" if number.category is Category.UNKNOWN else ""
