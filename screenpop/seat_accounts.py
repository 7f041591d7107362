"""Accounts for the people of a pasted list: whom it means, what would be made, and the making.

Who is here already is bound to the seat and otherwise left alone. Somebody is recognised by the user name that
the list gives, by the account's e-mail, or by the seat; never by a user name that we would only have guessed.
"""

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models.functions import Lower

from customers.roles import ADMINISTRATOR
from screenpop.models import AgentSeat, SeatRequest
from screenpop.seat_import import Row
from screenpop.seats import decide_request

# Without letters and digits that look alike: people type these.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# A random password of 59 bits needs no slow hash, and 500 slow ones would outlast the request. At the first sign-in
# Django hashes it anew at full strength.
_ITERATIONS = 20_000
_NOT_IN_USERNAMES = re.compile(r"[^\w.@+-]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of one row. `action` is "create", "bind", "nothing" or "problem".

    `problem` is the row's own, or "several-users", "username-taken", "seat-taken", "inactive-user". `user` is
    whom it means, or who is in the way; `password` is there once, after the making.
    """

    row: Row
    action: str
    username: str = ""
    problem: str = ""
    user: Any = None
    seat: AgentSeat | None = None
    password: str = ""


@dataclass(slots=True)
class _Known:
    """Whoever and whatever the rows may mean, read in four queries."""

    seats: dict[str, AgentSeat] = field(default_factory=dict)
    by_email: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_username: dict[str, Any] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


def plan_rows(rows: list[Row]) -> list[Plan]:
    """What would become of each row; changes nothing."""
    known = _known(rows)
    return [_plan(row, known) for row in rows]


@transaction.atomic
def make_accounts(rows: list[Row]) -> list[Plan]:
    """Do what is planned, planned anew, and give the one-time passwords of those who are new."""
    groups = {group.name: group for group in Group.objects.all()}
    return [_carry_out(plan, groups) for plan in plan_rows(rows)]


def _known(rows: list[Row]) -> _Known:
    known = _Known()
    usable = [row for row in rows if not row.problem]
    emails = {row.email for row in usable}
    people = get_user_model().objects.annotate(
        lower_email=Lower("email"), lower_username=Lower("username")
    )
    seats = AgentSeat.objects.annotate(lower_email=Lower("email")).select_related("user")
    for seat in seats.filter(lower_email__in=emails):
        known.seats[seat.email.lower()] = seat
    for user in people.filter(lower_email__in=emails).order_by("pk"):
        known.by_email[user.email.lower()].append(user)
    wanted = {row.username.lower() for row in usable if row.username}
    for user in people.filter(lower_username__in=wanted):
        known.by_username[user.username.lower()] = user
    guesses = {guess for row in usable for guess in _guesses(row.email)} | wanted
    known.taken = set(
        people.filter(lower_username__in=guesses).values_list("lower_username", flat=True)
    )
    # What the list itself gives away must not be guessed for somebody else in it.
    known.taken |= wanted
    return known


def _guesses(email: str) -> list[str]:
    """User names for somebody without one, the shortest first."""
    return [_NOT_IN_USERNAMES.sub("-", name)[:150] for name in (email.partition("@")[0], email)]


def _plan(row: Row, known: _Known) -> Plan:
    if row.problem:
        return Plan(row, "problem", problem=row.problem)
    seat = known.seats.get(row.email)
    owner = seat.user if seat else None
    named = known.by_username.get(row.username.lower()) if row.username else None
    mailed = known.by_email.get(row.email, [])
    if named and named != owner and named.email and named.email.lower() != row.email:
        return Plan(row, "problem", problem="username-taken", user=named)
    if not named and len(mailed) > 1:
        return Plan(row, "problem", problem="several-users", user=mailed[0])
    user = named or (mailed[0] if mailed else owner)
    if owner and owner != user:
        return Plan(row, "problem", problem="seat-taken", user=owner)
    if user is None:
        return Plan(row, "create", username=_free_username(row, known), seat=seat)
    if not user.is_active:
        return Plan(row, "problem", problem="inactive-user", user=user)
    bound = seat is not None and owner == user and seat.is_active
    return Plan(row, "nothing" if bound else "bind", user.username, user=user, seat=seat)


def _free_username(row: Row, known: _Known) -> str:
    if row.username:
        return row.username
    guesses = _guesses(row.email)
    free = next((name for name in guesses if name not in known.taken), "")
    username = free or f"{guesses[0][:140]}-{secrets.token_hex(3)}"
    known.taken.add(username)
    return username


def _carry_out(plan: Plan, groups: dict[str, Group]) -> Plan:
    row = plan.row
    if plan.action == "bind":
        _bind(plan, plan.user)
    if plan.action != "create":
        return plan
    password = one_time_password()
    user = get_user_model().objects.create(
        username=plan.username,
        email=row.email,
        display_name=row.name,
        password=_quick_hash(password),
        must_change_password=True,
        is_staff=row.role == ADMINISTRATOR,
    )
    user.groups.add(groups[row.role])
    _bind(plan, user)
    return Plan(row, "create", plan.username, user=user, password=password)


def _bind(plan: Plan, user: Any) -> None:
    if plan.seat is None:
        AgentSeat.objects.create(email=plan.row.email, user=user)
        return
    plan.seat.user = user
    plan.seat.is_active = True
    plan.seat.save(update_fields=["user", "is_active"])


def one_time_password() -> str:
    """Twelve characters in three groups, to be typed once."""
    groups = ("".join(secrets.choice(_ALPHABET) for _place in range(4)) for _group in range(3))
    return "-".join(groups)


def _quick_hash(password: str) -> str:
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=_ITERATIONS)
    return make_password(password)


def may_change(by: Any, user: Any) -> bool:
    """Not oneself, and a superuser only by one."""
    return bool(by.pk != user.pk and (by.is_superuser or not user.is_superuser))


def renew_password(user: Any) -> str:
    """A new one-time password; the old one and every session end."""
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    return password


@transaction.atomic
def deactivate(user: Any, by: Any) -> int:
    """End somebody's access; gives the number of seats that are free again. What they recorded keeps their name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    for wish in SeatRequest.objects.filter(user=user, granted=None):
        decide_request(wish, False, by)
    return AgentSeat.objects.filter(user=user).update(user=None)


def reactivate(user: Any) -> None:
    """Let somebody in again, with the password and the roles of before; seats are bound anew."""
    user.is_active = True
    user.save(update_fields=["is_active"])
