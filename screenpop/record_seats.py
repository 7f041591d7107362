"""Whose seats a record names, and whose seats the legs have."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models.functions import Lower

from customers.models import Leg
from screenpop.cdr import Part
from screenpop.models import AgentSeat
from screenpop.seats import canonical_mobile


class Seats:
    """The seats that one record is about, read once."""

    def __init__(self, parts: Sequence[Part]) -> None:
        emails = {part.email for part in parts if part.email}
        mobiles = {canonical_mobile(part.phone) for part in parts if part.phone} - {""}
        rows = AgentSeat.objects.filter(is_active=True).annotate(lower=Lower("email"))
        self.user_of: dict[str, int | None] = dict(
            rows.filter(lower__in=emails).values_list("lower", "user_id")
        )
        self._by_mobile: dict[str, str] = {}
        if mobiles:
            for mobile, email, user in rows.filter(mobile__in=mobiles).values_list(
                "mobile", "lower", "user_id"
            ):
                self._by_mobile[mobile] = email
                self.user_of.setdefault(email, user)

    def named(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts, with the e-mail of whoever is known by the mobile alone."""
        return tuple(
            part
            if part.email or not part.phone
            else replace(part, email=self._by_mobile.get(canonical_mobile(part.phone), ""))
            for part in parts
        )

    @property
    def users(self) -> set[int]:
        """The people on these seats."""
        return {user for user in self.user_of.values() if user is not None}


def emails_of(legs: Iterable[Leg]) -> dict[int, frozenset[str]]:
    """The seats of each leg: as the workbench told; of one that told none, or was only dialled, its agent's."""
    legs = list(legs)
    users = {leg.user_id for leg in legs if leg.user_id}
    rows = AgentSeat.objects.filter(user__in=users, is_active=True)
    seats: dict[int | None, set[str]] = {}
    for user, email in rows.values_list("user_id", "email"):
        seats.setdefault(user, set()).add(email.lower())
    found = {}
    for leg in legs:
        told = {leg.agent_email} if leg.agent_email else set()
        if not told or hasattr(leg, "dial_request"):
            told |= seats.get(leg.user_id, set())
        found[leg.pk] = frozenset(told)
    return found
