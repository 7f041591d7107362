"""Reading a phone number, in whatever form it comes, into one canonical form.

`read` takes what a call platform, a spreadsheet or a person wrote and answers with a Number; two
ways of writing one number give the same `value`, two different numbers never do. It refuses
nothing: what is no phone number comes back as another kind. Values in, values out: the region and
the home area code are arguments.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from customers import regions
from customers.regions import DIALABLE, Reading, country_code, is_area_code, split_area

Category = regions.Category


class Kind(StrEnum):
    """What the text turned out to be."""

    PHONE = "phone"
    MASKED = "masked"
    MAPPED = "mapped"
    EMAIL = "email"
    SIP = "sip"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Number:
    """One number as read.

    `value` is canonical: E.164 ("+8613800138000"), bare digits where there is no E.164 ("95588",
    "4009282737", the local "86013388"), both with ";ext=801" where an extension was given; masked
    digits are stars ("138****8000"); "" when there is no number. `base` is `value` without the
    extension, `raw` is what was received.
    """

    raw: str
    kind: Kind
    value: str
    base: str
    extension: str
    category: Category

    @property
    def digits(self) -> str:
        """Digits of a phone's base without country code or trunk 0; "" for other kinds."""
        if self.kind is not Kind.PHONE or "/" in self.base:
            return ""
        if not self.base.startswith("+"):
            return self.base
        return self.base[1 + len(country_code(self.base[1:])) :]


_LONGEST = 128  # characters; no number is longer, and patterns need a bound
_MOST_PARTS = 20  # more numbers than this in one cell are a text, not a list

# Stand-ins for "no number".
_NO_NUMBER = (
    "anonymous|unknown|withheld|private|restricted|unavailable|blocked|hidden|null|undefined|none|"
    "nil|nan|inf|na|n/a|#n/a|true|false|private number|unknown number|no number|no caller id|"
    "unknown caller"
)
_WITHHELD = frozenset(_NO_NUMBER.split("|"))
_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−ー─~〜", "-"),
        **dict.fromkeys("[{【〔〖「《<", "("),
        **dict.fromkeys("]}】〕〗」》>", ")"),
        **dict.fromkeys("'`´‘’\"“”„", None),
        **dict.fromkeys("∗✱⁎※", "*"),
        **dict.fromkeys("●○◯■□▪", "•"),
        **dict.fromkeys("×✕✖", "x"),
        **dict.fromkeys("∙⋅・‧", "·"),
        **dict.fromkeys("\t\v\f\r\x85\u2028\u2029", "\n"),
        "、": ",",
        "。": ".",
    }
)
_MASK_RUN = re.compile(
    r"[•·_*?]{2,}|\*|(?<![A-Za-z])[xX]{2,}(?![A-Za-z])|(?<=\d)-{3,}(?=\d)|\.{3,}"
)
_BULLET = re.compile(r"^\s*[*•·-]\s+(?=\S{3})")
_ROUNDED = re.compile(r"\+?(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")  # 1.3800138E+10
_DECIMAL = re.compile(r"(\d{5,})\.0+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}")
_PARAMETER = re.compile(r";(?!ext=)[a-z-]+=[^;]*", re.I)
_CONTEXT = re.compile(r";phone-context=(\+[\d.-]+)", re.I)
_MEANINGFUL = re.compile("[1-9A-Za-z]")
_SEPARATORS = re.compile(r"[/;,|\n]+")

_LABEL = re.compile(r"[^\d+*]+")
_KNOWN_LABEL = re.compile(
    r"(?:tel|phone|mobile|mob|cell|fax|telephone|no)\W*$|\b[a-z]\s*[.:]\W*$", re.I
)
_OTHER_LABEL = re.compile(r"qq|身份证|订单|工单|工号|编号|单号|\bid\b", re.I)
_TAIL_LABEL = re.compile(r"\D*(?:[后後末]四位|尾[号號數数])\D*(\d{4})\D*")
_LETTER = re.compile(r"[^\W\d_]")
_REMARK = re.compile(r"\s*\(([^()]*[^\W\d][^()]*)\)\s*$")
_TRAILING = re.compile(r"[^\d*]+$")

_EXTENSION_WORD = re.compile(
    r"[\s(,;-]*(?:ext(?:ension|n)?|[转轉按拨撥接]|分[机機][号號]?|内线|內線)+[\s.:=#-]*(\d{1,8})[\s).]*$",
    re.I,
)
_EXTENSION_SIGN = re.compile(r"\s*(?:[xX#]|[,;]+)\s*(\d{1,6})\s*$")
_EXTENSION_DASH = re.compile(r"\s*[-(]\s*(\d{1,6})\s*\)?\s*$")
# Digits with nothing but blanks, brackets and single dashes need no cleaning.
_PLAIN = re.compile(r"\+?[0-9][0-9 ()]*(?:-[0-9 ()]+)*")
# Seven or eight digits and a shorter group are a local number and its extension, though the digits
# run together might pass for something else (86013388-1234 begins with 86).
_LOCAL_AND_EXTENSION = re.compile(r"(?![48]00)[2-8](?:\d{6,7}-\d{1,5}|\d{3}[ -]\d{4}-\d{1,4})\s*")
_TWO_LOCALS = re.compile(r"\s*([2-9]\d{6,7})[\s-]+([2-9]\d{6,7})\s*")

# Hong Kong, Macao and Taiwan without plus, but with the code standing apart. Taiwan needs nine
# digits after it: 886 is also the area code of Nujiang, whose numbers have seven or eight.
_NEIGHBOUR = re.compile(
    r"\s*\(?(?:85[23][)\s./-]+[2-9](?:[\s.-]?\d){7}|886[)\s./-]+[2-9](?:[\s.-]?\d){8})\s*"
)
_NOT_DIGITS = re.compile(r"\D+")
_PUNCTUATED = re.compile(r"[\d\s().,;|/:+-]*")
_EXACT_ONLY = frozenset({Category.SHORT, Category.SERVICE, Category.NOT_PHONE})
# E-mail hosts whose users are often digits; digits at any other host are a SIP account.
_MAIL_HOSTS = re.compile(
    r"(?:.*\.)?(?:(?:qq|foxmail|163|126|188|139|sina|sohu|aliyun|gmail|outlook|hotmail|live|"
    r"icloud|yahoo|21cn|tom)\.com|yeah\.net|189\.cn|wo\.cn|sina\.cn)"
)
_ADDRESS = re.compile(r"(sips?:)?([\w.+%-]+)@([\w.-]+)", re.I)

_Home = tuple[str, str]  # region, and home area code without its 0
_NO_READING: Reading = (Category.NOT_PHONE, "")  # not a number's text


def read(raw: object, *, region: str = "CN", area_code: str = "") -> Number:
    """Read one number in any form.

    `region` is the ISO region whose plan bare digits follow first; `area_code` ("0755" or "755")
    completes local numbers of seven or eight digits. Booleans, None, containers and texts longer
    than 128 characters give Kind.NONE. Two numbers in one cell are kept together, joined by "/",
    as Category.UNKNOWN: see `split`.
    """
    text = raw if isinstance(raw, str) else _scalar_text(raw)
    area = area_code.lstrip("+").removeprefix("86").lstrip("0")
    home = (region, area if is_area_code(area) else "")
    plain = len(text) <= _LONGEST and _PLAIN.fullmatch(text)
    clean = text if plain else _clean(text) if len(text) <= _LONGEST else ""
    core = clean.strip(" \n.,;:-_()").lower()
    if core in _WITHHELD or not _MEANINGFUL.search(core):
        return _other(text, Kind.NONE)
    if not plain or _TWO_LOCALS.fullmatch(text):
        parts = split(clean)
        if len(parts) > 1:
            bases = [read(part, region=region, area_code=area_code).base for part in parts]
            return _phone(text, (Category.UNKNOWN, "/".join(bases)))
    if "@" in clean:
        return _address(text, clean)
    return _read_number(text, clean if plain else _without_spreadsheet(clean), home)


def split(raw: object) -> list[str]:
    """The numbers in one cell: at / ; , | 、 or a line break, if every part is a number by itself.

    Otherwise the cell as one: "0755/86013388" is one number, "86013388,801" has an extension.
    """
    text = _clean(raw if isinstance(raw, str) else _scalar_text(raw))
    if two := _TWO_LOCALS.fullmatch(text):
        return [two[1], two[2]]
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if 1 < len(parts) <= _MOST_PARTS and not _THOUSANDS.fullmatch(text):
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


def _scalar_text(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return ""
    too_long_to_print = isinstance(raw, int) and abs(raw) >= 10**_LONGEST
    return "" if too_long_to_print else str(raw)


def _clean(text: str) -> str:
    """Plain ASCII digits and punctuation; no control, zero-width or direction marks."""
    if not text.isprintable() or not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)
        text = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else c
            for c in text
            if c.isprintable() or c.isspace()
        )
    return text.translate(_CHARACTERS).strip(" \n").lstrip(" =\n")


def _without_spreadsheet(text: str) -> str:
    """Undo 13800138000.0, 1.3800138E+10 and 13,800,138,000; "" where digits were rounded away."""
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    if found := _DECIMAL.fullmatch(text):
        return found[1]
    if found := _ROUNDED.fullmatch(text):
        places, exponent = found[2] or "", int(found[3])
        # General format shows at most five places, so five or fewer are a rounded number.
        return found[1] + places.ljust(exponent, "0") if 6 <= len(places) <= exponent else ""
    return text


def _address(raw: str, clean: str) -> Number:
    found = _ADDRESS.search(clean)
    if not found:
        return _other(raw, Kind.MAPPED, _opaque(raw))
    scheme, user, host = found[1], found[2], found[3].lower()
    if user.lower() in _WITHHELD or not _MEANINGFUL.search(user + host):
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


def _read_number(raw: str, text: str, home: _Home) -> Number:
    if not text:
        return _other(raw, Kind.NONE)
    if tail := _TAIL_LABEL.fullmatch(text):
        return _other(raw, Kind.MASKED, "*******" + tail[1])
    if not _PLAIN.fullmatch(text):
        text = _without_words(text)
    text, extension = _cut_extension(text, home)
    if _LETTER.search(text):
        # A single x is a mask where it is no extension: 1380013800x.
        if {c for c in text if c.isalpha()} - {"x", "X"}:
            return _other(raw, Kind.MAPPED, _opaque(raw))
        text = re.sub("[xX]", "*", text)
    if "*" in text:
        base = _mask_base(text)
        return _other(raw, Kind.MASKED if _MEANINGFUL.search(base) else Kind.NONE, base, extension)
    reading = _reading(text, home)
    if reading is _NO_READING:
        return _other(raw, Kind.MAPPED, _opaque(raw))
    if not _MEANINGFUL.search(reading[1].removeprefix("+86")):  # zeros, or a country code alone
        return _other(raw, Kind.NONE)
    return _phone(raw, reading, extension)


def _without_words(text: str) -> str:
    """Without label ("手机:", "Tel."), name or remark around the number; "x" if it is no number."""
    if ";" in text:
        context = _CONTEXT.search(text)
        text = _PARAMETER.sub("", text)
        if context and "+" not in text:
            text = context[1] + re.sub(r"^tel:", "", text, flags=re.I)
    text = _MASK_RUN.sub(lambda run: "*" * len(run[0]), _BULLET.sub("", text, count=1))
    text = re.sub("[•·_?]", " ", text)
    label = _LABEL.match(text)
    if label and _LETTER.search(label[0]):
        words = label[0]
        known = _KNOWN_LABEL.search(words) or not words.isascii()
        attached = words[-1].isascii() and words[-1].isalpha()
        rest = text[label.end() :]
        if _OTHER_LABEL.search(words) or (not known and (attached or _count(rest) < 7)):
            return "?"
        text = rest
    if not _EXTENSION_WORD.search(text):
        text = _REMARK.sub(lambda r: "" if _count(r[1]) < 7 else r[0], text)
    trailing = _TRAILING.search(text)
    if trailing and _LETTER.search(trailing[0]):
        head, words = text[: trailing.start()], trailing[0]
        if _count(head) >= (8 if words.isascii() else 3) and not re.match("-?[A-Za-z]", words):
            return head
    return text


def _count(text: str) -> int:
    return sum(c.isdigit() or c == "*" for c in text)


def _cut_extension(text: str, home: _Home) -> tuple[str, str]:
    """The number's text and its extension, "" for none."""
    if (found := _EXTENSION_WORD.search(text)) and _count(text[: found.start()]) >= 3:
        return text[: found.start()], found[1]
    found = _EXTENSION_SIGN.search(text)
    if found and _takes_extension(_reading(text[: found.start()], home)):
        return text[: found.start()], found[1]
    found = _EXTENSION_DASH.search(text)
    if not found:
        return text, ""
    head, extension = text[: found.start()], found[1]
    if "*" in text:
        complete = "*" not in extension and len(_mask_base(head)) >= 11
        return (head, extension) if complete else (text, "")
    if _LOCAL_AND_EXTENSION.fullmatch(text):
        return head, extension
    whole, first = _reading(text, home), _reading(head, home)
    if not _takes_extension(first):
        return text, ""
    if whole[0] is Category.FOREIGN:
        cut = regions.is_valid(first[1]) and not regions.is_valid(whole[1])
        return (head, extension) if cut else (text, "")
    # One or two digits standing apart are an extension though they might just fit the number
    # (0772-2812345-8); not in cities whose numbers have eight digits anyway.
    apart = len(extension) <= 2 and not re.match(r"\+86[12]", whole[1])
    return (head, extension) if apart or not _takes_extension(whole) else (text, "")


def _takes_extension(reading: Reading) -> bool:
    category, base = reading
    if category is Category.SERVICE:
        return len(base) == 5 and not base.startswith("950")
    return category in DIALABLE or category in (Category.LOCAL, Category.FOREIGN)


def _reading(text: str, home: _Home) -> Reading:
    """Category and base of a number without words or extension."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits or not _PUNCTUATED.fullmatch(text):
        return _NO_READING
    abroad = "+" in text
    if abroad and (before := _NOT_DIGITS.sub("", text.partition("+")[0])):
        if before not in ("0086", "86", "00"):
            return _NO_READING
        abroad = False
    written = digits
    if digits.startswith("00"):
        digits, abroad = digits[3 if digits[2:5] == "086" else 2 :], True
    elif digits.startswith("0"):
        abroad = False  # no country code begins with 0
    if abroad and digits[:1] in ("", "0"):
        return Category.UNKNOWN, written
    if abroad and not digits.startswith("86"):
        return regions.foreign_reading(digits)
    if abroad:
        return regions.mainland_reading(digits[2:], home[1], abroad=True)
    if _NEIGHBOUR.fullmatch(text):
        return regions.foreign_reading(digits)
    if home[0] != "CN" and (reading := regions.home_reading(digits, home[0])):
        return reading
    return regions.mainland_reading(digits, home[1], abroad=False)


def _mask_base(text: str) -> str:
    """Digits and stars in the form in which a mainland number is dialled: "0755****3388"."""
    body = re.sub(r"[^\d*]", "", text)
    if "+" in text and not body.startswith("86"):
        return "+" + body
    for prefix, shortest in (("0086", 7), ("86", 12 if "+" not in text else 5)):
        if body.startswith(prefix) and len(body) >= shortest:
            body = body.removeprefix(prefix)
            break
    if re.match(r"00[1-9]", body):
        return "+" + body[2:]
    if len(body) == 12 and re.match(r"01[3-9*]", body):
        return body[1:]
    area, subscriber = split_area(body)
    if is_area_code(area) and len(subscriber) in ((8,) if len(area) == 2 else (7, 8)):
        return "0" + body
    return body


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
    if masked.kind is not Kind.MASKED:
        return False
    other, pattern = read(value), masked.base
    target = _dialled_form(other)
    if pattern.startswith("+"):
        code = country_code(other.base[1:]) if other.base.startswith("+") else ""
        if not code or not pattern.startswith("+" + code):
            return False
        pattern, target = pattern[1 + len(code) :], other.digits
    if len(pattern) != len(target) or "*" not in pattern:
        return False
    leading, trailing = pattern.index("*"), len(pattern) - 1 - pattern.rindex("*")
    enough = (leading >= 3 and trailing >= 4) or len(pattern) - pattern.count("*") >= 7
    return enough and all(p in ("*", t) for p, t in zip(pattern, target, strict=True))


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
