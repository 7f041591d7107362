"""Skill groups: which are a user's own, and the administrator's work on them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import FollowUp, SkillGroup
from customers.roles import ROLES

_LONGEST_NAME = 80
MOST_FOUND = 20


class GroupError(ValueError):
    """The change cannot be made; the text says why."""


def groups_of(user: Any) -> frozenset[int]:
    """The keys of the active groups that the user works in; read once per request object."""
    cached: frozenset[int] | None = getattr(user, "_skill_groups", None)
    if cached is None:
        cached = frozenset(SkillGroup.objects.of(user).values_list("pk", flat=True))
        user._skill_groups = cached
    return cached


def queues_for(user: Any) -> list[SkillGroup]:
    """The active groups whose queue may be given something, the user's own first."""
    groups = SkillGroup.objects.visible_to(user).filter(is_active=True)
    own = Exists(SkillGroup.objects.of(user).filter(pk=OuterRef("pk")))
    return list(groups.annotate(is_own=own).order_by("-is_own", "name"))


def add(name: str) -> SkillGroup:
    """A new group of this name. Raises GroupError."""
    return _named(SkillGroup(), name)


def rename(group: SkillGroup, name: str) -> None:
    """Another name. Raises GroupError."""
    _named(group, name)


def _named(group: SkillGroup, name: str) -> SkillGroup:
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not text:
        raise GroupError(_("请填写名称。"))
    if len(text) > _LONGEST_NAME:
        raise GroupError(_("名称最多 %(n)d 个字。") % {"n": _LONGEST_NAME})
    group.name = text
    try:
        with transaction.atomic():
            group.save(update_fields=["name"] if group.pk else None)
    except IntegrityError:
        raise GroupError(_("已有同名的技能组。")) from None
    return group


@transaction.atomic
def deactivate(group: SkillGroup) -> int:
    """Switch off. Its queue becomes everybody's, so that nothing owed is forgotten; gives how many."""
    group.is_active = False
    group.save(update_fields=["is_active"])
    return FollowUp.objects.open().filter(group=group).update(group=None)


def reactivate(group: SkillGroup) -> None:
    """Switch on again, with the members of before."""
    group.is_active = True
    group.save(update_fields=["is_active"])


def people_to_add(group: SkillGroup, term: str = "") -> QuerySet[Any]:
    """Active people with a role who are not in the group and whose name has `term` in it."""
    people = get_user_model().objects.filter(is_active=True)
    people = people.filter(Q(groups__name__in=ROLES) | Q(is_superuser=True))
    for word in term.split()[:5]:
        people = people.filter(
            Q(display_name__icontains=word)
            | Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    return people.exclude(skill_groups=group).distinct().order_by("username")


def add_members(group: SkillGroup, keys: list[int]) -> int:
    """Take these people in, those that may be; gives how many are new."""
    people = list(people_to_add(group).filter(pk__in=keys))
    group.members.add(*people)
    return len(people)


def remove_member(group: SkillGroup, key: int) -> Any | None:
    """Take somebody out; gives whom, None when they were not in it."""
    person = group.members.filter(pk=key).first()
    if person is not None:
        group.members.remove(person)
    return person
