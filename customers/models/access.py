"""Who looked at what, and which machines may ask."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessLog(models.Model):
    """A look at personal data: append-only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    token = models.ForeignKey("customers.ApiToken", models.SET_NULL, null=True, related_name="+")
    action = models.CharField(_("动作"), max_length=40)
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="+")
    endpoint = models.ForeignKey("customers.Endpoint", models.SET_NULL, null=True, related_name="+")
    recording = models.ForeignKey(
        "customers.Recording",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("录音"),
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        indexes = [
            models.Index(fields=["-at", "-id"]),
            # Who listened to a recording; most rows name none.
            models.Index(
                fields=["recording", "user", "-at"],
                condition=models.Q(recording__isnull=False),
                name="access_recording",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"


class ApiToken(models.Model):
    """A machine's key to the API. Only its SHA-256 is kept; the key is shown once, when made."""

    name = models.CharField(_("名称"), max_length=80, unique=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, editable=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_key() -> tuple[str, str]:
        """A fresh key and its hash."""
        key = secrets.token_urlsafe(32)
        return key, ApiToken.hash_of(key)

    @staticmethod
    def hash_of(key: str) -> str:
        """What is kept of a key."""
        return hashlib.sha256(key.encode()).hexdigest()
