"""Notes: saved as typed, never lost, never silently overwritten."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from customers.addresses import read_address
from customers.models import Endpoint, Leg, NoteConflict, NumberMention
from customers.phone import Category

LONGEST = 20_000
_NUMBER = re.compile(r"(?<![\w.])\+?\d[\d\s()-]{5,18}\d(?![\w])")
_MOST_MENTIONS = 10


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a save. On a conflict `text` and `version` are what the server holds; the typed text is kept beside it."""

    version: int
    conflict: bool = False
    text: str = ""


def save_note(leg: Leg, *, text: str, base: int, tab: str, settles: bool = False) -> Saved:
    """Save the note of a leg that was `base` when the tab began to type.

    `settles` ends a conflict: what the agent chose is the note. A text longer than 20,000 characters raises ValueError.
    """
    if len(text) > LONGEST:
        raise ValueError(LONGEST)
    text = text.replace("\0", "")
    with transaction.atomic():
        # One conditional UPDATE: two tabs at once cannot both find the version unchanged.
        fresh = Q(note_version=base) | Q(note_tab=tab) | Q(note=text)
        changed = Leg.objects.filter(fresh, pk=leg.pk).update(
            note=text,
            note_version=F("note_version") + 1,
            note_tab=tab,
            note_saved_at=timezone.now(),
            changed_at=timezone.now(),
        )
        if not changed:
            return _keep_both(leg, text, tab)
        if settles:
            NoteConflict.objects.filter(leg=leg).delete()
        _mention(leg, text)
        leg.refresh_from_db(fields=["note", "note_version", "note_tab", "note_saved_at", "changed_at"])
        return Saved(leg.note_version)


def _keep_both(leg: Leg, text: str, tab: str) -> Saved:
    NoteConflict.objects.update_or_create(leg=leg, tab=tab, defaults={"text": text})
    leg.refresh_from_db(fields=["note", "note_version"])
    return Saved(leg.note_version, conflict=True, text=leg.note)


def numbers_in(text: str) -> list[str]:
    """What looks like a telephone number in a note, at most ten."""
    return [m.group() for m in _NUMBER.finditer(text)][:_MOST_MENTIONS]


def _mention(leg: Leg, text: str) -> None:
    """Remember the numbers that the note names, so that a call from one of them gives a hint."""
    addresses = {}
    for raw in numbers_in(text):
        address = read_address("phone", raw)
        if address.number and address.number.category in (Category.MOBILE, Category.LANDLINE, Category.FOREIGN):
            addresses[address.value] = address
    held = {m.endpoint.value: m for m in leg.mentions.select_related("endpoint")}
    for value, mention in held.items():
        if value not in addresses:
            mention.delete()
    for value, address in addresses.items():
        if value not in held:
            endpoint = Endpoint.objects.of(address)
            if endpoint and endpoint.pk != leg.endpoint_id:
                NumberMention.objects.get_or_create(endpoint=endpoint, leg=leg)
