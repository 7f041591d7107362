"""Telephony's side: seats, the events as received, what was dialled."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.roles import is_administrator, is_supervisor, roles_of
from screenpop.discrepancy import Discrepancy
from screenpop.handed_models import HandedDial
from screenpop.message_models import LinkHost, MessageTemplate, TemplateUse
from screenpop.sync_models import SyncRun, SyncState

__all__ = [
    "AgentSeat",
    "DialRequest",
    "Discrepancy",
    "HandedDial",
    "LinkHost",
    "MappedNumber",
    "MessageTemplate",
    "PopEvent",
    "Push",
    "SeatRequest",
    "SignInCode",
    "SyncRun",
    "SyncState",
    "TemplateUse",
]


class AgentSeat(models.Model):
    """A TCCC account (its e-mail is its name there) and the person who works on it."""

    email = models.CharField(_("坐席账号（邮箱）"), max_length=190, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("用户"),
    )
    staff_number = models.CharField(_("工号"), max_length=20, blank=True)
    mobile = models.CharField(_("手机"), max_length=40, blank=True)
    skill_groups = models.JSONField(_("技能组"), default=list, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    # When the platform listed it last, and when a fetching switched it off because the platform listed it no longer.
    listed_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("TCCC 账号", "坐席")
        verbose_name_plural = pgettext_lazy("TCCC 账号", "坐席")
        constraints = [
            models.CheckConstraint(condition=~Q(email=""), name="agent_seat_has_email"),
        ]

    def __str__(self) -> str:
        return self.email


class SeatRequest(models.Model):
    """An agent's wish to be bound to a seat, for an administrator to grant or refuse."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="seat_requests",
        verbose_name=_("用户"),
    )
    email = models.CharField(_("坐席账号（邮箱）"), max_length=190)
    asked_at = models.DateTimeField(_("申请时间"), auto_now_add=True)
    granted = models.BooleanField(_("批准"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("绑定申请")
        verbose_name_plural = _("绑定申请")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "email"], condition=Q(granted=None), name="seat_request_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.email


class PopEventQuerySet(models.QuerySet["PopEvent"]):
    """Events, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """An agent's own; administrators and supervisors see all."""
        if is_supervisor(user) or is_administrator(user):
            return self
        return self.filter(user=user) if roles_of(user) else self.none()


class PopEvent(models.Model):
    """One hash as the page saw it: kept as received, whatever became of it."""

    class Outcome(models.TextChoices):
        """What became of it."""

        OPENED = "opened", _("新卡片")
        MOVED = "moved", _("状态变化")
        UNCHANGED = "unchanged", _("无变化")
        QUIET = "quiet", _("旧通话重现")
        FOREIGN = "foreign", _("非本应用")
        UNREADABLE = "unreadable", _("无法读取")
        FAILED = "failed", _("处理出错")

    event_id = models.CharField(max_length=36, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="pop_events"
    )
    tab = models.CharField(max_length=36)
    sequence = models.PositiveIntegerField()
    trigger = models.CharField(max_length=10)
    observed_at = models.DateTimeField(_("页面看到"))
    received_at = models.DateTimeField(_("服务器收到"), auto_now_add=True)
    pairs = models.JSONField(_("参数"), default=list)
    truncated = models.BooleanField(_("过长"), default=False)
    sdk_app_id = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, blank=True)
    leg = models.ForeignKey("customers.Leg", models.SET_NULL, null=True, related_name="pop_events")

    objects = PopEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("弹屏事件")
        verbose_name_plural = _("弹屏事件")
        indexes = [
            models.Index(fields=["user", "-observed_at", "-id"]),
            models.Index(fields=["-received_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} #{self.pk}".strip()


class DialRequest(models.Model):
    """Who dialled whom about what. `uui` travels with the call where the channel carries one; `callOut` does not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="dial_requests"
    )
    leg = models.OneToOneField("customers.Leg", models.CASCADE, related_name="dial_request")
    endpoint = models.ForeignKey("customers.Endpoint", models.PROTECT, related_name="dial_requests")
    # The leg whose card the button was on.
    about = models.ForeignKey(
        "customers.Leg", models.SET_NULL, null=True, related_name="dialled_about"
    )
    # A mapped id goes as it was received, however long.
    dialled = models.CharField(max_length=190)
    description = models.CharField(max_length=120, blank=True)
    uui = models.CharField(max_length=36, unique=True)
    despite_do_not_call = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("拨号请求")
        verbose_name_plural = _("拨号请求")
        indexes = [
            models.Index(fields=["endpoint", "-asked_at"]),
            models.Index(fields=["user", "dialled", "-asked_at"], name="dial_request_of_user"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class PushQuerySet(models.QuerySet["Push"]):
    """Pushes, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """They hold whole calls of everybody."""
        return self if is_supervisor(user) else self.none()


class Push(models.Model):
    """What the platform sent, as it came: stored first, then read; whatever fails can be replayed."""

    class State(models.TextChoices):
        """What became of it."""

        RECEIVED = "received", _("待处理")
        APPLIED = "applied", _("已处理")
        FAILED = "failed", _("处理失败")
        FOREIGN = "foreign", _("非本应用")
        IGNORED = "ignored", _("不需处理")

    action = models.CharField(_("类型"), max_length=40, blank=True)
    version = models.CharField(_("版本"), max_length=10, blank=True)
    # The header X-TCCC-PUSH-UUID; its retries repeat it. Blank when it was missing: then the content tells.
    push_uuid = models.CharField("X-TCCC-PUSH-UUID", max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    body = models.TextField(_("内容"), blank=True)
    # The bytes, where they are no UTF-8 text that every database can hold.
    raw = models.BinaryField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    error = models.TextField(_("原因"), blank=True)
    sdk_app_id = models.CharField("SdkAppId", max_length=20, blank=True)
    session_id = models.CharField("SessionId", max_length=64, blank=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    received_at = models.DateTimeField(_("收到"), default=timezone.now)
    applied_at = models.DateTimeField(_("处理"), null=True, blank=True)

    objects = PushQuerySet.as_manager()

    class Meta:
        verbose_name = _("数据推送")
        verbose_name_plural = _("数据推送")
        constraints = [
            models.UniqueConstraint(
                fields=["push_uuid"], condition=~Q(push_uuid=""), name="push_uuid_once"
            ),
            models.UniqueConstraint(
                fields=["action", "digest"],
                condition=Q(push_uuid="") & ~Q(digest=""),
                name="push_content_once",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"]),
            # Not a partial one of what waits: SQLite uses none where the state is a parameter.
            models.Index(fields=["state", "received_at", "id"], name="push_by_state"),
            models.Index(fields=["action", "received_at", "id"], name="push_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class MappedNumber(models.Model):
    """The id that stands for a number where the platform hides numbers from agents (号码映射)."""

    uid = models.CharField(max_length=32, unique=True)
    # Canonical, without extension.
    number = models.CharField(max_length=190, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("号码映射")
        verbose_name_plural = _("号码映射")

    def __str__(self) -> str:
        return self.uid


class SignInCode(models.Model):
    """A one-time code that carries a sign-in from the pop-up window into the frame; lives 60 seconds."""

    code_hash = models.CharField(max_length=64, unique=True)
    challenge = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"#{self.pk}"
