"""A pasted list of people, read into rows: pure, no database, no request.

People paste from Excel (tabs), CSV (commas, semicolons), mail programs (`张三 <a@b.cn>; …`) or type a plain list of
e-mails, with full-width punctuation as an input method leaves it.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from customers.roles import ADMINISTRATOR, AGENT, SUPERVISOR

MOST_ROWS = 500
MOST_CHARACTERS = 200_000
_LONGEST_EMAIL = 190
_LONGEST_NAME = 80
_LONGEST_USERNAME = 150

_FULL_WIDTH = str.maketrans("，；、＜＞＠\u3000\u00a0", ",;,<>@  ")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_NAMED_EMAIL = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")
_USERNAME = re.compile(r"[\w.@+-]+")

_COLUMNS = ("email", "name", "username", "role")
_HEADINGS = {
    "email": "email", "e-mail": "email", "mail": "email", "agentemail": "email", "邮箱": "email",
    "电子邮箱": "email", "邮件": "email", "坐席": "email", "坐席账号": "email", "坐席邮箱": "email",
    "坐席账号(邮箱)": "email", "name": "name", "姓名": "name", "名字": "name", "显示名": "name",
    "坐席姓名": "name", "username": "username", "user": "username", "用户名": "username",
    "登录名": "username", "账号": "username", "role": "role", "角色": "role",
}  # fmt: skip
_ROLES = {
    "agent": AGENT, "坐席": AGENT, "客服": AGENT, "座席": AGENT, "普通坐席": AGENT,
    "supervisor": SUPERVISOR, "班长": SUPERVISOR, "主管": SUPERVISOR, "组长": SUPERVISOR,
    "administrator": ADMINISTRATOR, "admin": ADMINISTRATOR, "管理员": ADMINISTRATOR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One person as pasted. `problem` names what keeps the row out; "" when it can be used.

    Problems: "no-email", "bad-email", "long-email", "repeated-email", "repeated-username", "bad-name",
    "bad-username", "bad-role". `repeats` is the line that had it first.
    """

    line: int
    email: str
    name: str = ""
    username: str = ""
    role: str = AGENT
    problem: str = ""
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read. `cut` when there was more than is taken."""

    rows: list[Row]
    cut: bool


def parse_people(text: str) -> Listing:
    """The rows in the order of the text; blank lines and a heading are left out."""
    rows: list[Row] = []
    taken: dict[tuple[str, str], int] = {}
    for line, cells in _people(text[:MOST_CHARACTERS]):
        if len(rows) == MOST_ROWS:
            return Listing(rows, cut=True)
        row = _row(line, cells)
        if not row.problem:
            row = _unrepeated(row, taken)
        rows.append(row)
    return Listing(rows, cut=len(text) > MOST_CHARACTERS)


def _people(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, one for each person."""
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
            yield line, _by_column(columns, cells)
        else:
            for part in _parts(cells):
                yield line, _by_column(_COLUMNS, part)


def _cells(raw: str) -> list[str]:
    """The cells of a line: split at tabs if there are any, else at commas and semicolons outside quotation marks."""
    text = _INVISIBLE.sub("", raw)
    if "\t" in text:
        cells = text.split("\t")
    else:
        text = text.translate(_FULL_WIDTH).replace(";", ",")
        try:
            cells = next(csv.reader([text], skipinitialspace=True), [])
        except csv.Error:
            cells = text.split(",")
    cells = [" ".join(cell.translate(_FULL_WIDTH).split()).strip('"“” ') for cell in cells]
    return _at_blanks(cells[0]) if len(cells) == 1 else cells


def _at_blanks(cell: str) -> list[str]:
    """A line without any separator: several e-mails, or an e-mail and a name, with blanks between them."""
    words = cell.split(" ")
    if "<" in cell or "@" not in words[0]:
        return [cell]
    return words if "@" in "".join(words[1:]) else [words[0], " ".join(words[1:])]


def _heading(cells: list[str]) -> list[str] | None:
    """The columns that a first line names, or None when it is a person already."""
    plain = [unicodedata.normalize("NFKC", cell).lower().replace(" ", "") for cell in cells]
    names = [_HEADINGS.get(cell, "") for cell in plain]
    return names if "email" in names and not any("@" in cell for cell in cells) else None


def _by_column(columns: list[str] | tuple[str, ...], cells: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and not found.get(column):
            found[column] = cell
    return found


def _parts(cells: list[str]) -> Iterator[list[str]]:
    """Several people on one line, each begun by an e-mail; a user name may be an e-mail too, in its own column."""
    starts = [place for place, cell in enumerate(cells) if "@" in cell]
    as_columns = len(starts) < 2 or (starts == [0, 2] and bool(cells[1]))
    if as_columns:
        yield cells
        return
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        yield cells[start:end]


def _row(line: int, cells: dict[str, str]) -> Row:
    email, name = cells.get("email", ""), cells.get("name", "")
    if named := _NAMED_EMAIL.fullmatch(email):
        email, name = named["email"], name or named["name"].strip('"“” ')
    email = unicodedata.normalize("NFKC", email).strip().lower().removeprefix("mailto:")
    username = unicodedata.normalize("NFKC", cells.get("username", ""))
    wanted = unicodedata.normalize("NFKC", cells.get("role", "")).lower()
    role = _ROLES.get(wanted, "") if wanted else AGENT
    problem = _problem(email, name, username, role)
    return Row(line, email[:254], name[:120], username[:_LONGEST_USERNAME], role, problem)


def _problem(email: str, name: str, username: str, role: str) -> str:
    if not email:
        return "no-email"
    if len(email) > _LONGEST_EMAIL:
        return "long-email"
    if not _EMAIL.fullmatch(email):
        return "bad-email"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return "bad-name"
    if username and (len(username) > _LONGEST_USERNAME or not _USERNAME.fullmatch(username)):
        return "bad-username"
    return "" if role else "bad-role"


def _unrepeated(row: Row, taken: dict[tuple[str, str], int]) -> Row:
    """The row, with a problem when an earlier one has its e-mail or user name."""
    values = {"repeated-email": row.email, "repeated-username": row.username.lower()}
    keys = [(problem, value) for problem, value in values.items() if value]
    for key in keys:
        if key in taken:
            return replace(row, problem=key[0], repeats=taken[key])
    taken.update(dict.fromkeys(keys, row.line))
    return row
