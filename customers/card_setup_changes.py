"""Changing what is set up for the card: order, on and off, and the levels with a gate. Rules shared by their pages."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from customers.card_setup import MOST_FIELDS, MOST_ITEMS
from customers.models import CardField, Customer, GatedLevel, VerificationItem

Row = TypeVar("Row", CardField, VerificationItem)

_MOST: dict[type, int] = {CardField: MOST_FIELDS, VerificationItem: MOST_ITEMS}


class SetupRefusedError(ValueError):
    """The change cannot be made; the message says why, in words for the administrator."""


def _lock() -> None:
    """One administrator at a time: the rows of both tables, always in this order."""
    for model in (CardField, VerificationItem):
        list(model._default_manager.select_for_update().order_by("pk").values_list("pk"))


def _active(model: type[Row]) -> list[Row]:
    return list(model._default_manager.filter(is_active=True).order_by("position", "pk"))


def _make_room(model: type[Row]) -> None:
    """Raises where one more would be too many."""
    most = _MOST[model]
    if len(_active(model)) >= most:
        raise SetupRefusedError(_("最多启用 %(n)d 项，请先停用一项。") % {"n": most})


@transaction.atomic
def append(row: Row) -> None:
    """Save a new row behind the others."""
    _lock()
    model = type(row)
    _make_room(model)
    last = model._default_manager.aggregate(last=Max("position"))["last"]
    row.position = (last or 0) + 1
    row.save()


@transaction.atomic
def move(row: Row, step: int) -> None:
    """One place up (-1) or down (1) among the active ones; at the edge it stays."""
    _lock()
    rows = _active(type(row))
    at = next((n for n, one in enumerate(rows) if one.pk == row.pk), None)
    if at is None or not 0 <= at + step < len(rows):
        return
    rows[at], rows[at + step] = rows[at + step], rows[at]
    for position, one in enumerate(rows, 1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


@transaction.atomic
def switch(row: Row, *, on: bool) -> None:
    """Switch it on or off. What customers have in a field stays, and is there again when it comes back."""
    _lock()
    model = type(row)
    if on == model._default_manager.values_list("is_active", flat=True).get(pk=row.pk):
        return
    if on:
        _make_room(model)
        last = model._default_manager.aggregate(last=Max("position"))["last"]
        row.position = (last or 0) + 1
    elif _is_last_item(row):
        raise SetupRefusedError(_("还有等级需要核实，至少要保留一个核实项。"))
    row.is_active = on
    row.save(update_fields=["is_active", "position"])


def _is_last_item(row: CardField | VerificationItem) -> bool:
    """Whether levels are gated and this is all that is asked."""
    if not isinstance(row, VerificationItem) or not GatedLevel.objects.exists():
        return False
    return not VerificationItem.objects.filter(is_active=True).exclude(pk=row.pk).exists()


@transaction.atomic
def gate_levels(levels: Iterable[str]) -> None:
    """The customers of exactly these levels are verified. Unknown levels are left out."""
    _lock()
    wanted = set(levels) & set(Customer.Level.values)
    if wanted and not _active(VerificationItem):
        raise SetupRefusedError(_("请先添加至少一个核实项。"))
    GatedLevel.objects.exclude(level__in=wanted).delete()
    for level in sorted(wanted):
        GatedLevel.objects.get_or_create(level=level)
