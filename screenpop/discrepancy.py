"""Where what pops saw and what records tell do not fit by themselves."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Interaction
from customers.roles import is_supervisor


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Discrepancies, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """They hold whole calls of everybody."""
        return self if is_supervisor(user) else self.none()

    def open(self) -> Self:
        """Those that nobody has settled."""
        return self.filter(settled_at=None)


class Discrepancy(models.Model):
    """One of them: found by the reconciliation, or set aside by a person. Settled ones are kept."""

    class Kind(models.TextChoices):
        """What does not fit."""

        AMBIGUOUS = "ambiguous", _("话单对不上哪张卡片")
        CUSTOMERS = "customers", _("合并时客户不一致")
        NO_RECORD = "no-record", _("弹过屏，没有话单")
        NO_POP = "no-pop", _("有话单，没弹过屏")
        NO_WRAP_UP = "no-wrap-up", _("接通了，没有小结")
        NO_RECORDING = "no-recording", _("接通了，没有录音")

    class Settlement(models.TextChoices):
        """How it was settled."""

        BY_ITSELF = "by-itself", _("系统已自动对上")
        JOINED = "joined", _("合到了所选卡片")
        ALONE = "alone", _("单独成为一条记录")
        CUSTOMER = "customer", _("选定了客户")
        SEEN = "seen", _("已核实")
        WRAPPED_UP = "wrapped-up", _("坐席补了小结")

    kind = models.CharField(max_length=12, choices=Kind)
    # A record that waits, as it came: it is applied again once more is known.
    action = models.CharField(max_length=40, blank=True)
    session_id = models.CharField(max_length=64, blank=True)
    channel_family = models.CharField(
        max_length=8, choices=Interaction.Family, default=Interaction.Family.PHONE
    )
    body = models.JSONField(null=True, blank=True)
    # Part of the record (its sequence, as text) → ids of the legs that it may be.
    candidates = models.JSONField(default=dict, blank=True)
    endpoint = models.ForeignKey(
        "customers.Endpoint", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    interaction = models.ForeignKey(
        Interaction, models.CASCADE, null=True, blank=True, related_name="discrepancies"
    )
    # The one that was joined into `interaction`, with the customer that it had.
    other = models.ForeignKey(Interaction, models.CASCADE, null=True, blank=True, related_name="+")
    leg = models.ForeignKey(
        "customers.Leg", models.CASCADE, null=True, blank=True, related_name="discrepancies"
    )
    # When a supervisor last asked the agent for the wrap-up, who, and when the agent's page told it.
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reminder_told_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settlement = models.CharField(max_length=10, choices=Settlement, blank=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("对账差异")
        verbose_name_plural = _("对账差异")
        constraints = [
            models.UniqueConstraint(
                fields=["session_id", "channel_family"],
                condition=Q(kind="ambiguous", settled_at__isnull=True),
                name="discrepancy_waits_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "leg"],
                condition=Q(leg__isnull=False),
                name="discrepancy_leg_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "interaction"],
                condition=Q(kind__in=["no-record", "no-recording"]),
                name="discrepancy_interaction_once",
            ),
            models.UniqueConstraint(
                fields=["interaction", "other"],
                condition=Q(kind="customers"),
                name="discrepancy_customers_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind", "-found_at", "-id"],
                condition=Q(settled_at__isnull=True),
                name="discrepancy_open",
            ),
            models.Index(
                fields=["endpoint"],
                condition=Q(kind="ambiguous", settled_at__isnull=True),
                name="discrepancy_waits_at",
            ),
            models.Index(fields=["-settled_at", "-id"], name="discrepancy_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
