"""The value of a business field: read from what people type, shown, and put back into a form. Pure.

As stored: text, choice and number are text (a number in plain decimal digits), a date is YYYY-MM-DD, yes or no is a
boolean, and None is no value. An import or another program may have stored anything else; it is shown as it is.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

TEXT, CHOICE, DATE, NUMBER, YES_NO = "text", "choice", "date", "number", "yes-no"
LONGEST = 200  # characters of a text
MOST_DIGITS = 20
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?"
)
_YES = {"yes", "y", "true", "1", "是", "有", "对", "√", "✓"}
_NO = {"no", "n", "false", "0", "否", "无", "不是", "没有", "×"}

Value = str | bool | None


class RefusedValueError(ValueError):
    """What was typed is no such value; the message says why, in words for the person who typed it."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A business field as its values see it. `name` is in the reader's language."""

    pk: int
    key: str
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    is_sensitive: bool = False


def one_line(text: str) -> str:
    """The words with single spaces between them, and nothing that cannot be seen."""
    kept = (c if c.isprintable() else " " for c in text)
    return " ".join("".join(kept).split())


def read_value(spec: FieldSpec, typed: str) -> Value:
    """The value that was typed; None for nothing. Raises RefusedValueError."""
    text = one_line(typed)
    if not text:
        return None
    if spec.kind == CHOICE:
        if text not in spec.choices:
            raise RefusedValueError(_("请从选项里选一个。"))
        return text
    if spec.kind == DATE:
        return _date(text)
    if spec.kind == NUMBER:
        return _number(text)
    if spec.kind == YES_NO:
        word = unicodedata.normalize("NFKC", text).lower()
        if word not in _YES | _NO:
            raise RefusedValueError(_("请选择是或否。"))
        return word in _YES
    if len(text) > LONGEST:
        raise RefusedValueError(_("最多 %(n)d 个字。") % {"n": LONGEST})
    return text


def _date(text: str) -> str:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, found.groups())).isoformat() if found else _no_date()
    except ValueError as error:
        raise RefusedValueError(_("没有这一天，请按 2026-03-01 的样子填写。")) from error


def _no_date() -> str:
    raise ValueError


def _number(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in plain:
        raise RefusedValueError(_("请填写数字。"))
    digits = number.as_tuple()
    if len(digits.digits) > MOST_DIGITS or abs(int(digits.exponent)) > MOST_DIGITS:
        raise RefusedValueError(_("最多 %(n)d 位数字。") % {"n": MOST_DIGITS})
    return format(number, "f")


def show_value(kind: str, value: object) -> str:
    """The value as people read it; "" for none."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return "" if value is None else str(value)


def typed_value(spec: FieldSpec, value: object) -> str:
    """The value as it stands in a form's control."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None else show_value(spec.kind, value)
    if spec.kind in (YES_NO, DATE, NUMBER):
        # What an import stored as people write it fits the control once it is read.
        try:
            read = read_value(spec, text)
        except RefusedValueError:
            return text
        return typed_value(spec, read) if isinstance(read, bool) else read or ""
    return text


def read_choices(text: str) -> Sequence[str]:
    """The options of a field, one to a line, each once."""
    lines = (one_line(line) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
