"""The people of a sheet's centre, their clicks, and what a supervisor settles afterwards; inside the measured site."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bench.call_sheet import WITHHELD, Sheet, mobile, seat


def hire(sheet: Sheet, password: str = "") -> dict[int, Any]:
    """Agents with their seats, a supervisor, the customers; records have been coming for a week."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group

    from customers.models import Customer
    from screenpop.models import AgentSeat

    users, people = get_user_model().objects, {}
    hashed = make_password(password or None)
    for n in range(sheet.agents):
        people[n] = users.create(username=f"agent{n:02}", password=hashed)
        people[n].groups.add(Group.objects.get_or_create(name="agent")[0])
        AgentSeat.objects.create(email=seat(n), user=people[n], mobile="+86" + mobile(n))
    chief = users.create(username="storm-supervisor", password=hashed)
    chief.groups.add(Group.objects.get_or_create(name="supervisor")[0])
    for value, name in sheet.known.items():
        Customer.objects.create(name=name).add_contact_point("phone", value)
        if value in sheet.shared:
            Customer.objects.create(name=name + "家人").add_contact_point("phone", value)
    return people


def click(sheet: Sheet, people: dict[int, Any]) -> None:
    """Every number that was dialled, at its time."""
    from customers.models import Customer, Endpoint, Interaction, Leg
    from screenpop.dialing import dial
    from screenpop.models import DialRequest

    for contact in sheet.contacts:
        if not contact.dialled:
            continue
        endpoint = Endpoint.objects.at("phone", contact.value)
        assert endpoint
        holders = Customer.objects.filter(contact_points__endpoint=endpoint)[:2]
        customer = holders[0] if len(holders) == 1 else None
        request, leg = dial(
            people[contact.turns[0].agent], endpoint, customer, None, confirmed=True
        )
        at = datetime.fromtimestamp(contact.started - 2, UTC)
        DialRequest.objects.filter(pk=request.pk).update(asked_at=at)
        Leg.objects.filter(pk=leg.pk).update(started_at=at, last_signal_at=at)
        Interaction.objects.filter(pk=leg.interaction_id).update(started_at=at)


def backdate() -> None:
    """Records have been coming for a week: what no record told of since is missing one."""
    from customers.models import Interaction

    first = Interaction.objects.exclude(told_at=None).order_by("pk").first()
    if first is not None:
        first.told_at = datetime.now(UTC) - timedelta(days=8)
        first.save(update_fields=["told_at"])


def settle(sheet: Sheet) -> list[str]:
    """A supervisor says of each waiting record which card it is about; gives what could not be settled."""
    from django.contrib.auth import get_user_model

    from customers.models import Leg
    from screenpop.board_actions import BoardError, join_waiting
    from screenpop.models import Discrepancy

    chief = get_user_model().objects.get(username="storm-supervisor")
    by_session = {c.session: c for c in sheet.contacts if c.scenario == WITHHELD}
    failed = []
    for row in Discrepancy.objects.open().filter(kind="ambiguous").order_by("pk"):
        contact = by_session.get(row.session_id)
        legs = Leg.objects.filter(pk__in=row.candidates.get("0", []), interaction__session_id=None)
        nearest = min(
            legs,
            key=lambda leg: (
                abs(leg.started_at.timestamp() - contact.turns[0].rang) if contact else 0
            ),
            default=None,
        )
        try:
            if nearest is None:
                raise BoardError("no candidate is left")
            join_waiting(row, 0, nearest.pk, chief)
        except BoardError as error:
            failed.append(f"{contact.scenario if contact else '?'} {row.session_id[:8]}: {error}")
    return failed + _join(sheet, chief)


def _join(sheet: Sheet, chief: Any) -> list[str]:
    """Records that were there before their card, each joined with the card that its agent's page showed then."""
    from customers.models import Leg
    from screenpop.board_actions import BoardError, join_pop

    failed = []
    for contact in sheet.contacts:
        if contact.scenario != WITHHELD or not contact.turns[0].shown:
            continue
        told = Leg.objects.filter(interaction__session_id=contact.session, last_signal="").first()
        at = datetime.fromtimestamp(contact.turns[0].rang, UTC)
        mine = Leg.objects.filter(user__username=f"agent{contact.turns[0].agent:02}", endpoint=None)
        near = mine.filter(told_sequence=None, started_at__range=(at, at + timedelta(seconds=5)))
        if told is None:
            continue
        try:
            join_pop(told.pk, near.get().pk, chief)
        except (BoardError, Leg.DoesNotExist) as error:
            failed.append(f"{contact.session[:8]}: {error}")
    return failed
