"""Who put a number on the do-not-call list, and who took it off."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DoNotCallChange(models.Model):
    """One change of `Endpoint.do_not_call`: append-only. `added` is False where the number was taken off."""

    class Source(models.TextChoices):
        """Where it was said."""

        LIST = "list", _("名单")
        WRAP_UP = "wrap-up", _("小结")
        ADMIN = "admin", _("管理后台")

    endpoint = models.ForeignKey(
        "customers.Endpoint", models.PROTECT, db_index=False, related_name="do_not_call_changes"
    )
    added = models.BooleanField(_("登记"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("勿扰变更")
        verbose_name_plural = _("勿扰变更")
        indexes = [models.Index(fields=["endpoint", "-id"], name="do_not_call_of_endpoint")]

    def __str__(self) -> str:
        return f"#{self.pk}"
