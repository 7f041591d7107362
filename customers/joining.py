"""Interactions that turn out to be one, and one that turns out to be two: legs move, and keep their ids and notes."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Max, Min
from django.utils import timezone

from customers.models import FollowUp, Interaction, Leg, Recording, Transcript

_LINK = ("customer", "linked_by", "linked_at", "link_reason", "unlinked")
_ENDS = ("endpoint", "second_endpoint", "nickname", "avatar")
_KEPT = (*_ENDS, "channel_family", "channel", "direction")
# Beyond every number that legs have: an interaction's are given anew in two steps, as no two may be equal in between.
_ASIDE = 10_000


def absorb(into: Interaction, other: Interaction) -> bool:
    """Make `other` a part of `into`. Tells whether differing things were said of whose it is.

    Then both stay: `into` keeps its own, and `other`, which is kept as a signpost, its own too.
    """
    move_legs(other.legs.all(), into)
    Recording.objects.filter(interaction=other).update(interaction=into)
    if not Transcript.objects.filter(interaction=into).exists():
        Transcript.objects.filter(interaction=other).update(interaction=into)
    owed = FollowUp.objects.filter(interaction=other)
    list(owed.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    owed.update(interaction=into)
    # Old ids lead to the last one in one step.
    Interaction.objects.filter(merged_into=other).update(merged_into=into)
    other.merged_into, session = into, other.session_id
    other.session_id = None
    other.save(update_fields=["merged_into", "session_id"])
    if session and not into.session_id:
        into.session_id = session
        into.save(update_fields=["session_id"])
    changed = _fill(into, other)
    differs = _take_link(into, other, changed)
    if other.started_at < into.started_at:
        into.started_at = other.started_at
        changed.add("started_at")
    if changed:
        into.save(update_fields=changed)
    return differs


def _fill(into: Interaction, other: Interaction) -> set[str]:
    """Take over what only the other one knows."""
    missing = {name for name in _ENDS if not getattr(into, name) and getattr(other, name)}
    for name in missing:
        setattr(into, name, getattr(other, name))
    return missing


def _take_link(into: Interaction, other: Interaction, changed: set[str]) -> bool:
    """Whose customer it is: a person's word before a machine's, a customer before none."""
    if not _says(other) or _verdict(into) == _verdict(other):
        return False
    by_other, by_into = other.linked_by_id is not None, into.linked_by_id is not None
    if not _says(into) or (by_other and not by_into):
        for name in _LINK:
            setattr(into, name, getattr(other, name))
        changed.update(_LINK)
        return False
    return by_other == by_into


def _says(interaction: Interaction) -> bool:
    return interaction.customer_id is not None or interaction.unlinked


def _verdict(interaction: Interaction) -> tuple[int | None, bool]:
    return interaction.customer_id, interaction.unlinked


def move_legs(legs: Iterable[Leg], to: Interaction) -> None:
    """Move legs behind those that `to` has; `renumber` puts them into their order."""
    highest = to.legs.aggregate(highest=Max("sequence"))["highest"] or 0
    now = timezone.now()
    for number, leg in enumerate(list(legs), highest + 1):
        leg.interaction, leg.sequence, leg.changed_at = to, number, now
        leg.save(update_fields=["interaction", "sequence", "changed_at"])
        FollowUp.objects.filter(leg=leg).exclude(interaction=None).update(interaction=to)


def renumber(interaction: Interaction) -> None:
    """Number the legs 1, 2, 3 … as they began."""
    legs = sorted(interaction.legs.all(), key=lambda leg: (_began(leg), leg.sequence, leg.pk))
    if [leg.sequence for leg in legs] == list(range(1, len(legs) + 1)):
        return
    interaction.legs.update(sequence=F("sequence") + _ASIDE)
    now = timezone.now()
    for number, leg in enumerate(legs, 1):
        # Whoever is later sees the note of whoever was earlier: the cards are to be painted anew.
        leg.sequence, leg.changed_at = number, now
        leg.save(update_fields=["sequence", "changed_at"])


def _began(leg: Leg) -> datetime:
    return leg.told_rang_at or leg.told_connected_at or leg.started_at


def split_off(leg: Leg) -> Interaction:
    """An interaction of its own for a leg that joined strangers, with the same caller.

    A customer that somebody else picked for the rest is not carried along.
    """
    home = leg.interaction
    own = Interaction(started_at=leg.started_at, **{name: getattr(home, name) for name in _KEPT})
    if home.linked_by_id in (None, leg.user_id):
        for name in _LINK:
            setattr(own, name, getattr(home, name))
    own.save()
    move_legs([leg], own)
    leg.provisional = False
    leg.save(update_fields=["provisional"])
    close_ranks(home)
    return own


def close_ranks(home: Interaction) -> None:
    """After legs left: the rest are numbered anew, and it began with the first of them."""
    renumber(home)
    first = home.legs.aggregate(first=Min("started_at"))["first"]
    if first is not None and first != home.started_at:
        home.started_at = first
        home.save(update_fields=["started_at"])
