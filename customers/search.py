"""Finding a customer by what a person types: a name, its pinyin or initials, a customer number, a phone number.

Every way but the last goes by an index, and each page is read by key, so the answer takes as long among a million
customers as among a thousand. The last way reads through the names, and only when nothing else was found.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from customers.addresses import read_address
from customers.likeness import next_prefix
from customers.models import ContactPoint, Customer, Endpoint
from customers.roles import is_supervisor

PAGE = 20
LONGEST_TERM = 60
SHORTEST_NUMBER = 4
# A tail that fits more customers than this tells nothing; the page then asks for more digits.
MOST_BY_NUMBER = 200
_MAX_CODE_POINT = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Found:
    """Some customers, and the key of the next page ("" on the last one). `too_many`: a tail that says too little."""

    customers: list[Customer]
    more: str = ""
    too_many: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to find customers: a condition, and the indexed column that its pages follow ("" = newest first)."""

    condition: Q
    order: str = ""


def search(user: Any, term: str = "", after: str = "") -> Found:
    """A page of the customers that fit. `after` is a key that an earlier page gave.

    The whole list (no term) is for supervisors; an agent finds by a term.
    """
    term = clean(term)
    if not term:
        return _pages(user, [_Way(Q())], after) if is_supervisor(user) else Found([])
    if after.startswith("r."):
        return _pages(user, [_reading_through(term)], after.replace("r.", "0.", 1), mark="r")
    by_number, too_many = _by_number(term)
    found = _pages(user, [*by_number, *_by_index(term)], after)
    # A number that nobody has is in nobody's name either; while one is typed that is the usual case.
    if not found.customers and not after and not _is_number(term):
        found = _pages(user, [_reading_through(term)], "", mark="r")
    return Found(found.customers, found.more, too_many)


def clean(term: str) -> str:
    """What was typed, without the width, case of spaces and control characters that nobody meant."""
    text = unicodedata.normalize("NFKC", term)
    text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())[:LONGEST_TERM].strip()


def _is_number(term: str) -> bool:
    return len(_digits(term)) >= SHORTEST_NUMBER and not any(c.isalpha() for c in term)


def _digits(term: str) -> str:
    return "".join(c for c in term if c.isascii() and c.isdigit())


def _by_number(term: str) -> tuple[list[_Way], bool]:
    """The exact number, in whatever form it was typed; then the numbers that end in these digits."""
    digits = _digits(term)
    address = read_address("email" if "@" in term else "phone", term)
    ways: list[_Way] = []
    if address.value and (len(digits) >= SHORTEST_NUMBER or "@" in term):
        exact = _reached_at(Q(endpoint__kind=address.kind, endpoint__value=address.value))
        ways.append(_Way(Q(pk__in=exact)))
    if not _is_number(term):
        return ways, False
    # Of a masked number only the end is certain, so what was typed is no tail.
    typed = "" if address.kind == Endpoint.Kind.MASKED else digits
    tails = {tail for tail in (typed, address.digits) if len(tail) >= SHORTEST_NUMBER}
    if not tails:
        return ways, False
    condition = reduce(or_, map(_ends_in, tails))
    tailed = _reached_at(condition & Q(endpoint__kind=Endpoint.Kind.PHONE))
    ways.append(_Way(Q(pk__in=tailed)))
    return ways, len(tailed) >= MOST_BY_NUMBER


def _ends_in(tail: str) -> Q:
    backwards = tail[::-1]
    condition = Q(endpoint__reversed_digits__gte=backwards)
    if after := next_prefix(backwards):
        condition &= Q(endpoint__reversed_digits__lt=after)
    return condition


def _reached_at(condition: Q) -> list[int]:
    """In no order: an order would tempt the database to walk another index than that of the digits."""
    points = ContactPoint.objects.filter(condition).values_list("customer_id", flat=True)
    return list(points[:MOST_BY_NUMBER])


def _by_index(term: str) -> list[_Way]:
    ways = [_Way(Q(own_id=term)), _beginning("name", term)]
    letters = term.replace(" ", "").replace("'", "").lower()
    if letters.isascii() and letters.isalnum():
        ways.append(_beginning("name_initials", letters))
        ways.append(_beginning("name_pinyin", letters))
    return ways


def _beginning(column: str, text: str) -> _Way:
    """Who begins with `text`, in the form and order for which this database uses an index."""
    if connection.vendor == "postgresql":
        # Its index for LIKE has no order; it knows itself when to walk the newest first instead.
        return _Way(Q(**{f"{column}__startswith": text}))
    # SQLite compares code points, and its LIKE with an escape character uses no index.
    end = _next_text(text)
    condition = Q(**{f"{column}__gte": text}) & (Q(**{f"{column}__lt": end}) if end else Q())
    return _Way(condition, column)


def _next_text(text: str) -> str:
    """The smallest text after every one that begins with `text`, by code point; "" when there is none."""
    point = ord(text[-1]) + 1
    if point > _MAX_CODE_POINT:
        return ""
    # Surrogates are no characters.
    return text[:-1] + chr(0xE000 if 0xD800 <= point <= 0xDFFF else point)


def _reading_through(term: str) -> _Way:
    # Letters without case (Chinese) spare the database turning each name into capitals.
    lookup = "contains" if term.upper() == term.lower() else "icontains"
    return _Way(Q(**{f"name__{lookup}": term}) | Q(**{f"company__{lookup}": term}))


def _pages(user: Any, ways: list[_Way], after: str, *, mark: str = "") -> Found:
    """One page through the ways, one after the other; who was found by an earlier one is not shown again."""
    start, last = _read_key(after)
    found: list[tuple[int, int]] = []
    for index, rows in _each(ways, start):
        if index == start and last is not None:
            rows = _beyond(rows, ways[index].order, last)
        keys = rows.values_list("pk", flat=True)[: PAGE + 1 - len(found)]
        found += [(index, pk) for pk in keys]
        if len(found) > PAGE:
            break
    more = f"{mark or found[PAGE - 1][0]}.{found[PAGE - 1][1]}" if len(found) > PAGE else ""
    order = [pk for _index, pk in found[:PAGE]]
    listed = Customer.objects.visible_to(user).select_related("owner").in_bulk(order)
    return Found([listed[pk] for pk in order if pk in listed], more)


def _each(ways: list[_Way], start: int) -> Iterator[tuple[int, QuerySet[Customer]]]:
    # Not filter(merged_into=None): SQLite would take that for the best index, and nearly every row is in it.
    present = Customer.objects.exclude(merged_into__isnull=False)
    earlier = Q()
    for index, way in enumerate(ways):
        if index >= start:
            rows = present.filter(way.condition)
            if earlier:
                rows = rows.exclude(earlier)
            yield index, rows.order_by(*([way.order, "pk"] if way.order else ["-pk"]))
        earlier |= way.condition


def _beyond(rows: QuerySet[Customer], order: str, last: int) -> QuerySet[Customer]:
    if not order:
        return rows.filter(pk__lt=last)
    # The key holds no name: a name may be a number, and keys are seen in more places than pages are.
    value = Customer.objects.filter(pk=last).values_list(order, flat=True).first()
    if value is None:
        return rows
    return rows.filter(Q(**{f"{order}__gt": value}) | Q(**{order: value}, pk__gt=last))


def _read_key(after: str) -> tuple[int, int | None]:
    way, _dot, pk = after.partition(".")
    if not (way.isdecimal() and pk.isdecimal()) or len(after) > 20:
        return 0, None
    return int(way), int(pk)
