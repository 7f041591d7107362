"""Fetching from the cloud API: what was fetched when, and how far each kind has come."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.roles import is_administrator


class SyncKind(models.TextChoices):
    """What is fetched. Groups stand before seats, which are members of them."""

    GROUPS = "groups", _("技能组")
    SEATS = "seats", _("坐席")
    LINES = "lines", _("本中心号码")
    RECORDS = "records", _("通话记录")


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    """Runs, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """They set the centre up: administrators alone."""
        return self if is_administrator(user) else self.none()


class SyncRun(models.Model):
    """One fetching of one kind, by a person's wish (`started_by`) or by the worker or a command."""

    class State(models.TextChoices):
        """Where it is."""

        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        STOPPED = "stopped", _("已停止")

    kind = models.CharField(_("内容"), max_length=10, choices=SyncKind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    # Reads and compares; writes nothing of ours.
    dry_run = models.BooleanField(_("只看差异"), default=False)
    # Driven by the page that shows it, step by step; otherwise by the worker or a command.
    by_page = models.BooleanField(default=False)
    # Of call records: the time they are of, where the window at hand begins, and its page, from 0.
    since = models.DateTimeField(_("从"), null=True, blank=True)
    until = models.DateTimeField(_("到"), null=True, blank=True)
    window_at = models.DateTimeField(null=True, blank=True)
    page = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    # {"created": 3, "updated": 1, "deactivated": 0, "unchanged": 20, "failed": 0}
    counts = models.JSONField(default=dict)
    # The first differences: [{"action": "update", "what": "…", "fields": {"mobile": ["old", "new"]}}, …]
    changes = models.JSONField(default=list)
    error_code = models.CharField(_("错误代码"), max_length=80, blank=True)
    error_text = models.CharField(_("错误"), max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(_("开始"), default=timezone.now)
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("同步记录")
        verbose_name_plural = _("同步记录")
        indexes = [models.Index(fields=["kind", "-id"], name="sync_run_of_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class SyncState(models.Model):
    """How far one kind has come. Its row is the lock; `run` holds the lease until `lease_until`."""

    kind = models.CharField(max_length=10, choices=SyncKind, unique=True)
    run = models.ForeignKey(SyncRun, models.SET_NULL, null=True, blank=True, related_name="+")
    lease_until = models.DateTimeField(null=True, blank=True)
    # When the worker's next turn is.
    due_at = models.DateTimeField(null=True, blank=True)
    # Call records that began before this are here, and when a longer look back was made last.
    cursor = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # Of lines: the ids of the endpoints that were marked as own because the platform listed them.
    marked = models.JSONField(default=list)

    class Meta:
        verbose_name = _("同步进度")
        verbose_name_plural = _("同步进度")

    def __str__(self) -> str:
        return self.get_kind_display()
