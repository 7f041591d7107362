"""The text around a number: cleaning, labels and remarks, masks, and extensions cut off.

Works on what `customers.phone.read` was given, before and while the numbering plan is asked.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from customers.numbering import (
    DIALABLE,
    Category,
    Home,
    Reading,
    is_area_code,
    is_valid,
    reading_of,
    split_area,
)
from customers.phone_masks import mask_base

LONGEST = 128  # characters; no number is longer, and patterns need a bound

# Stand-ins for "no number".
_NO_NUMBER = (
    "anonymous|unknown|withheld|private|restricted|unavailable|blocked|hidden|null|undefined|none|"
    "nil|nan|inf|na|n/a|#n/a|true|false|private number|unknown number|no number|no caller id|"
    "unknown caller"
)
WITHHELD = frozenset(_NO_NUMBER.split("|"))
MEANINGFUL = re.compile("[1-9A-Za-z]")
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
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3}){2,}")
_PARAMETER = re.compile(r";(?!ext=)[a-z-]+=[^;]*", re.I)
_CONTEXT = re.compile(r";phone-context=(\+[\d.-]+)", re.I)
_LABEL = re.compile(r"[^\d+*]+")
_KNOWN_LABEL = re.compile(
    r"(?:tel|phone|mobile|mob|cell|fax|telephone|no)\W*$|\b[a-z]\s*[.:]\W*$", re.I
)
_OTHER_LABEL = re.compile(r"qq|身份证|订单|工单|工号|编号|单号|\bid\b", re.I)
LETTER = re.compile(r"[^\W\d_]")
_REMARK = re.compile(r"\s*\(([^()]*[^\W\d][^()]*)\)\s*$")
_TRAILING = re.compile(r"[^\d*]+$")

_EXTENSION_WORD = re.compile(
    r"[\s(,;-]*(?:ext(?:ension|n)?|[转轉按拨撥接]|分[机機][号號]?|内线|內線)+[\s.:=#-]*(\d{1,8})[\s).]*$",
    re.I,
)
_EXTENSION_SIGN = re.compile(r"\s*(?:[xX#]|[,;]+)\s*(\d{1,6})\s*$")
_EXTENSION_DASH = re.compile(r"\s*[-(]\s*(\d{1,6})\s*\)?\s*$")
_EXTENSION_SPACE = re.compile(r"(?<=\d{4})\s+(\d{1,5})\s*$")
_WITH_TRUNK = re.compile(r"\D*(?:0|86)|\s*\+")
# After a space these would rather be a number of their own: 120, 10086, 12345, 95588, or an area code.
_OWN_NUMBER = re.compile(r"0.*|1[12]\d|1(?:00|[12]\d)\d\d|9[56]\d{3}")
# Seven or eight digits and a shorter group are a local number and its extension, though the digits
# run together might pass for something else (86013388-1234 begins with 86).
_LOCAL_AND_EXTENSION = re.compile(r"(?![48]00)[2-8](?:\d{6,7}-\d{1,5}|\d{3}[ -]\d{4}-\d{1,4})\s*")


def scalar_text(raw: object) -> str:
    """A number's or spreadsheet cell's value as text; "" for anything that is no such value."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return ""
    too_long_to_print = isinstance(raw, int) and abs(raw) >= 10**LONGEST
    return "" if too_long_to_print else str(raw)


def clean(text: str) -> str:
    """Plain ASCII digits and punctuation; no control, zero-width or direction marks."""
    if not text.isprintable() or not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).translate(_CHARACTERS)
        text = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() else c
            for c in text
            if c.isprintable() or c.isspace()
        )
    return text.translate(_CHARACTERS).strip(" \n").lstrip(" =\n")


def without_spreadsheet(text: str) -> str:
    """Undo 13800138000.0, 1.3800138E+10 and 13,800,138,000; "" where digits were rounded away."""
    if THOUSANDS.fullmatch(text):
        return text.replace(",", "")
    if found := _DECIMAL.fullmatch(text):
        return found[1]
    if found := _ROUNDED.fullmatch(text):
        places, exponent = found[2] or "", int(found[3])
        # General format shows at most five places, so five or fewer are a rounded number.
        return found[1] + places.ljust(exponent, "0") if 6 <= len(places) <= exponent else ""
    return text


def without_words(text: str) -> str:
    """Without label ("手机:", "Tel."), name or remark around the number; "x" if it is no number."""
    if ";" in text:
        context = _CONTEXT.search(text)
        text = _PARAMETER.sub("", text)
        if context and "+" not in text:
            text = context[1] + re.sub(r"^tel:", "", text, flags=re.I)
    text = _MASK_RUN.sub(lambda run: "*" * len(run[0]), _BULLET.sub("", text, count=1))
    text = re.sub("[•·_?]", " ", text)
    label = _LABEL.match(text)
    if label and LETTER.search(label[0]):
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
    if trailing and LETTER.search(trailing[0]):
        head, words = text[: trailing.start()], trailing[0]
        if _count(head) >= (8 if words.isascii() else 3) and not re.match("-?[A-Za-z]", words):
            return head
    return text


def _count(text: str) -> int:
    return sum(c.isdigit() or c == "*" for c in text)


def cut_extension(text: str, home: Home) -> tuple[str, str]:
    """The number's text and its extension, "" for none."""
    found = _EXTENSION_WORD.search(text)
    # Three digits beside a trunk 0 or 00: with a country code alone nothing would be left to call.
    if found and _count(text[: found.start()].lstrip("+0 ")) >= 3:
        return text[: found.start()], found[1]
    found = _EXTENSION_SIGN.search(text)
    if found and _takes_extension(reading_of(text[: found.start()], home)):
        return text[: found.start()], found[1]
    found = _EXTENSION_DASH.search(text)
    if not found:
        return _cut_after_space(text, home)
    head, extension = text[: found.start()], found[1]
    if "*" in text:
        complete = "*" not in extension and len(mask_base(head)) >= 11
        return (head, extension) if complete else (text, "")
    if _LOCAL_AND_EXTENSION.fullmatch(text):
        return head, extension
    whole, first = reading_of(text, home), reading_of(head, home)
    if not _takes_extension(first):
        return text, ""
    if whole[0] is Category.FOREIGN:
        cut = is_valid(first[1]) and not is_valid(whole[1])
        return (head, extension) if cut else (text, "")
    # One or two digits standing apart are an extension though they might just fit the number
    # (0772-2812345-8); not in cities whose numbers have eight digits anyway.
    apart = len(extension) <= 2 and not re.match(r"\+86[12]", whole[1])
    return (head, extension) if apart or not _takes_extension(whole) else (text, "")


def _cut_after_space(text: str, home: Home) -> tuple[str, str]:
    """As `cut_extension`, for 0755-86013388 801: a group after a landline that is whole without it.

    Only where the digits together are no number, so no other number can be meant: trunk 0 or
    country code written, area code in use, and as many digits as the area's numbers may have.
    """
    found = _EXTENSION_SPACE.search(text)
    if not found or _OWN_NUMBER.fullmatch(found[1]) or not _WITH_TRUNK.match(text):
        return text, ""
    head = text[: found.start()]
    # Without the home area, which would complete the first digits of something longer.
    category, base = reading_of(head, (home[0], ""))
    if category is not Category.LANDLINE or reading_of(text, home)[0] is not Category.UNKNOWN:
        return text, ""
    area, subscriber = split_area(base.removeprefix("+86"))
    sizes = (8,) if len(area) == 2 else (7, 8)
    whole = is_area_code(area) and len(subscriber) in sizes and subscriber[0] in "2345678"
    return (head, found[1]) if whole else (text, "")


def _takes_extension(reading: Reading) -> bool:
    category, base = reading
    if category is Category.SERVICE:
        return len(base) == 5 and not base.startswith("950")
    return category in DIALABLE or category in (Category.LOCAL, Category.FOREIGN)
