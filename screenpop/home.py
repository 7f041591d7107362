"""What the agent sees while nothing rings: what is due, what is unfinished, who was spoken with, a way to dial."""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from customers.addresses import Address, read_address
from customers.follow_ups import Scope, listed
from customers.models import ContactPoint, Customer, Endpoint, FollowUp, Leg
from customers.number_view import NumberView, place_words, view_number
from customers.regions import locate_beginning
from screenpop.wrap_up_reminders import asked_first

FEW = 6
_UNFINISHED_FOR = timedelta(days=7)
# What people write into a number beside its digits, in NFKC.
_PAD = re.compile(r"(?:[\d\s+()\-–—./·*#,:]|转|分机|ext)+", re.IGNORECASE)
# With as many digits a number is meant whatever stands around it, as in "电话：138…".
_WHOLE_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with the first numbers that may be dialled."""

    customer: Customer
    numbers: list[NumberView]


@dataclass(frozen=True, slots=True)
class Home:
    """The panel. `due` is what the agent owes until tonight, the overdue first; `queue` what nobody has taken yet."""

    due: list[FollowUp]
    queue: list[FollowUp]
    unfinished: list[Leg]
    recent: list[Leg]
    done_today: list[Leg]
    now: datetime


def home_of(user: Any, now: datetime) -> Home:
    """The panel of one agent."""
    tonight = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    recent = _with_people(Leg.objects.of_agent(user)).exclude(interaction__customer=None)
    return Home(
        due=_due(listed(user, Scope.MINE), tonight),
        queue=_due(listed(user, Scope.GROUPS).filter(owner=None), tonight),
        unfinished=unfinished_of(user, now),
        recent=_one_each(recent.order_by("-last_signal_at", "-pk")[: FEW * 4]),
        done_today=_done_today(user, now),
        now=now,
    )


def unfinished_of(user: Any, now: datetime) -> list[Leg]:
    """The agent's legs of the last week that wait for a wrap-up: those asked for first, then the newest."""
    legs = _with_people(Leg.objects.of_agent(user)).filter(
        state=Leg.State.WRAP_UP, last_signal_at__gte=now - _UNFINISHED_FOR, wrapped_up_at=None
    )
    return list(asked_first(legs, "-last_signal_at")[:FEW])


def _done_today(user: Any, now: datetime) -> list[Leg]:
    """Legs wrapped up today, the last one first: those whose wrap-up can still be taken back."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    legs = _with_people(Leg.objects.of_agent(user)).select_related("disposition__parent")
    # The first condition says little, but lets the database begin at an index.
    lately = legs.filter(last_signal_at__gte=midnight - _UNFINISHED_FOR)
    return list(lately.filter(wrapped_up_at__gte=midnight).order_by("-wrapped_up_at", "-pk")[:FEW])


def _due(rows: QuerySet[FollowUp], tonight: datetime) -> list[FollowUp]:
    rows = rows.filter(due_at__lte=tonight).select_related("customer", "endpoint", "group")
    return list(rows.order_by("due_at", "pk")[:FEW])


def _with_people(legs: QuerySet[Leg]) -> QuerySet[Leg]:
    return legs.select_related("interaction__customer", "interaction__endpoint")


def _one_each(legs: QuerySet[Leg]) -> list[Leg]:
    """The latest leg of each customer, in the order they were spoken with."""
    latest: dict[int | None, Leg] = {}
    for leg in legs:
        latest.setdefault(leg.interaction.customer_id, leg)
    return list(latest.values())[:FEW]


def people_of(customers: list[Customer], user: Any) -> list[Person]:
    """The customers with at most two numbers each, in one query."""
    numbers: dict[int, list[NumberView]] = {}
    points = ContactPoint.objects.filter(customer__in=customers).select_related("endpoint")
    for point in points.order_by("pk"):
        shown = numbers.setdefault(point.customer_id, [])
        view = view_number(point.endpoint, user, label=point.label)
        if view.is_number and len(shown) < 2:
            shown.append(view)
    return [Person(customer, numbers.get(customer.pk, [])) for customer in customers]


def _is_number_like(raw: str) -> bool:
    text = unicodedata.normalize("NFKC", raw)
    return bool(_PAD.fullmatch(text)) or sum(map(str.isdecimal, text)) >= _WHOLE_NUMBER


def typed_number(raw: str, user: Any) -> tuple[Address, NumberView | None]:
    """A number as it is typed on the pad, and how it looks; no row is made for it.

    None in the place of its looks where a name is typed rather: initials read as an id that stands for a number, and a
    company may have a digit in its name.
    """
    address = read_address("phone", raw)
    if address.kind != "phone" or not address.value or not _is_number_like(raw):
        return address, None
    view = view_number(Endpoint(kind=address.kind, value=address.value), user)
    # While it is typed the place is told by what is there already.
    beginning = place_words(locate_beginning(address.value))
    return address, replace(view, place=beginning) if beginning else view
