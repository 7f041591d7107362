"""What happened between us and a customer, newest first, paged by key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from customers.card_setup import kept_outcomes
from customers.identity import second_holder, tells_callers_apart
from customers.models import Interaction, Leg, Recording

PAGE = 5
FREQUENT_WITHIN = timedelta(hours=48)
_FEW = 20
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, and the key of the next page ("" on the last one)."""

    entries: list[Interaction]
    more: str = ""


def history(interaction: Interaction, user: Any) -> QuerySet[Interaction]:
    """The earlier contacts that belong beside this one: the customer's, or the endpoint's while nobody is linked.

    Not those of an endpoint that several people call from: they are strangers to each other.
    """
    visible = Interaction.objects.visible_to(user).exclude(pk=interaction.pk)
    if interaction.customer_id:
        return visible.filter(customer=interaction.customer_id)
    endpoint = interaction.endpoint
    if endpoint is not None and not endpoint.is_new and tells_callers_apart(endpoint):
        return visible.filter(~second_holder(endpoint.pk), endpoint=endpoint)
    return visible.none()


# All that one line of a card's timeline tells: columns that are not read need not be fetched at every pop.
_OF_ENTRY = (
    *("started_at", "direction", "channel_family", "customer_id", "endpoint_id"),
    *("told_at", "told_connected_at", "end_status", "satisfaction", "skill_group__name"),
)
_OF_LEG = (
    *("interaction_id", "sequence", "agent_email", "state", "ending", "note"),
    *("started_at", "connected_at", "ended_at"),
    *("told_connected_at", "told_ended_at", "told_sequence"),
    *("user__username", "user__first_name", "user__last_name", "user__display_name"),
    "disposition_id",
)


def page_of(
    entries: QuerySet[Interaction], before: str = "", size: int = PAGE, *, brief: bool = False
) -> Page:
    """One page. `before` is a key that an earlier page gave; one that cannot be read means the start.

    `brief` fetches only what a line of a card's timeline tells.
    """
    legs = Leg.objects.select_related("user").order_by("sequence")
    if brief:
        entries, legs = entries.only(*_OF_ENTRY), legs.only(*_OF_LEG)
    else:
        legs = legs.select_related("disposition__parent")
    heard = Exists(Recording.objects.filter(interaction=OuterRef("pk")))
    entries = entries.select_related("skill_group").annotate(has_recording=heard)
    rows = entries.prefetch_related(Prefetch("legs", queryset=legs)).order_by("-started_at", "-pk")
    key = read_key(before)
    if key:
        started_at, pk = key
        rows = rows.filter(Q(started_at__lt=started_at) | Q(started_at=started_at, pk__lt=pk))
    found: list[Interaction] = [*rows[: size + 1]]
    shown = found[:size]
    if brief:
        _name_outcomes(shown)
    return Page(shown, key_of(shown[-1]) if len(found) > size else "")


def _name_outcomes(entries: list[Interaction]) -> None:
    """Few outcomes stand in many legs: they are kept, not joined at every pop. What is too new is fetched alone."""
    coded = [leg for entry in entries for leg in entry.legs.all() if leg.disposition_id]
    outcomes = kept_outcomes() if coded else {}
    for leg in coded:
        if leg.disposition_id in outcomes:
            leg.disposition = outcomes[leg.disposition_id]


def key_of(interaction: Interaction) -> str:
    """Where a page ended."""
    return f"{interaction.started_at.isoformat()}~{interaction.pk}"


def read_key(text: str) -> tuple[datetime, int] | None:
    """The other way round; None for anything else, and for what no database can compare with."""
    moment, _, pk = text.rpartition("~")
    try:
        started_at, key = datetime.fromisoformat(moment), int(pk)
        if started_at.tzinfo is None or not 0 < key <= LARGEST_KEY:
            return None
        return started_at.astimezone(UTC), key
    except (ValueError, OverflowError):
        return None


def times_within(interaction: Interaction, user: Any, now: datetime, page: Page) -> int:
    """The how-manieth inbound contact within 48 hours this one is (1 = the first).

    `page` is the first one of its history, which mostly reaches far enough back to be counted on.
    """
    since, inbound = now - FREQUENT_WITHIN, Interaction.Direction.INBOUND
    if not page.more or page.entries[-1].started_at < since:
        return 1 + sum(e.direction == inbound and e.started_at >= since for e in page.entries)
    recent = history(interaction, user).filter(direction=inbound, started_at__gte=since)
    return len(recent.values_list("pk", flat=True)[:_FEW]) + 1
