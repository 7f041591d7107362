"""What we owe: promises, and calls that we missed."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.roles import is_supervisor, roles_of


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """A promise to the customer at hand is everybody's business; lists narrow it further."""
        return self.all() if is_supervisor(user) or roles_of(user) else self.none()

    def open(self) -> Self:
        """Those not yet done."""
        return self.filter(done_at=None)


class FollowUp(models.Model):
    """A call that is owed to a customer or a number, by a person, or (owner empty) by a group or the whole queue."""

    class Kind(models.TextChoices):
        """Why it is owed."""

        PROMISE = "promise", _("承诺回访")
        MISSED = "missed", _("未接来电")

    kind = models.CharField(_("类型"), max_length=8, choices=Kind, default=Kind.PROMISE)
    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, null=True, blank=True, related_name="follow_ups"
    )
    endpoint = models.ForeignKey(
        "customers.Endpoint", models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    leg = models.ForeignKey(
        "customers.Leg", models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    group = models.ForeignKey(
        "customers.SkillGroup",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("技能组"),
    )
    # A missed call that rang at nobody has no leg.
    interaction = models.ForeignKey(
        "customers.Interaction", models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    # Of a missed one: how often the number has rung in vain since it was last spoken with.
    missed_times = models.PositiveSmallIntegerField(_("未接次数"), default=0)
    attempts = models.PositiveSmallIntegerField(_("已拨次数"), default=0)
    # An overdue one is announced once.
    announced_at = models.DateTimeField(null=True, blank=True)
    text = models.CharField(_("事项"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("到期"))
    done_at = models.DateTimeField(_("完成"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("待办")
        verbose_name_plural = _("待办")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=Q(kind="missed", done_at__isnull=True),
                name="follow_up_one_open_missed",
            )
        ]
        indexes = [
            models.Index(
                fields=["customer", "due_at"],
                condition=Q(done_at__isnull=True),
                name="follow_up_open_by_customer",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(done_at__isnull=True),
                name="follow_up_open_by_due",
            ),
            models.Index(
                fields=["owner", "due_at"],
                condition=Q(done_at__isnull=True),
                name="follow_up_open_by_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
