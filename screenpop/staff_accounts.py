"""Accounts of the platform for our people: made by CreateStaff, deleted by DeleteStaff, each with its own outcome.

Both change what the platform charges for and who can sign in there, so neither is repeated where it may have happened.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from customers import phone
from customers.addresses import read_number
from screenpop.models import AgentSeat
from screenpop.tencent import TencentError, call

# What the platform takes in one request.
MOST_CREATED, MOST_DELETED = 10, 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[0-9A-Za-z_-]{0,20}")


@dataclass(slots=True)
class NewStaff:
    """Somebody who is to have an account. `problem`: a key of PROBLEMS, or "" when it can be asked for."""

    user: Any
    email: str
    name: str
    staff_number: str = ""
    mobile: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one account: the platform's code and message where it refused, both "" where it was done."""

    email: str
    code: str = ""
    message: str = ""
    request_id: str = ""

    @property
    def done(self) -> bool:
        """Whether the platform did it."""
        return not self.code


def plan(users: Iterable[Any]) -> list[NewStaff]:
    """An account for each, by the user's e-mail, with what a seat of that e-mail tells already."""
    people = list(users)
    emails = {user.email.strip().lower() for user in people if user.email}
    seats = {seat.email.lower(): seat for seat in AgentSeat.objects.filter(email__in=emails)}
    found: list[NewStaff] = []
    seen: set[str] = set()
    for user in people:
        email = user.email.strip().lower()
        seat = seats.get(email)
        row = NewStaff(user, email, user.shown_name[:64])
        if seat is not None:
            row.staff_number, row.mobile = seat.staff_number, seat.mobile
        row.problem = _problem_of_account(row, seat, seen)
        seen.add(email)
        found.append(row)
    return found


def _problem_of_account(row: NewStaff, seat: AgentSeat | None, seen: set[str]) -> str:
    if not row.email:
        return "no-email"
    if not _EMAIL.fullmatch(row.email) or len(row.email) > 190:
        return "bad-email"
    if row.email in seen:
        return "repeated"
    if not row.user.is_active:
        return "inactive"
    if seat is not None and seat.user_id not in (None, row.user.pk):
        return "seat-taken"
    if seat is not None and seat.listed_at and seat.is_active:
        return "exists"
    return ""


def settle(row: NewStaff, staff_number: str, mobile: str) -> None:
    """Take in what was typed for one person; sets `problem` where it cannot be."""
    row.staff_number, row.mobile = staff_number.strip(), mobile.strip()
    if row.problem:
        return
    if not _NUMBER.fullmatch(row.staff_number):
        row.problem = "bad-number"
    elif row.mobile and not platform_mobile(row.mobile):
        row.problem = "bad-mobile"


def platform_mobile(raw: str) -> str:
    """A number as the platform wants it: 0086 and the number, 00 and the country abroad; "" when it is none."""
    number = read_number(raw)
    if number.kind is not phone.Kind.PHONE or not number.value.startswith("+"):
        return ""
    return "00" + number.value[1:].partition(";")[0]


def create(rows: Sequence[NewStaff], *, send_password: bool) -> list[Outcome]:
    """Make the accounts, ten in a request, and bind the seat of each that was made. Raises nothing."""
    outcomes: list[Outcome] = []
    for batch in _batches(rows, MOST_CREATED):
        staffs = [_as_staff(row) for row in batch]
        try:
            answer = call(
                "CreateStaff", {"Staffs": staffs, "SendPassword": send_password}, repeatable=False
            )
        except TencentError as error:
            outcomes += [_refused(row.email, error) for row in batch]
            continue
        refused = {
            str(item.get("StaffEmail", "")).lower(): item
            for item in answer.get("ErrorStaffList") or []
        }
        for row in batch:
            item = refused.get(row.email)
            if item is None:
                _bind(row)
                outcomes.append(Outcome(row.email))
            else:
                code, message = str(item.get("Code") or "Refused"), str(item.get("Message") or "")
                request = str(answer.get("RequestId") or "")
                outcomes.append(Outcome(row.email, code, message[:300], request))
    return outcomes


def _as_staff(row: NewStaff) -> dict[str, str]:
    staff = {"Name": row.name, "Mail": row.email, "Nick": row.name}
    if row.staff_number:
        staff["StaffNumber"] = row.staff_number
    if row.mobile:
        staff["Phone"] = platform_mobile(row.mobile)
    return staff


@transaction.atomic
def _bind(row: NewStaff) -> None:
    """The new account's seat is the person's; its number and mobile come with the next fetching."""
    AgentSeat.objects.update_or_create(
        email=row.email, defaults={"user": row.user, "is_active": True, "retired_at": None}
    )


def delete(emails: Sequence[str]) -> list[Outcome]:
    """Delete the accounts and switch their seats off; who is online there stays. Raises nothing."""
    outcomes: list[Outcome] = []
    for batch in _batches(emails, MOST_DELETED):
        try:
            answer = call("DeleteStaff", {"StaffList": list(batch)}, repeatable=False)
        except TencentError as error:
            outcomes += [_refused(email, error) for email in batch]
            continue
        online = {str(email).lower() for email in answer.get("OnlineStaffList") or []}
        words = str(answer.get("DeleteStatusInfo") or "")[:300]
        request = str(answer.get("RequestId") or "")
        gone = [email for email in batch if email.lower() not in online]
        AgentSeat.objects.filter(email__in=gone).update(is_active=False)
        outcomes += [
            Outcome(email, "StaffOnline", words, request)
            if email.lower() in online
            else Outcome(email)
            for email in batch
        ]
    return outcomes


def _refused(email: str, error: TencentError) -> Outcome:
    return Outcome(email, error.code, error.message, error.request_id)


def _batches(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
