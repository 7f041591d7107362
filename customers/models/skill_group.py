"""Who works on what together."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.roles import roles_of


class SkillGroupQuerySet(models.QuerySet["SkillGroup"]):
    """Groups, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """Everybody may know which groups there are: a promise can be left to any."""
        return self.all() if roles_of(user) else self.none()

    def of(self, user: Any) -> Self:
        """The active groups that this user works in."""
        return self.filter(members=user, is_active=True)


class SkillGroup(models.Model):
    """A group of agents who take the same contacts; `platform_id` is the platform's id of it, where it has one."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    platform_id = models.CharField(
        _("TCCC 技能组 ID"), max_length=20, null=True, blank=True, unique=True
    )
    is_active = models.BooleanField(_("启用"), default=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="skill_groups", verbose_name=_("成员")
    )

    objects = SkillGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("技能组")
        verbose_name_plural = _("技能组")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
