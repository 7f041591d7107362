"""Notes: saved as typed, never lost, never silently overwritten."""

import re
import unicodedata
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from customers.addresses import Address, read_address
from customers.models import Endpoint, Leg, NoteConflict, NumberMention
from customers.phone import Category

LONGEST = 20_000
# ASCII alone bounds a number: Chinese words stand right beside it. One sign between groups, no line
# break: two numbers are two.
_NUMBER = re.compile(r"(?<![\w.@])\+?\(?\d(?:[ ()-]{0,2}\d){6,17}(?![\w@])", re.ASCII)
_DATE = re.compile(r"(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?:[ T]+\d{1,2}:\d\d(?::\d\d)?)?")
_MOST_MENTIONS = 10
_NAMED = (Category.MOBILE, Category.LANDLINE, Category.FOREIGN)


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a save.

    On a conflict `text` and `version` are what the server holds; the typed text is kept beside it.
    """

    version: int
    conflict: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """Which other text the agent decided about, as it was shown: a text that changed since is not settled by it."""

    conflict: int
    saved_at: str

    @classmethod
    def read(cls, text: str) -> "Settled | None":
        """From "id@time" as the page sends it back; None for anything else."""
        pk, _, saved_at = text.partition("@")
        return cls(int(pk), saved_at) if pk.isdecimal() and len(pk) < 19 else None

    def end(self, leg: Leg, tab: str) -> None:
        """Forget that text. The tab's own may have grown by its own typing; another's must be the one that was seen."""
        row = NoteConflict.objects.filter(leg=leg, pk=self.conflict).first()
        if row and (row.tab == tab or row.saved_at.isoformat() == self.saved_at):
            row.delete()


def save_note(leg: Leg, *, text: str, base: int, tab: str, settles: Settled | None = None) -> Saved:
    """Save the note of a leg that was `base` when the tab began to type.

    `settles` ends one conflict: what the agent chose is the note. A text that begins with the whole
    saved one loses nothing, so it is no conflict. A text longer than 20,000 characters raises ValueError.
    """
    if len(text) > LONGEST:
        raise ValueError(LONGEST)
    text = text.replace("\0", "")
    _make_named(text)
    with transaction.atomic():
        fresh = Q(note_version=base)
        if tab:
            fresh |= Q(note_tab=tab)
        # One conditional UPDATE: two tabs at once cannot both find the version unchanged. The same
        # text again is no new version: another tab's would be outdated for nothing.
        held = (
            Leg.objects.select_for_update(no_key=True).values_list("note", flat=True).get(pk=leg.pk)
        )
        if held and text.startswith(held):
            fresh = Q()
        changed = (
            Leg.objects.filter(fresh, pk=leg.pk)
            .exclude(note=text)
            .update(
                note=text,
                note_version=F("note_version") + 1,
                note_tab=tab,
                note_saved_at=timezone.now(),
                changed_at=timezone.now(),
            )
        )
        leg.refresh_from_db(
            fields=["note", "note_version", "note_tab", "note_saved_at", "changed_at"]
        )
        if leg.note != text:
            NoteConflict.objects.update_or_create(leg=leg, tab=tab, defaults={"text": text})
            return Saved(leg.note_version, conflict=True, text=leg.note)
        if tab:
            # Its own earlier text has become the note.
            NoteConflict.objects.filter(leg=leg, tab=tab).delete()
        if settles:
            settles.end(leg, tab)
        if changed:
            _mention(leg, text)
        return Saved(leg.note_version)


def numbers_in(text: str) -> list[str]:
    """What looks like a telephone number in a note, at most ten. Dates are none."""
    text = _DATE.sub("|", unicodedata.normalize("NFKC", text))
    return [m.group() for m in _NUMBER.finditer(text)][:_MOST_MENTIONS]


def _addresses_in(text: str) -> dict[str, Address]:
    found = {}
    for raw in numbers_in(text):
        whole = read_address("phone", raw)
        # Groups that are no number together may be numbers each: 13800138000 13900139000.
        parts = [whole] if _is_named(whole) else [read_address("phone", p) for p in raw.split()]
        found.update({part.value: part for part in parts if _is_named(part)})
    return found


def _is_named(address: Address) -> bool:
    return address.number is not None and address.number.category in _NAMED


def _make_named(text: str) -> None:
    """The rows of the numbers that it names, made before the leg is locked: whoever makes one may be waiting for it."""
    addresses = _addresses_in(text)
    rows = Endpoint.objects.filter(kind=Endpoint.Kind.PHONE, value__in=addresses)
    there = set(rows.values_list("value", flat=True)) if addresses else set()
    for value in sorted(addresses.keys() - there):
        Endpoint.objects.of(addresses[value])


def _mention(leg: Leg, text: str) -> None:
    """Remember the numbers that the note names, so that a call from one of them gives a hint."""
    addresses = _addresses_in(text)
    held = {m.endpoint.value: m for m in leg.mentions.select_related("endpoint")}
    for value, mention in held.items():
        if value not in addresses:
            mention.delete()
    for value, address in addresses.items():
        if value not in held:
            endpoint = Endpoint.objects.of(address)
            if endpoint and endpoint.pk != leg.endpoint_id:
                NumberMention.objects.get_or_create(endpoint=endpoint, leg=leg)
