"""Reading a phone number, in whatever form it comes, into one canonical form.

`read` takes what a call platform, a spreadsheet or a person wrote and answers with a Number; two
ways of writing one number give the same `value`, two different numbers never do. It refuses
nothing: what is no phone number comes back as another kind. Values in, values out: the region and
the home area code are arguments.
"""

from __future__ import annotations

import re

from customers.numbering import (
    NO_READING,
    Category,
    Home,
    Reading,
    country_code,
    is_area_code,
    reading_of,
    split_area,
)
from customers.phone_masks import mask_base, shows_enough
from customers.phone_number import Kind, Number
from customers.phone_text import (
    LETTER,
    LONGEST,
    MEANINGFUL,
    THOUSANDS,
    WITHHELD,
    clean,
    cut_extension,
    scalar_text,
    without_spreadsheet,
    without_words,
)

__all__ = [
    "Category",
    "Kind",
    "Number",
    "can_match_by_tail",
    "matches_mask",
    "read",
    "searchable_tail",
    "split",
]

_MOST_PARTS = 20  # more numbers than this in one cell are a text, not a list
_SEPARATORS = re.compile(r"[/;,|\n]+")
_TAIL_LABEL = re.compile(r"\D*(?:[后後末]四位|尾[号號數数])\D*(\d{4})\D*")
# Digits with nothing but blanks, brackets and single dashes need no cleaning.
_PLAIN = re.compile(r"\+?[0-9][0-9 ()]*(?:-[0-9 ()]+)*")
_TWO_LOCALS = re.compile(r"\s*([2-9]\d{6,7})[\s-]+([2-9]\d{6,7})\s*")

_EXACT_ONLY = frozenset({Category.SHORT, Category.SERVICE, Category.NOT_PHONE})
# E-mail hosts whose users are often digits; digits at any other host are a SIP account.
_MAIL_HOSTS = re.compile(
    r"(?:.*\.)?(?:(?:qq|foxmail|163|126|188|139|sina|sohu|aliyun|gmail|outlook|hotmail|live|"
    r"icloud|yahoo|21cn|tom)\.com|yeah\.net|189\.cn|wo\.cn|sina\.cn)"
)
_ADDRESS = re.compile(r"(sips?:)?([\w.+%-]+)@([\w.-]+)", re.I)


def read(raw: object, *, region: str = "CN", area_code: str = "") -> Number:
    """Read one number in any form.

    `region` is the ISO region whose plan bare digits follow first; `area_code` ("0755" or "755")
    completes local numbers of seven or eight digits. Booleans, None, containers and texts longer
    than 128 characters give Kind.NONE. Two numbers in one cell are kept together, joined by "/",
    as Category.UNKNOWN: see `split`.
    """
    text = raw if isinstance(raw, str) else scalar_text(raw)
    area = area_code.lstrip("+").removeprefix("86").lstrip("0")
    home = (region, area if is_area_code(area) else "")
    plain = len(text) <= LONGEST and _PLAIN.fullmatch(text)
    cleaned = text if plain else clean(text) if len(text) <= LONGEST else ""
    core = cleaned.strip(" \n.,;:-_()").lower()
    if core in WITHHELD or not MEANINGFUL.search(core):
        return _other(text, Kind.NONE)
    if not plain or _TWO_LOCALS.fullmatch(text):
        parts = split(cleaned)
        if len(parts) > 1:
            bases = [read(part, region=region, area_code=area_code).base for part in parts]
            return _phone(text, (Category.UNKNOWN, "/".join(bases)))
    if "@" in cleaned:
        return _address(text, cleaned)
    return _read_number(text, cleaned if plain else without_spreadsheet(cleaned), home)


def split(raw: object) -> list[str]:
    """The numbers in one cell: at / ; , | 、 or a line break, if every part is a number by itself.

    Otherwise the cell as one: "0755/86013388" is one number, "86013388,801" has an extension.
    """
    text = clean(raw if isinstance(raw, str) else scalar_text(raw))
    if two := _TWO_LOCALS.fullmatch(text):
        return [two[1], two[2]]
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if 1 < len(parts) <= _MOST_PARTS and not THOUSANDS.fullmatch(text):
        numbers = [read(part) for part in parts]
        services = sum(n.category is Category.SERVICE for n in numbers)
        # "86013388,10086" may as well be an extension, so short ones count among themselves only.
        if all(_stands_alone(n) for n in numbers) and services in (0, len(numbers)):
            return parts
    return [text.strip()] if text.strip() else []


def _stands_alone(n: Number) -> bool:
    if n.kind is Kind.PHONE:
        return n.category not in (Category.UNKNOWN, Category.SHORT) and len(n.digits) >= 5
    return n.kind in (Kind.MASKED, Kind.EMAIL, Kind.SIP) and len(n.base) >= 7


def _address(raw: str, text: str) -> Number:
    found = _ADDRESS.search(text)
    if not found:
        return _other(raw, Kind.MAPPED, _opaque(raw))
    scheme, user, host = found[1], found[2], found[3].lower()
    if user.lower() in WITHHELD or not MEANINGFUL.search(user + host):
        return _other(raw, Kind.NONE)
    extension = user.lstrip("+").isdigit() and not _MAIL_HOSTS.fullmatch(host)
    if scheme or extension:
        return _other(raw, Kind.SIP, f"{'' if extension else 'sip:'}{user}@{host}")
    return _other(raw, Kind.EMAIL, f"{user}@{host}".lower())


def _opaque(raw: str) -> str:
    """An id exactly as received, but for what cannot be printed."""
    return "".join(c if c.isprintable() else " " * c.isspace() for c in raw).strip()


def _other(raw: str, kind: Kind, base: str = "", extension: str = "") -> Number:
    if kind is Kind.NONE:
        return Number(raw, kind, "", "", "", Category.NOT_PHONE)
    value = f"{base};ext={extension}" if extension else base
    return Number(raw, kind, value, base, extension, Category.NOT_PHONE)


def _phone(raw: str, reading: Reading, extension: str = "") -> Number:
    value = f"{reading[1]};ext={extension}" if extension else reading[1]
    return Number(raw, Kind.PHONE, value, reading[1], extension, reading[0])


def _read_number(raw: str, text: str, home: Home) -> Number:
    if not text:
        return _other(raw, Kind.NONE)
    if tail := _TAIL_LABEL.fullmatch(text):
        return _other(raw, Kind.MASKED, "*******" + tail[1])
    if not _PLAIN.fullmatch(text):
        text = without_words(text)
    text, extension = cut_extension(text, home)
    if LETTER.search(text):
        # A single x is a mask where it is no extension: 1380013800x.
        if {c for c in text if c.isalpha()} - {"x", "X"}:
            return _other(raw, Kind.MAPPED, _opaque(raw))
        text = re.sub("[xX]", "*", text)
    if "*" in text:
        base = mask_base(text)
        return _other(raw, Kind.MASKED if MEANINGFUL.search(base) else Kind.NONE, base, extension)
    reading = reading_of(text, home)
    if reading is NO_READING:
        return _other(raw, Kind.MAPPED, _opaque(raw))
    if not MEANINGFUL.search(reading[1].removeprefix("+86")):  # zeros, or a country code alone
        return _other(raw, Kind.NONE)
    return _phone(raw, reading, extension)


def _dialled_form(n: Number) -> str:
    """The number as dialled inside the mainland, comparable with a mask; "" for foreign ones."""
    if n.category is Category.LANDLINE:
        return "0" + n.digits
    return "" if n.base.startswith("+") and n.category is not Category.MOBILE else n.digits


def matches_mask(masked: Number, value: str) -> bool:
    """Whether `value` may be the number behind the mask: evidence for a maybe, never more.

    Same length, every visible digit equal, and enough of them: three leading and four trailing, or
    seven altogether. Country codes count for nothing.
    """
    other, pattern = read(value), masked.base
    if masked.kind is not Kind.MASKED or other.category in _EXACT_ONLY:
        return False
    target = _dialled_form(other)
    if pattern.startswith("+"):
        code = country_code(other.base[1:]) if other.base.startswith("+") else ""
        if not code or not pattern.startswith("+" + code):
            return False
        pattern, target = pattern[1 + len(code) :], other.digits
    if len(pattern) != len(target) or "*" not in pattern:
        return False
    return shows_enough(pattern) and all(
        p in ("*", t) for p, t in zip(pattern, target, strict=True)
    )


def can_match_by_tail(a: Number, b: Number) -> bool:
    """Whether two numbers may be one line, though their values differ: evidence for a maybe.

    True for the same base with another extension or none; for a local number and a landline with
    this subscriber part; and for unread digits that are the whole of the other, with or without
    its country code or trunk 0. Never for two full numbers, short ones or service numbers.
    """
    if not a.digits or not b.digits or {a.category, b.category} & _EXACT_ONLY:
        return False
    if a.base == b.base:
        return a.category is not Category.UNKNOWN or len(a.digits) >= 7
    return _is_end_of(a, b) or _is_end_of(b, a)


def _is_end_of(part: Number, whole: Number) -> bool:
    subscriber = split_area(whole.digits)[1] if whole.category is Category.LANDLINE else ""
    if part.category is Category.LOCAL:
        return part.digits == subscriber
    if part.category is not Category.UNKNOWN or part.base.startswith("+") or len(part.base) < 7:
        return False
    full = whole.base.removeprefix("+")
    return part.base in (full, whole.digits, "0" + whole.digits, subscriber)


def searchable_tail(n: Number) -> str:
    """The certain digits at the end of the number, to look others up by; "" when too weak.

    Masks need four visible digits at the end; short and service numbers have no tail.
    """
    if n.kind is Kind.MASKED:
        tail = n.base.rpartition("*")[2]
        return tail if len(tail) >= 4 else ""
    return n.digits if n.category not in _EXACT_ONLY and len(n.digits) >= 7 else ""
