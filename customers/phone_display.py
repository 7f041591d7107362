"""Showing a canonical number to people, in full or masked, and giving the form that is dialled.

Takes the canonical values that `customers.phone.read` gives. Who may see a number in full is
decided elsewhere; this module only knows how it looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from customers.numbering import country_code, split_area
from customers.phone import Category, Kind, Number, read

_OPAQUE_ID = re.compile(r"[A-Za-z0-9_-]+")
# Shorter identifiers would be half visible with four characters left at each end.
_LONG_ID = 12
_HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class DialForm:
    """What is sent to the dialler.

    `text` is "" where there is a `problem` ("masked", "withheld" or "not-a-number"). `extension` is
    for the agent's eyes, to be keyed in after the answer; it is never part of `text`.
    """

    text: str
    extension: str
    problem: str


def show(
    value: str, kind: str = "phone", *, masked: bool = False, extension_word: str = "转"
) -> str:
    """A value grouped for reading: "138 0013 8000", "0755-8601 3388 转 801", "+65 6123 4567".

    `extension_word` stands before an extension, in the reader's language.

    With `masked`, personal digits become stars: "138 **** 8000", "0755-**** 3388". Service, 400 and
    short numbers belong to nobody and stay. Values of other kinds than phone are shown as they are,
    or shortened to their ends.
    """
    if not value:
        return ""
    if kind in (Kind.EMAIL, Kind.SIP):
        return _hide_user(value) if masked else value
    if kind == Kind.MASKED:
        return _show_mask(value, extension_word)
    if kind != Kind.PHONE:
        return _hide_middle(value) if masked else value
    if "/" in value:  # several numbers from one cell
        parts = value.split("/")
        return " / ".join(
            show(part, kind, masked=masked, extension_word=extension_word) for part in parts
        )
    number = read(value)
    if number.kind is not Kind.PHONE:
        return show(value, number.kind, masked=masked, extension_word=extension_word)
    text = _hide(number) if masked else _group(number)
    if not number.extension:
        return text
    extension = "*" * len(number.extension) if masked else number.extension
    return f"{text} {extension_word} {extension}"


def _group(n: Number) -> str:
    digits = n.digits
    match n.category:
        case Category.MOBILE:
            return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
        case Category.LANDLINE:
            area, subscriber = split_area(digits)
            return f"0{area}-{_halves(subscriber)}"
        case Category.LOCAL:
            return _halves(digits)
        case Category.TOLL_FREE:
            return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
        case Category.FOREIGN:
            import phonenumbers  # here: few numbers are foreign

            parsed = phonenumbers.parse(n.base)
            form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
            return phonenumbers.format_number(parsed, form)
    if n.category is Category.SERVICE and digits.startswith("0"):
        area, service = split_area(digits[1:])
        return f"0{area}-{service}"
    return n.base


def _halves(subscriber: str) -> str:
    """Seven digits as 3+4, eight as 4+4."""
    return f"{subscriber[:-4]} {subscriber[-4:]}"


def _hide(n: Number) -> str:
    digits = n.digits
    match n.category:
        case Category.MOBILE:
            return f"{digits[:3]} {_HIDDEN} {digits[7:]}"
        case Category.LANDLINE:
            area, subscriber = split_area(digits)
            return f"0{area}-{'*' * (len(subscriber) - 4)} {subscriber[-4:]}"
        case Category.LOCAL:
            return f"{'*' * (len(digits) - 4)} {digits[-4:]}"
        case Category.TOLL_FREE | Category.SERVICE | Category.SHORT:
            return _group(n)
    # Foreign and unread: the end alone, and less of it where the number is short.
    code = country_code(n.base[1:]) if n.base.startswith("+") else ""
    seen = 4 if len(digits) >= 8 else min(2, len(digits) // 2)
    return f"{f'+{code} ' if code else ''}{_HIDDEN} {digits[len(digits) - seen :]}".rstrip()


def _show_mask(value: str, extension_word: str) -> str:
    base, _sign, extension = value.partition(";ext=")
    if len(base) == 11 and base.startswith("1"):
        base = f"{base[:3]} {base[3:7]} {base[7:]}"
    elif base.startswith("0"):
        area, subscriber = split_area(base[1:])
        base = f"0{area}-{_halves(subscriber)}"
    return f"{base} {extension_word} {extension}" if extension else base


def _hide_user(address: str) -> str:
    """The first character and the host: "z***@example.com"."""
    user, _at, host = address.removeprefix("sip:").rpartition("@")
    return f"{user[:1]}***@{host}"


def _hide_middle(text: str) -> str:
    """Opaque identifiers by their ends: "oAbC…wXyZ"; short ones by two characters."""
    if len(text) >= _LONG_ID:
        return f"{text[:4]}…{text[-4:]}"
    return f"{text[:2]}***" if len(text) > 2 else "***"


def dial_form(value: str | Number) -> DialForm:
    """What a dialler in mainland China is given to reach this number.

    Mobiles and 400 and service numbers bare, landlines with 0 and area code, anything abroad (Hong
    Kong, Macao and Taiwan too) as 00, country code and national number. Mapped ids go as they were
    received: the platform knows the number behind them.
    """
    n = value if isinstance(value, Number) else read(value)
    if n.kind is Kind.NONE:
        return DialForm("", "", "withheld")
    if n.kind is Kind.MASKED:
        return DialForm("", n.extension, "masked")
    if n.kind is Kind.MAPPED and _OPAQUE_ID.fullmatch(n.value):
        return DialForm(n.value, "", "")
    if n.kind is not Kind.PHONE or not n.digits:
        return DialForm("", "", "not-a-number")
    if n.category is Category.MOBILE:
        text = n.digits
    elif n.category is Category.LANDLINE:
        text = "0" + n.digits
    else:
        text = "00" + n.base[1:] if n.base.startswith("+") else n.base
    return DialForm(text, n.extension, "")
