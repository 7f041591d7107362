"""The numbering plan: what sort of number some digits are, and its canonical value.

The mainland's plan by hand, every other country's by the library `phonenumbers`, which is loaded
only when a number needs it. Where a number belongs is told by `customers.regions`.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Category(StrEnum):
    """What sort of phone number. SERVICE and SHORT are compared exactly and never by their end."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    TOLL_FREE = "toll-free"
    SERVICE = "service"
    LOCAL = "local"
    SHORT = "short"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    NOT_PHONE = "not-phone"


# Area codes without their trunk 0. Three-digit codes are written as their first two digits and
# every third digit in use. Kept here, not read from phone.dat, so that reading a number needs no
# file; a test holds the two together.
_SHORT_AREAS = "10 20 21 22 23 24 25 27 28 29"
_LONG_AREAS = (
    "310123456789 335 349 350123456789 37012345679 391234568 411256789 42179 43123456789"
    " 45123456789 464789 470123456789 4823 510123456789 5237 530123456789 5436 550123456789"
    " 5612346 570123456789 580 59123456789 6312345 660238 6912 701 710123456789 72248 7301456789"
    " 743456 750123456789 76023689 770123456789 790123456789 8123678 82567 830123456789 851456789"
    " 870123456789 883678 8912345678 90123689 9112345679 930123456789 9413 9512345 97012345679"
    " 990123456789"
)
AREA_CODES = frozenset(_SHORT_AREAS.split()) | frozenset(
    group[:2] + third for group in _LONG_AREAS.split() for third in group[2:]
)

_MOBILE = re.compile(r"0?(1[3-9]\d{9})")
_TOLL_FREE = re.compile(r"0?([48]00\d{7})")
# 110, 10086, 12345, 116114, 95588, 96822; then the ranges 950 (virtual numbers) and 106 (message
# senders), which run longer. Eight digits that begin with 95 or 96 are one of these too, never a
# local number: no city's subscriber numbers begin with 9.
_SERVICE = re.compile(r"1\d{2,4}|9[56]\d{3,6}|11[68]114|950\d{6,13}|106\d{8,17}")
_SHORT = re.compile(r"[1-9]\d{3,5}")
_LANDLINE = re.compile(r"(?:10|2\d)[1-9]\d{6,7}|[3-9]\d\d[1-9]\d{6,7}")
# 0755-12345 is Shenzhen's 12345: a service number, and another one than Beijing's.
_CITY_SERVICE = re.compile(r"0(?:10|2\d|[3-9]\d\d)(?:1[012]\d|100\d\d|12\d{3}|9[56]\d{3,4})")
# A second country code, or a carrier's code dialled before the number (17951, 12593); the number
# after a carrier's code is whole, so that a mobile in 179 and an extension is not taken for one.
_DIALLED_BEFORE = re.compile(
    r"(?:0{0,3}86|(?:179(?:0\d|1[01]|5[01]|9[0156])|12593|10193)"
    r"(?=0?1[3-9]\d{9}$|0[1-9]\d{9,10}$|(?:00)?86\d{10,12}$))(\d{10,})"
)
DIALABLE = frozenset({Category.MOBILE, Category.LANDLINE, Category.TOLL_FREE})
Reading = tuple[Category, str]  # category and canonical value without extension

# Hong Kong, Macao and Taiwan without plus, but with the code standing apart. Taiwan needs nine
# digits after it: 886 is also the area code of Nujiang, whose numbers have seven or eight.
_NEIGHBOUR = re.compile(
    r"\s*\(?(?:85[23][)\s./-]+[2-9](?:[\s.-]?\d){7}|886[)\s./-]+[2-9](?:[\s.-]?\d){8})\s*"
)
_NOT_DIGITS = re.compile(r"\D+")
_PUNCTUATED = re.compile(r"[\d\s().,;|/:+-]*")
Home = tuple[str, str]  # region, and home area code without its 0
NO_READING: Reading = (Category.NOT_PHONE, "")  # not a number's text


def is_area_code(code: str) -> bool:
    """Whether these two or three digits, without the trunk 0, are an area code in use today."""
    return code in AREA_CODES


def split_area(national: str) -> tuple[str, str]:
    """Area code and subscriber part of a mainland landline's digits without the trunk 0.

    Codes that begin with 1 or 2 (Beijing, and the 02x cities) have two digits, all others three.
    """
    cut = 2 if national[:1] in ("1", "2") else 3
    return national[:cut], national[cut:]


def reading_of(text: str, home: Home) -> Reading:
    """Category and base of a number without words or extension."""
    digits = _NOT_DIGITS.sub("", text)
    if not digits or not _PUNCTUATED.fullmatch(text):
        return NO_READING
    abroad = "+" in text
    if abroad and (before := _NOT_DIGITS.sub("", text.partition("+")[0])):
        if before not in ("0086", "86", "00"):
            return NO_READING
        abroad = False
    written = digits
    if digits.startswith("00"):
        digits, abroad = digits[3 if digits[2:5] == "086" else 2 :], True
    elif digits.startswith("0"):
        abroad = False  # no country code begins with 0
    if abroad and digits[:1] in ("", "0"):
        return Category.UNKNOWN, written
    if abroad and not digits.startswith("86"):
        return foreign_reading(digits)
    if abroad:
        return mainland_reading(digits[2:], home[1], abroad=True)
    if _NEIGHBOUR.fullmatch(text):
        return foreign_reading(digits)
    if home[0] != "CN" and (local := home_reading(digits, home[0])):
        return local
    return mainland_reading(digits, home[1], abroad=False)


def mainland_reading(digits: str, area: str, *, abroad: bool) -> Reading:
    """By the Chinese plan; `abroad` when the country code 86 stood before these digits."""
    if found := _MOBILE.fullmatch(digits):
        return Category.MOBILE, "+86" + found[1]
    if found := _TOLL_FREE.fullmatch(digits):
        return Category.TOLL_FREE, found[1]
    if _SERVICE.fullmatch(digits):
        return Category.SERVICE, digits
    if digits[:1] == "0":
        if _LANDLINE.fullmatch(digits[1:]):
            return Category.LANDLINE, "+86" + digits[1:]
        if _CITY_SERVICE.fullmatch(digits):
            return Category.SERVICE, digits
    elif len(digits) in (7, 8):
        return _local_reading(digits, area, abroad=abroad)
    elif _LANDLINE.fullmatch(digits) and (abroad or _has_plain_area(digits)):
        return Category.LANDLINE, "+86" + digits
    elif not abroad and _SHORT.fullmatch(digits):
        return Category.SHORT, digits
    if found := _DIALLED_BEFORE.fullmatch(digits):
        inner = mainland_reading(found[1], "", abroad=True)
        if inner[0] in DIALABLE:
            return inner
    return Category.UNKNOWN, ("+86" if abroad else "") + digits


def _local_reading(digits: str, area: str, *, abroad: bool) -> Reading:
    """A local number of seven or eight digits, completed by the home area."""
    if abroad and is_area_code(split_area(digits)[0]) and _CITY_SERVICE.fullmatch("0" + digits):
        # +86 755 12345: Shenzhen's 12345, or the local number 7551 2345. Equal to neither.
        return Category.UNKNOWN, "+86" + digits
    return (Category.LANDLINE, f"+86{area}{digits}") if area else (Category.LOCAL, digits)


def _has_plain_area(digits: str) -> bool:
    """Whether ten or eleven digits are an area code without its 0 and a subscriber number."""
    area, subscriber = split_area(digits)
    return is_area_code(area) and (len(subscriber) == 8 if len(area) == 2 else subscriber[0] > "1")


def foreign_reading(digits: str) -> Reading:
    """By the plan of the country whose code comes first; its trunk 0 is dropped, Italy's kept."""
    import phonenumbers  # here: most numbers are Chinese and need none of it

    try:
        parsed = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return Category.UNKNOWN, "+" + digits
    if not phonenumbers.is_possible_number(parsed):
        return Category.UNKNOWN, "+" + digits
    value = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # The parser also drops trunk codes that nobody writes after a plus (+7 8, +1 1): no equality
    # is claimed there, only where it dropped a 0.
    code = str(parsed.country_code)
    without_trunk = f"+{code}{digits.removeprefix(code).removeprefix('0')}"
    if value != without_trunk or (digits != value[1:] and foreign_reading(value[1:])[1] != value):
        # Nor where a second 0 would go at the next reading: what was read once must read the same again.
        value = "+" + digits
    return Category.FOREIGN, value


def home_reading(digits: str, region: str) -> Reading | None:
    """By the plan of a home region other than the mainland, where that gives a valid number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    if parsed.country_code == 86 or not phonenumbers.is_valid_number(parsed):
        return None
    return Category.FOREIGN, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_valid(value: str) -> bool:
    """Whether this E.164 value is a number that its country's plan knows."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        return False


def country_code(digits: str) -> str:
    """The country calling code that begins these digits of an E.164 number, "" if there is none."""
    if digits.startswith("86"):
        return "86"
    import phonenumbers

    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    return next((digits[:n] for n in (1, 2, 3) if digits[:n] and int(digits[:n]) in codes), "")
