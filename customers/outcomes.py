"""The outcomes that an agent may choose for a leg: two levels, by direction and skill group, by recent use."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from customers.models import Disposition, Leg, SkillGroup

_RECENT_LEGS = 200
# One digit picks one: what an administrator adds beyond this is refused (customers/disposition_editing.py).
MOST_CHOICES = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A reason with its outcomes, in the order in which they stand; the first nine of each have a digit."""

    reason: Disposition
    outcomes: tuple[Disposition, ...]


def choices_for(leg: Leg, user: Any) -> list[Choice]:
    """The reasons for a leg of this direction and skill group, those this agent used most lately first."""
    return arranged(_offered(leg, user), _recent_use(user))


def choices_of(direction: str, group: SkillGroup | None) -> list[Choice]:
    """What somebody of this group who has not chosen anything yet is offered; None is somebody without a group."""
    return arranged(_of_groups(direction, Q(skill_groups=group)))


def arranged(rows: Iterable[Disposition], used: Mapping[int, int] | None = None) -> list[Choice]:
    """Rows, sorted by position, as two levels; `used` says how often each outcome was chosen lately."""
    used = Counter(used or {})
    by_parent: dict[int | None, list[Disposition]] = {}
    for row in rows:
        by_parent.setdefault(row.parent_id, []).append(row)

    def use_of(reason: Disposition) -> int:
        return used[reason.pk] + sum(used[one.pk] for one in by_parent.get(reason.pk, []))

    return [
        Choice(
            reason,
            tuple(sorted(by_parent.get(reason.pk, []), key=lambda one: -used[one.pk])),
        )
        for reason in sorted(by_parent.get(None, []), key=lambda one: -use_of(one))
    ]


def may_choose(leg: Leg, user: Any, outcome: Disposition) -> bool:
    """Whether the outcome fits this leg and this agent.

    Also by their own groups where the call's group is told only afterwards: what they saw stays right.
    """
    if outcome.parent is not None and not outcome.parent.is_active:
        return False
    by_own = _of_groups(leg.interaction.direction, _own_groups(user)).filter(pk=outcome.pk)
    return by_own.exists() or _offered(leg, user).filter(pk=outcome.pk).exists()


def has_choices(leg: Leg, user: Any) -> bool:
    """Whether anything may be chosen: where nothing may, nothing can be asked for."""
    return _offered(leg, user).filter(parent=None).exists()


def asks_for_more(leg: Leg, user: Any, outcome: Disposition) -> bool:
    """Whether this is a reason under which an outcome must still be chosen."""
    return _offered(leg, user).filter(parent=outcome).exists()


def _offered(leg: Leg, user: Any) -> QuerySet[Disposition]:
    """By the group that the platform told for this call, else by those that the agent works in."""
    told = leg.interaction.skill_group_id
    groups = Q(skill_groups=told) if told else _own_groups(user)
    return _of_groups(leg.interaction.direction, groups)


def _own_groups(user: Any) -> Q:
    return Q(skill_groups__in=SkillGroup.objects.of(user))


def _of_groups(direction: str, groups: Q) -> QuerySet[Disposition]:
    """The active ones of a direction that are for everybody or for these groups."""
    rows = Disposition.objects.filter(is_active=True, direction__in=["", direction])
    return rows.filter(Q(skill_groups=None) | groups).distinct()


def _recent_use(user: Any) -> Counter[int]:
    recent = Leg.objects.filter(user=user).order_by("-last_signal_at")[:_RECENT_LEGS]
    return Counter(pk for pk in recent.values_list("disposition_id", flat=True) if pk)
