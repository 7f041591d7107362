"""A file of customers on its way in: what was said about it, and how far it has come."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.roles import is_administrator


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """Administrators carry on each other's imports; nobody else sees any."""
        return self.all() if is_administrator(user) else self.none()

    def open(self) -> Self:
        """Those that still have a file to read."""
        return self.filter(state__in=ImportRun.OPEN)


class ImportRun(models.Model):
    """One import. Its file lies in a folder of its own, which is deleted as soon as nothing is left to do."""

    class State(models.TextChoices):
        """What it waits for: a person (MAPPING, CHECKED) or the next slice (CHECKING, IMPORTING)."""

        MAPPING = "mapping", _("待对应列")
        CHECKING = "checking", _("试运行中")
        CHECKED = "checked", _("待确认")
        IMPORTING = "importing", _("导入中")
        DONE = "done", _("已完成")
        ABANDONED = "abandoned", _("已放弃")

    OPEN = (State.MAPPING, State.CHECKING, State.CHECKED, State.IMPORTING)
    AT_WORK = (State.CHECKING, State.IMPORTING)

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.MAPPING)
    folder = models.CharField(max_length=32, unique=True)
    file_name = models.CharField(_("文件名"), max_length=200)
    form = models.CharField(_("格式"), max_length=80, blank=True)
    header_row = models.PositiveIntegerField(default=1)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=list)
    total = models.PositiveIntegerField(_("行数"), default=0)
    empty = models.PositiveIntegerField(default=0)
    # How far this pass has come: rows, and where the next one begins in the staged file.
    done = models.PositiveIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    preview = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("由谁"),
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户导入")
        verbose_name_plural = _("客户导入")
        indexes = [models.Index(fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ImportProblem(models.Model):
    """A row of a file that was not imported, as it stood there, and why."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(_("行号"))
    faults = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("问题行")
        verbose_name_plural = _("问题行")
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="import_problem_once")]
