"""Puts invented customers into the database, in batches; those that are there are not made again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import Max

from customers.addresses import Address, read_address
from customers.models import ContactPoint, Customer, Endpoint
from customers.pinyin import syllables
from screenpop.demo.names import split_name
from screenpop.demo.people import OWN_ID_PREFIX, Person, person
from screenpop.demo.rows import Counter, insert, like

BATCH = 2_000


def highest_customer() -> int:
    """The index of the last demo customer, 0 when there is none."""
    ours = Customer.objects.filter(own_id__startswith=OWN_ID_PREFIX)
    last = ours.aggregate(last=Max("own_id"))["last"]
    return int(last.removeprefix(OWN_ID_PREFIX)) if last else 0


def load_customers(target: int, counter: Counter, owners: Sequence[int], now: datetime) -> None:
    """Make demo customers until there are `target`. `owners` are keys of users."""
    for start in range(highest_customer() + 1, target + 1, BATCH):
        people = [person(index) for index in range(start, min(start + BATCH, target + 1))]
        with transaction.atomic():
            _load(people, start, counter, owners, now)


def _load(
    people: Sequence[Person], start: int, counter: Counter, owners: Sequence[int], now: datetime
) -> None:
    rows, blank = [], Customer()
    for index, one in enumerate(people, start=start):
        letters, first_letters = typed(one.name)
        made = now - timedelta(days=30 + index * 37 % 700, minutes=index % 600)
        rows.append(
            like(
                blank,
                own_id=one.own_id,
                name=one.name,
                name_pinyin=letters,
                name_initials=first_letters,
                company=one.company,
                title=one.title,
                level=one.level,
                tags=one.tags,
                attributes=one.attributes,
                owner_id=owners[index % len(owners)] if owners and index % 3 == 0 else None,
                created_at=made,
                updated_at=made,
            )
        )
    insert(rows, counter)
    contacts = [
        (row, contact, read_address(contact.kind, contact.raw))
        for row, one in zip(rows, people, strict=True)
        for contact in one.contacts
    ]
    flags = {(a.kind, a.value): c for _row, c, a in contacts}
    ends = find_endpoints([a for _row, _c, a in contacts], now)
    new = {key: end for key, end in ends.items() if isinstance(end, Endpoint)}
    for key, end in new.items():
        end.is_shared = flags[key].is_shared
        end.do_not_call = flags[key].do_not_call
        end.invalid = flags[key].invalid
    insert(list(new.values()), counter)
    points, point = {}, ContactPoint()
    for row, contact, address in contacts:
        endpoint = key_of(ends[address.kind, address.value])
        points[row.pk, endpoint] = like(
            point,
            customer_id=row.pk,
            endpoint_id=endpoint,
            raw=contact.raw,
            label=contact.label,
            source="demo",
            created_at=row.created_at,
        )
    insert(list(points.values()), counter)


def typed(name: str) -> tuple[str, str]:
    """Pinyin and initials, put together from the parts: a few hundred parts make all the names."""
    surname, given = split_name(name)
    first, rest = _syllables(surname + "伟")[: len(surname)], _syllables("王" + given)[1:]
    both = first + rest
    return "".join(both), "".join(syllable[0] for syllable in both)


@cache
def _syllables(name: str) -> tuple[str, ...]:
    return syllables(name)


Ends = dict[tuple[str, str], "Endpoint | int"]


def find_endpoints(addresses: Iterable[Address], now: datetime) -> Ends:
    """By kind and value: the key of an endpoint that is there, or a new one that is still to be inserted."""
    wanted = {(a.kind, a.value): a for a in addresses}
    ends: Ends = {}
    blank = Endpoint()
    for kind in {kind for kind, _value in wanted}:
        values = [value for k, value in wanted if k == kind]
        held = Endpoint.objects.filter(kind=kind, value__in=values).values_list("value", "pk")
        ends |= {(kind, value): pk for value, pk in held}
    for key, address in wanted.items():
        if key not in ends:
            ends[key] = like(
                blank,
                kind=address.kind,
                value=address.value,
                reversed_digits=address.digits[::-1],
                created_at=now,
            )
    return ends


def key_of(end: "Endpoint | int") -> int:
    """The key of either."""
    return end if isinstance(end, int) else end.pk
