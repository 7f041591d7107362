"""Which seat should take a caller: their owner's, else the one they spoke with last, else a group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer, Interaction, Leg
from screenpop.contact_match import match_contact
from screenpop.models import AgentSeat, PopEvent
from screenpop.number_mapping import end_named

# Contacts further back say little about who should take the next one.
_LATEST = 20


@dataclass(frozen=True, slots=True)
class Route:
    """Seats by their e-mail, the best first, and the platform's id of the group behind them; 0 for none."""

    seats: tuple[str, ...]
    skill_group: int


def route_of(caller: str, now: datetime) -> Route:
    """The route of a caller, named by number or mapped id. Only who is certainly known is led to a seat."""
    end = end_named(caller)
    customer = match_contact([end] if end else []).customer
    if customer is None:
        return Route((), settings.TCCC_ROUTING_SKILL_GROUP)
    latest = Interaction.objects.filter(customer=customer, merged_into=None)
    contacts = list(latest.order_by("-started_at", "-pk").select_related("skill_group")[:_LATEST])
    return Route(_seats(customer, contacts, now), _group(contacts))


def _seats(customer: Customer, contacts: list[Interaction], now: datetime) -> tuple[str, ...]:
    owned = AgentSeat.objects.filter(user=customer.owner_id, user__is_active=True, is_active=True)
    seats = list(owned.order_by("pk").values_list("email", flat=True)) if customer.owner_id else []
    if seats and is_at_work(customer.owner_id, now):
        return tuple(seats)
    last = _last_seat(contacts, without=seats)
    return (last,) if last else ()


def is_at_work(user_id: Any, now: datetime) -> bool:
    """Whether this agent's pop has told of any call today, in the centre's time: the last that is known of them."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return PopEvent.objects.filter(user=user_id, observed_at__gte=today).exists()


def _last_seat(contacts: list[Interaction], without: list[str]) -> str:
    """The seat that spoke with them last, but for those that are not there and those that were given up."""
    spoken = Q(connected_at__isnull=False) | Q(told_connected_at__isnull=False)
    legs = Leg.objects.filter(spoken, interaction__in=contacts).exclude(agent_email="")
    ordered = legs.order_by("-interaction__started_at", "-interaction_id", "-sequence")
    emails = [email.lower() for email in ordered.values_list("agent_email", flat=True)]
    gone = AgentSeat.objects.filter(email__in=emails, is_active=False)
    barred = {*without, *gone.values_list("email", flat=True)} if emails else set()
    return next((email for email in emails if email not in barred), "")


def _group(contacts: list[Interaction]) -> int:
    """The group of their last contact that had one the platform knows, else the one of the setting."""
    groups = (contact.skill_group for contact in contacts)
    known = [group.platform_id for group in groups if group and group.is_active]
    numbers = [int(name) for name in known if name and name.isascii() and name.isdigit()]
    return numbers[0] if numbers else settings.TCCC_ROUTING_SKILL_GROUP
