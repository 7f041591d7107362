"""What administrators set up for the card, as the card asks for it: all of it and the outcomes' names, in one query."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast, Coalesce

from customers.field_values import FieldSpec, read_choices
from customers.models import CardField, Disposition, GatedLevel, VerificationItem
from customers.models.card_setup import in_language

# More would push what the agent works on off the screen.
MOST_FIELDS = 5
MOST_ITEMS = 6


# what, place, row, zh, en, code, word, options, hidden
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask before a caller is believed."""

    pk: int
    zh: str
    en: str

    @property
    def text(self) -> str:
        """In the reader's language."""
        return in_language(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class CardSetup:
    """The active fields and items in their order, and the levels with a gate."""

    fields: tuple[FieldSpec, ...] = ()
    items: tuple[Item, ...] = ()
    gated: frozenset[str] = frozenset()


class _Kept:
    """What this process read, and until when (time.monotonic) it is good."""

    rows: list[_Row] | None = None
    until = 0.0
    # Made of the rows that are told beside it.
    named: list[_Row] | None = None
    outcomes: ClassVar[dict[int, Disposition]] = {}


def kept_card_setup() -> CardSetup:
    """What is set up, at most SETUP_KEPT_SECONDS old: for painting. Writes are checked with `load_card_setup`."""
    return _setup_of(_kept_rows())


def kept_outcomes() -> dict[int, Disposition]:
    """All outcomes by id with their reasons, of each only its names, as old as that: for painting."""
    rows = _kept_rows()
    if _Kept.named is not rows:
        found = {
            pk: Disposition(pk=pk, name_zh=zh, name_en=en, parent_id=reason or None)
            for what, reason, pk, zh, en, *_rest in rows
            if what == "outcome"
        }
        for outcome in found.values():
            outcome.parent = found.get(outcome.parent_id) if outcome.parent_id else None
        _Kept.named, _Kept.outcomes = rows, found
    return _Kept.outcomes


def _kept_rows() -> list[_Row]:
    if _Kept.rows is None or time.monotonic() >= _Kept.until:
        _Kept.rows = _rows()
        _Kept.until = time.monotonic() + settings.SETUP_KEPT_SECONDS
    return _Kept.rows


def forget() -> None:
    """Read anew at the next card."""
    _Kept.rows = None


def load_card_setup() -> CardSetup:
    """What is set up now, in the reader's language, in one query."""
    return _setup_of(_rows())


def _rows() -> list[_Row]:
    """Fields, items and levels in their order, and the outcomes, whose place is their reason's id."""
    none, off = Value("", TextField()), Value(0)
    short = Value("", CharField())
    fields = CardField.objects.filter(is_active=True).order_by()
    items = VerificationItem.objects.filter(is_active=True).order_by()
    rows = fields.annotate(what=Value("field"), hidden=Cast("is_sensitive", off.output_field))
    names = ("what", "place", "row", "zh", "en", "code", "word", "options", "hidden")
    found = rows.annotate(
        place=F("position"), row=F("pk"), zh=F("name_zh"), en=F("name_en"),
        code=F("kind"), word=F("key"), options=F("choices"),
    ).values_list(*names)  # fmt: skip
    asked = items.annotate(
        what=Value("item"), place=F("position"), row=F("pk"), zh=F("text_zh"), en=F("text_en"),
        code=short, word=short, options=none, hidden=off,
    ).values_list(*names)  # fmt: skip
    levels = GatedLevel.objects.order_by().annotate(
        what=Value("level"), place=off, row=F("pk"), zh=short, en=short,
        code=F("level"), word=short, options=none, hidden=off,
    ).values_list(*names)  # fmt: skip
    outcomes = Disposition.objects.order_by().annotate(
        what=Value("outcome"), place=Coalesce("parent_id", 0), row=F("pk"), zh=F("name_zh"),
        en=F("name_en"), word=short, options=none, hidden=off,
    ).values_list(*names)  # fmt: skip
    return sorted(found.union(asked, levels, outcomes, all=True), key=lambda row: (row[1], row[2]))


def _setup_of(sorted_rows: list[_Row]) -> CardSetup:
    return CardSetup(
        fields=tuple(
            FieldSpec(pk, word, in_language(zh, en), code, tuple(read_choices(options)), bool(hide))
            for what, _place, pk, zh, en, code, word, options, hide in sorted_rows
            if what == "field"
        ),
        items=tuple(Item(row[2], row[3], row[4]) for row in sorted_rows if row[0] == "item"),
        gated=frozenset(row[5] for row in sorted_rows if row[0] == "level"),
    )
