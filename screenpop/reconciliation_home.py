"""The one interaction of a record: found, joined out of those that pops opened apart, split from strangers, or made."""

from collections.abc import Sequence
from datetime import datetime

from customers.joining import absorb, close_ranks, move_legs, split_off
from customers.models import Endpoint, Interaction, Leg
from screenpop.cdr import INTERNAL, OUTSIDE, Record
from screenpop.contact_match import match_contact
from screenpop.contact_session import link
from screenpop.models import Discrepancy
from screenpop.record_ends import Ends
from screenpop.record_seats import emails_of


def session_of(record: Record, *, locked: bool) -> Interaction | None:
    """The interaction that has this session already. Its lock is taken after the endpoints', as a pop does."""
    rows = Interaction.objects.select_related("endpoint")
    if locked:
        rows = rows.select_for_update(no_key=True, of=("self",))
    return rows.filter(session_id=record.session_id, channel_family=record.family).first()


def home_of(
    record: Record,
    ends: Ends,
    rows: Sequence[Endpoint],
    found: Interaction | None,
    legs: Sequence[Leg],
    at: datetime,
) -> Interaction:
    """One interaction that holds all these legs. Legs that another record's interaction held leave it."""
    homes = {leg.interaction_id: leg.interaction for leg in legs}
    if found is not None:
        homes.pop(found.pk, None)
    free = [home for home in homes.values() if home.session_id is None]
    strangers = [leg for leg in legs if leg.interaction_id in homes.keys() - {h.pk for h in free}]
    home = found or min(free, key=lambda h: (h.started_at, h.pk), default=None)
    if home is None and strangers:
        home = _split(strangers.pop(0), at)
    if home is None:
        home = _new(record, ends, rows, at)
    for other in free:
        if other.pk != home.pk and absorb(home, other):
            _ask(home, other)
    for leg in strangers:
        left = leg.interaction
        move_legs([leg], home)
        close_ranks(left)
    return home


def _new(record: Record, ends: Ends, rows: Sequence[Endpoint], at: datetime) -> Interaction:
    interaction = Interaction(
        channel_family=record.family,
        channel=record.channel,
        direction=ends.direction,
        call_type=record.call_type,
        nickname=record.nickname,
        started_at=record.begins_at or at,
    )
    _know(interaction, rows, at)
    interaction.save()
    return interaction


def _know(interaction: Interaction, rows: Sequence[Endpoint], at: datetime) -> None:
    """The customer's end, and whose it is, as for a ring: only a certain customer is linked."""
    if not rows:
        return
    interaction.endpoint = rows[0]
    if interaction.call_type != INTERNAL:
        link(interaction, match_contact(rows), at)


def learn_end(
    interaction: Interaction, record: Record, rows: Sequence[Endpoint], at: datetime
) -> None:
    """A session that an earlier push told nothing of but its id, and no pop saw, gets its end and its start."""
    if interaction.endpoint_id or interaction.customer_id or interaction.unlinked:
        return
    if interaction.legs.exclude(last_signal="").exists():
        return
    _know(interaction, rows, at)
    interaction.channel = record.channel
    if record.begins_at:
        interaction.started_at = min(interaction.started_at, record.begins_at)
    interaction.save(
        update_fields=["endpoint", "customer", "linked_at", "link_reason", "channel", "started_at"]
    )


def _ask(home: Interaction, other: Interaction) -> None:
    """Differing words about the customer: both stay, and a supervisor says which holds."""
    Discrepancy.objects.get_or_create(
        kind=Discrepancy.Kind.CUSTOMERS,
        interaction=home,
        other=other,
        defaults={"endpoint": home.endpoint, "session_id": home.session_id or ""},
    )


def _split(leg: Leg, at: datetime) -> Interaction:
    """An interaction of its own; if its customer stayed behind, as a person's word, its number tells whose it is."""
    own = split_off(leg)
    if own.endpoint is not None and own.customer_id is None and not own.unlinked:
        rows = [own.endpoint]
        link(own, match_contact(rows), at)
        own.save(update_fields=["customer", "linked_at", "link_reason"])
    return own


def part_with_strangers(home: Interaction, record: Record, at: datetime) -> None:
    """Legs that time alone had joined, and that spoke though the record does not name their seat, go their own way."""
    emails = {part.email for part in record.parts if part.kind != OUTSIDE}
    if not emails or "" in emails:
        return
    loose = home.legs.filter(provisional=True, told_sequence=None, connected_at__isnull=False)
    legs = list(loose.select_related("interaction"))
    seats = emails_of(legs) if legs else {}
    for leg in legs:
        if seats[leg.pk] and not seats[leg.pk] & emails:
            _split(leg, at)
