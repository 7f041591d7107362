"""One row of a file, read: what it says about a customer, or what is wrong with it. No database here."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField

from customers import phone
from customers.addresses import Address, read_address
from customers.field_values import TEXT, FieldSpec, RefusedValueError, Value, read_value
from customers.file_import_mapping import FIELD
from customers.file_import_reading import LONGEST_CELL, RawRow
from customers.models import Customer
from customers.phone_text import WITHHELD

_LONGEST = {
    column.name: column.max_length or LONGEST_CELL
    for column in Customer._meta.concrete_fields
    if isinstance(column, CharField)
}
_LEVELS = {
    **dict.fromkeys(
        ["普通", "一般", "标准", "normal", "standard", "regular"], Customer.Level.NORMAL
    ),
    **dict.fromkeys(["vip", "贵宾", "vip客户"], Customer.Level.VIP),
    **dict.fromkeys(["svip", "超级vip", "svip客户"], Customer.Level.SVIP),
}
_TAG_SIGNS = re.compile(r"[,，、;；|\n]+")
_MAIL_SIGNS = re.compile(r"[\s,，、;；|]+")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,3}")
_NO_NUMBER = {"无", "暂无", "没有", "未知", "不详", "空", "未填", "未填写", "保密", *WITHHELD}
# Headers that say no more than "a number" make no label.
_PLAIN_LABEL = re.compile(
    r"(?:phone|mobile|tel|telephone|电话|手机|手机号|手机号码|号码|联系电话|联系方式)[\s\d]*", re.I
)
# Nobody is reached at 110 or at the first digits of a number.
_SHORTEST = 5
# One person's own; a landline or a service number is a household's or a firm's.
_PERSONAL = (phone.Category.MOBILE, phone.Category.FOREIGN)

Fault = tuple[str, str, str]  # the column's header, a code, and a detail for the words


@dataclass(frozen=True, slots=True)
class Point:
    """One way to reach the customer, as the row gives it."""

    address: Address
    raw: str
    label: str
    column: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is compared by."""
        return (self.address.kind, self.address.value)

    @property
    def is_personal(self) -> bool:
        """Whether it tells one person from another."""
        number = self.address.number
        return self.address.kind != "phone" or (number is not None and number.category in _PERSONAL)


@dataclass(slots=True)
class Entry:
    """What a row says. `values` are plain columns of Customer; what the row leaves empty is not there.

    `columns` tells the header of a target, so that a fault can name it.
    """

    raw: RawRow
    columns: Mapping[str, str]
    own_id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    attributes: dict[str, Value] = field(default_factory=dict)
    points: dict[tuple[str, str], Point] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name, "" when the row has none."""
        return str(self.values.get("name", ""))

    def fault(self, code: str, target: str = "", detail: object = "") -> Fault:
        """A fault of the column that holds this target."""
        return (self.columns.get(target, ""), code, str(detail))

    def fault_at(self, end: tuple[str, str], code: str, detail: object = "") -> Fault:
        """A fault of the column that gave this number or account."""
        return (self.points[end].column, code, str(detail))

    def identities(self) -> list[tuple[str, str]]:
        """The ends that say who this is: the personal ones, else whatever there is; never a mask."""
        ends = [p for p in self.points.values() if p.address.kind != "masked"]
        return [p.key for p in ends if p.is_personal] or [p.key for p in ends]

    def further(self) -> list[tuple[str, str]]:
        """The other ends, which tell something only together with the name."""
        ours = set(self.identities())
        ends = (p for p in self.points.values() if p.address.kind != "masked")
        return [p.key for p in ends if p.key not in ours]


class RowReader:
    """Reads rows by a mapping. `owners` is who a name of a colleague means, in lower case.

    A business field that was switched off since the columns were settled is read as plain text.
    """

    def __init__(
        self,
        headers: Sequence[str],
        mapping: Sequence[str],
        owners: Mapping[str, int],
        fields: Sequence[FieldSpec] = (),
    ) -> None:
        self.headers = headers
        self.mapping = mapping
        self.owners = owners
        pairs = zip(mapping, headers, strict=True)
        self.columns = {target: header for target, header in reversed(list(pairs)) if target}
        self._readers: dict[str, Callable[[Entry, str, str], None]] = {
            "name": self._plain("name"),
            "company": self._plain("company"),
            "title": self._plain("title"),
            "own_id": self._own_id,
            "level": self._level,
            "tags": self._tags,
            "owner": self._owner,
            "phone": self._phones,
            "openid": self._openid,
            "email": self._emails,
            "attribute": self._attribute,
        }
        specs = {spec.key: spec for spec in fields}
        for target in mapping:
            if target.startswith(FIELD):
                key = target.removeprefix(FIELD)
                self._readers[target] = self._field(specs.get(key, FieldSpec(0, key, key, TEXT)))

    def read(self, row: RawRow) -> Entry:
        """What the row says, with its faults."""
        entry = Entry(row, self.columns)
        beyond = [cell for cell in row.cells[len(self.headers) :] if cell]
        if beyond:
            entry.faults.append(("", "beyond", str(len(beyond))))
        columns = zip(self.headers, self.mapping, row.cells, strict=False)
        for at, (header, target, cell) in enumerate(columns):
            if not target:
                continue
            if at in row.merged and not cell:
                entry.faults.append((header, "merged", ""))
            elif len(cell) > LONGEST_CELL:
                entry.faults.append((header, "long", str(LONGEST_CELL)))
            elif cell:
                self._readers[target](entry, header, cell)
        if not entry.faults and not entry.own_id and not entry.identities():
            entry.faults.append(("", "nobody" if not entry.points else "mask-only", ""))
        return entry

    @staticmethod
    def _plain(name: str) -> Callable[[Entry, str, str], None]:
        def read(entry: Entry, header: str, cell: str) -> None:
            text = " ".join(cell.split())
            if len(text) > _LONGEST[name]:
                entry.faults.append((header, "long", str(_LONGEST[name])))
            else:
                entry.values[name] = text

        return read

    def _own_id(self, entry: Entry, header: str, cell: str) -> None:
        if _ROUNDED.fullmatch(cell):
            entry.faults.append((header, "rounded", ""))
        elif len(cell) > _LONGEST["own_id"] or "\n" in cell:
            entry.faults.append((header, "long", str(_LONGEST["own_id"])))
        else:
            entry.own_id = cell

    def _level(self, entry: Entry, header: str, cell: str) -> None:
        level = _LEVELS.get(cell.replace(" ", "").lower())
        if level is None:
            entry.faults.append((header, "level", ""))
        else:
            entry.values["level"] = str(level)

    def _tags(self, entry: Entry, header: str, cell: str) -> None:
        tags = [" ".join(part.split()) for part in _TAG_SIGNS.split(cell)]
        entry.tags += [tag for tag in tags if tag and tag not in entry.tags]

    def _owner(self, entry: Entry, header: str, cell: str) -> None:
        owner = self.owners.get(cell.lower())
        if owner is None:
            entry.faults.append((header, "owner", ""))
        else:
            entry.values["owner_id"] = owner

    def _attribute(self, entry: Entry, header: str, cell: str) -> None:
        entry.attributes[header] = cell

    @staticmethod
    def _field(spec: FieldSpec) -> Callable[[Entry, str, str], None]:
        def read(entry: Entry, header: str, cell: str) -> None:
            try:
                value = read_value(spec, cell)
            except RefusedValueError:
                entry.faults.append((header, f"field-{spec.kind}", ""))
            else:
                if value is not None:
                    entry.attributes[spec.key] = value

        return read

    def _phones(self, entry: Entry, header: str, cell: str) -> None:
        label = "" if _PLAIN_LABEL.fullmatch(header) else header[:40]
        for part in phone.split(cell):
            address = read_address("phone", part)
            if fault := _number_fault(address, part):
                entry.faults.append((header, fault, ""))
            elif address.value:
                point = Point(address, part[:200], label, header)
                entry.points.setdefault(point.key, point)

    def _openid(self, entry: Entry, header: str, cell: str) -> None:
        address = read_address("openid", cell)
        if not address.value or any(c.isspace() for c in cell):
            entry.faults.append((header, "openid", ""))
        else:
            point = Point(address, cell[:200], "", header)
            entry.points.setdefault(point.key, point)

    def _emails(self, entry: Entry, header: str, cell: str) -> None:
        for part in filter(None, _MAIL_SIGNS.split(cell)):
            address = read_address("email", part)
            if address.kind not in ("email", "sip") or not address.value:
                entry.faults.append((header, "email", ""))
            else:
                point = Point(address, part[:200], "", header)
                entry.points.setdefault(point.key, point)


def _number_fault(address: Address, part: str) -> str:
    """A code, "" for a number or a cell that says there is none."""
    number = address.number
    if _ROUNDED.fullmatch(part) and not address.value:
        return "rounded"
    if not address.value:
        blank = part.lower() in _NO_NUMBER or not any(c.isalnum() and c != "0" for c in part)
        return "" if blank else "number"
    if address.kind == "mapped" or number is None:
        return "number"
    if address.kind != "phone":
        return ""
    short = number.category is phone.Category.UNKNOWN or len(number.digits) < _SHORTEST
    return "incomplete" if short else ""
