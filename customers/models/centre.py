"""The centre itself: what it is called and its logo."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Centre(models.Model):
    """One row at most. Without it, or with blank names, the product's own name stands on the pages."""

    id: Any = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name_zh = models.CharField(_("中文名称"), max_length=40, blank=True)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    # PNG, JPEG or WebP of at most customers.logo.MOST_BYTES; blank where there is none.
    logo = models.BinaryField(blank=True, default=b"")
    logo_type = models.CharField(max_length=20, blank=True, editable=False)
    # SHA-256 in hexadecimal: its address changes with it.
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("中心")
        verbose_name_plural = _("中心")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_centre")]

    def __str__(self) -> str:
        return self.name_zh or self.name_en
