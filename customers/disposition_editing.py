"""The administrator's work on the outcomes: added, changed, ordered, switched off; one that was used is never deleted.

At most nine of each level stand before any one agent, so that each has a digit: counted for each direction and
each skill group, together with what is for everybody.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Disposition, Interaction, LegChange, SkillGroup
from customers.outcomes import MOST_CHOICES

DIRECTIONS = (str(Interaction.Direction.INBOUND), str(Interaction.Direction.OUTBOUND))
DIRECTION_WORDS = {
    "": gettext_lazy("呼入和呼出"),
    "inbound": gettext_lazy("呼入"),
    "outbound": gettext_lazy("呼出"),
}
_LONGEST_NAME = 60
_FLAGS = ("wants_ticket", "wants_follow_up", "sets_do_not_call")


class DispositionError(ValueError):
    """The change cannot be made; the text says why. `field` names the form's field, "" for the whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds. `groups` are keys of skill groups; none means everybody."""

    name_zh: str = ""
    name_en: str = ""
    direction: str = ""
    groups: frozenset[int] = frozenset()
    flags: frozenset[str] = field(default_factory=frozenset)


def crowded(
    rows: Iterable[tuple[str, frozenset[int]]], groups: Iterable[int]
) -> tuple[str, int | None] | None:
    """The first (direction, group) with more than nine of these (direction, groups) of one level; pure.

    Group None stands for somebody without a group. A row without groups is for everybody.
    """
    known = list(rows)
    for direction in DIRECTIONS:
        fitting = [of for of_direction, of in known if of_direction in ("", direction)]
        for group in (None, *groups):
            if sum(not of or group in of for of in fitting) > MOST_CHOICES:
                return direction, group
    return None


@transaction.atomic
def add(parent: Disposition | None, draft: Draft) -> Disposition:
    """A new one at the end of its level. Raises DispositionError."""
    _lock()
    if parent is not None and parent.parent_id is not None:
        raise DispositionError("", _("小结项只有两层。"))
    row = Disposition(parent=parent, position=_siblings(parent).count() + 1)
    _fill(row, draft)
    row.code = _free_code(row.name_en, parent)
    row.save()
    _set_groups(row, draft)
    _refuse_crowds(parent)
    return row


@transaction.atomic
def change(row: Disposition, draft: Draft) -> None:
    """Names, direction, groups and what it asks for. Raises DispositionError."""
    _lock()
    _fill(row, draft)
    row.save(update_fields=["name_zh", "name_en", "direction", *_FLAGS])
    _set_groups(row, draft)
    if row.parent_id is None and row.direction:
        # What stands below can be reached in this direction only.
        row.children.exclude(direction__in=["", row.direction]).update(direction=row.direction)
    _refuse_crowds(row.parent)
    _refuse_crowds(row)


@transaction.atomic
def activate(row: Disposition, active: bool) -> None:
    """Switch on or off. What was recorded with it keeps its name. Raises DispositionError."""
    _lock()
    row.is_active = active
    row.save(update_fields=["is_active"])
    _refuse_crowds(row.parent)


@transaction.atomic
def move(row: Disposition, beside: Disposition, *, after: bool) -> None:
    """Put it directly before or after another one of its level."""
    _lock()
    if row.parent_id != beside.parent_id or row.pk == beside.pk:
        return
    order = [one for one in _siblings(row.parent) if one.pk != row.pk]
    place = next(i for i, one in enumerate(order) if one.pk == beside.pk)
    order.insert(place + after, row)
    for position, one in enumerate(order, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


def was_used(row: Disposition) -> bool:
    """Whether any leg says or said this, or anything stands below it."""
    return (
        row.legs.exists()
        or row.children.exists()
        or LegChange.objects.filter(before__disposition=row.pk).exists()
    )


@transaction.atomic
def delete(row: Disposition) -> None:
    """Remove one that was never used. Raises DispositionError for any other."""
    _lock()
    text = _("这一项已经用过，不能删除，只能停用。")
    if was_used(row):
        raise DispositionError("", text)
    try:
        row.delete()
    except ProtectedError:
        raise DispositionError("", text) from None


def _lock() -> None:
    """Two administrators at once must not make a tenth one together (SQLite locks at BEGIN)."""
    list(Disposition.objects.select_for_update(of=("self",)).values_list("pk", flat=True))


def _siblings(parent: Disposition | None) -> Any:
    return Disposition.objects.filter(parent=parent).order_by("position", "pk")


def _fill(row: Disposition, draft: Draft) -> None:
    names = {"name_zh": draft.name_zh, "name_en": draft.name_en}
    for name, value in names.items():
        text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
        if not text:
            raise DispositionError(name, _("请填写名称。"))
        if len(text) > _LONGEST_NAME:
            text = _("名称最多 %(n)d 个字。") % {"n": _LONGEST_NAME}
            raise DispositionError(name, text)
        setattr(row, name, text)
    if draft.direction not in DIRECTION_WORDS:
        raise DispositionError("direction", _("请选择方向。"))
    if row.parent and row.parent.direction and draft.direction != row.parent.direction:
        raise DispositionError("direction", _("方向要与上一层一致。"))
    row.direction = draft.direction
    for flag in _FLAGS:
        setattr(row, flag, flag in draft.flags)
    same = Disposition.objects.filter(parent=row.parent, name_zh=row.name_zh)
    if (
        same.filter(direction__in=["", row.direction] if row.direction else [*DIRECTION_WORDS])
        .exclude(pk=row.pk)
        .exists()
    ):
        raise DispositionError("name_zh", _("同一层已有这个名称。"))


def _set_groups(row: Disposition, draft: Draft) -> None:
    groups = SkillGroup.objects.filter(pk__in=draft.groups)
    if len(groups) != len(draft.groups):
        raise DispositionError("groups", _("有的技能组已经不在了，请重新选择。"))
    row.skill_groups.set(groups)


def _refuse_crowds(parent: Disposition | None) -> None:
    rows = _siblings(parent).filter(is_active=True).prefetch_related("skill_groups")
    known = [(row.direction, frozenset(g.pk for g in row.skill_groups.all())) for row in rows]
    names = dict(SkillGroup.objects.values_list("pk", "name"))
    found = crowded(known, names)
    if found is None:
        return
    direction, group = found
    raise DispositionError("", _crowd_words(parent, direction, names.get(group or 0, "")))


def _crowd_words(parent: Disposition | None, direction: str, group: str) -> str:
    words = {
        "n": MOST_CHOICES,
        "direction": DIRECTION_WORDS[direction],
        "group": group or _("不分组的坐席"),
        "reason": parent.name if parent else "",
    }
    if parent is None:
        return (
            _("%(direction)s、%(group)s：原因最多 %(n)d 个。请先停用一个，或限定技能组。") % words
        )
    return (
        _(
            "%(direction)s、%(group)s：“%(reason)s”下的结果最多 %(n)d 个。请先停用一个，或限定技能组。"
        )
        % words
    )


def _free_code(name: str, parent: Disposition | None) -> str:
    """A code for reports and other systems, from the English name; it never changes afterwards."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "outcome"
    stem = (f"{parent.code}-{stem}" if parent else stem)[:34].strip("-")
    taken = set(Disposition.objects.filter(code__startswith=stem).values_list("code", flat=True))
    free: Sequence[str] = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return next(code for code in free if code not in taken)
