"""Numbers and the ids that stand for them where the platform hides numbers from agents (号码映射).

An id says nothing about its number or its age: it is drawn at random, and kept.
"""

import secrets
import time
from collections.abc import Sequence

from django.conf import settings

from customers import phone
from customers.addresses import read_address, read_number
from customers.models import Endpoint
from screenpop.models import MappedNumber

# Neither vowels nor x: no id spells a word, a label before a number, or an extension.
_ALPHABET = "bcdfghjkmnpqrstvwz23456789"
_LETTERS = "bcdfghjkmnpqrstvwz"
_LENGTH = 18


def ids_of(numbers: Sequence[str]) -> list[str]:
    """For each number its id, made when it has none; "" for what is no number. An id of ours is its own id."""
    values = [mappable(text) for text in numbers]
    found = _made(set(filter(None, values)))
    rest = [text.strip() for text, value in zip(numbers, values, strict=True) if not value]
    known = set(MappedNumber.objects.filter(uid__in=rest).values_list("uid", flat=True)) if rest else set()  # fmt: skip
    return [
        found.get(value, "") if value else text.strip() if text.strip() in known else ""
        for text, value in zip(numbers, values, strict=True)
    ]


def numbers_of(ids: Sequence[str]) -> list[str]:
    """For each id its number as the platform dials it (see `dialled_abroad`); "" for an id that nobody has."""
    names = [text.strip() for text in ids]
    rows = MappedNumber.objects.filter(uid__in=set(names)).values_list("uid", "number")
    numbers = dict(rows)
    return [dialled_abroad(numbers[name]) if name in numbers else "" for name in names]


def number_behind(uid: str) -> str:
    """The canonical number behind one id, "" when there is none."""
    row = MappedNumber.objects.filter(uid=uid).values_list("number", flat=True).first()
    return row or ""


def ends_behind(ends: Sequence[Endpoint]) -> dict[str, Endpoint]:
    """Id → the number behind it, for those of these ends that are ids of ours: its row, unsaved where there is none.

    It says whose contact it is; it is neither shown nor dialled nor kept with it.
    """
    names = [end.value for end in ends if end.kind == Endpoint.Kind.MAPPED]
    if not names:
        return {}
    rows = MappedNumber.objects.filter(uid__in=names).values_list("uid", "number")
    return {uid: end for uid, number in rows if (end := end_named(number))}


def end_named(text: str) -> Endpoint | None:
    """The end that a number, or an id in its place, names: its row, unsaved where there is none; None for no name."""
    address = read_address(Endpoint.Kind.PHONE, text)
    if not address.value:
        return None
    row = Endpoint.objects.filter(kind=address.kind, value=address.value).first()
    digits = address.digits[::-1]
    return row or Endpoint(kind=address.kind, value=address.value, reversed_digits=digits)


class _Kept:
    """Whether this process saw an id, and until when (time.monotonic) it need not look again."""

    in_use = False
    until = 0.0


def is_in_use() -> bool:
    """Whether the platform has ids stand for numbers; what was not so may be known SETUP_KEPT_SECONDS late."""
    if not _Kept.in_use and time.monotonic() >= _Kept.until:
        _Kept.in_use = MappedNumber.objects.exists()
        _Kept.until = time.monotonic() + settings.SETUP_KEPT_SECONDS
    return _Kept.in_use


def forget() -> None:
    """Look anew the next time."""
    _Kept.in_use, _Kept.until = False, 0.0


def mappable(text: str) -> str:
    """The canonical number of this text without its extension, "" when it names no single number."""
    number = read_number(text)
    return number.base if number.digits else ""


def dialled_abroad(value: str) -> str:
    """With 00 and country code, as the platform writes numbers: 008613800138000, 0086075586013388, 006591234567.

    What has no country code (an extension, a local number) stays as it is.
    """
    number = phone.read(value)
    if number.category is phone.Category.LANDLINE:
        return "00860" + number.digits
    if value.startswith("+"):
        return "00" + value[1:]
    if number.category in (phone.Category.TOLL_FREE, phone.Category.SERVICE):
        return "0086" + value
    return value


def _made(values: set[str]) -> dict[str, str]:
    """Number → id. Two workers who make one at the same time keep the one that was first."""
    found = _ids(values)
    # In one order everywhere, so that two workers with the same numbers never wait for each other in a circle.
    if missing := sorted(values - found.keys()):
        rows = [MappedNumber(uid=new_id(), number=value) for value in missing]
        MappedNumber.objects.bulk_create(rows, ignore_conflicts=True)
        forget()
        found |= _ids(set(missing))
    return found


def _ids(values: set[str]) -> dict[str, str]:
    rows = MappedNumber.objects.filter(number__in=values) if values else MappedNumber.objects.none()
    return dict(rows.values_list("number", "uid"))


def new_id() -> str:
    """84 random bits; begins with a letter, so that nobody takes it for a number."""
    rest = (secrets.choice(_ALPHABET) for _place in range(_LENGTH - 1))
    return secrets.choice(_LETTERS) + "".join(rest)
