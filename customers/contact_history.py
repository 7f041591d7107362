"""A customer's page for supervisors: who they are, how they are reached, what is owed, what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, FollowUp, Interaction, Leg, MatchVerdict
from customers.number_view import NumberView, number_text, view_number
from customers.recording_view import Track, tracks_of
from customers.templatetags.timeline_words import disposition_name, duration, talk_of
from customers.timeline import Page, page_of

PAGE = 20
_MOST_FOLLOW_UPS = 50
CHANNELS = {
    "phone": _("电话"),
    "im": _("图文会话"),
    "om": _("音频通话"),
    "oim": _("音频+图文"),
}


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach the customer. `lapsed`: a person said that it is no longer theirs."""

    number: NumberView
    source: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class LegLine:
    """One agent's part in a contact."""

    agent: str
    state: str
    state_text: str
    talk: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact with all its parts."""

    interaction: Interaction
    channel: str
    number: str
    legs: list[LegLine]
    tracks: list[Track]


def last_contacts(customers: list[Customer]) -> dict[int, datetime | None]:
    """When we last spoke with each of these customers."""
    last = Interaction.objects.filter(customer=OuterRef("pk")).order_by("-started_at", "-id")
    rows = Customer.objects.filter(pk__in=[customer.pk for customer in customers])
    spoken = rows.annotate(spoken_at=Subquery(last.values("started_at")[:1]))
    return dict(spoken.values_list("pk", "spoken_at"))


def reaches_of(customer: Customer, user: Any) -> list[Reach]:
    """The customer's contact points as this user may see them."""
    lapsed = set(
        MatchVerdict.objects.filter(
            customer=customer, verdict=MatchVerdict.Verdict.NO_LONGER
        ).values_list("endpoint_id", flat=True)
    )
    points = customer.contact_points.select_related("endpoint").order_by("pk")
    return [
        Reach(
            number=view_number(point.endpoint, user, label=point.label),
            source=point.source,
            lapsed=point.endpoint_id in lapsed,
        )
        for point in points
    ]


def owed_to(customer: Customer, user: Any) -> list[FollowUp]:
    """The open follow-ups, the most urgent first."""
    owed = FollowUp.objects.visible_to(user).open().filter(customer=customer)
    return list(owed.select_related("owner").order_by("due_at", "pk")[:_MOST_FOLLOW_UPS])


def contacts_with(customer: Customer, user: Any, before: str = "") -> tuple[list[ContactLine], str]:
    """A page of the contacts, newest first, and the key of the next page."""
    entries = Interaction.objects.visible_to(user).filter(customer=customer)
    page: Page = page_of(entries.select_related("endpoint"), before, size=PAGE)
    tracks = tracks_of(page.entries, user)
    lines = [_line(entry, user, tracks.get(entry.pk, [])) for entry in page.entries]
    return lines, page.more


def _line(entry: Interaction, user: Any, tracks: list[Track]) -> ContactLine:
    return ContactLine(
        interaction=entry,
        channel=str(CHANNELS.get(entry.channel, entry.channel)),
        number=number_text(entry.endpoint, user) if entry.endpoint else "",
        legs=[_leg_line(leg) for leg in entry.legs.all()],
        tracks=tracks,
    )


def _leg_line(leg: Leg) -> LegLine:
    told = leg.ending in (Leg.Ending.ELSEWHERE, Leg.Ending.NOT_DIALLED, Leg.Ending.NO_ANSWER)
    spoken = talk_of(leg)
    return LegLine(
        agent=leg.user.shown_name if leg.user else leg.agent_email,
        state=leg.state,
        state_text=str(leg.get_ending_display() if told else leg.get_state_display()),
        talk=duration(spoken) if spoken else "",
        outcome=disposition_name(leg),
        note=leg.note.strip(),
    )
