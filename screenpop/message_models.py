"""Templates of messages for chats, the hosts that they may link to, and who used which last."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import SentMessage
from screenpop.message_content import FIELDS, LONGEST_TEXT, LONGEST_TITLE
from screenpop.message_links import LONGEST_LINK


class MessageTemplate(models.Model):
    """A canned text or card. Of its fields those count that `FIELDS` names for its kind; the others are empty."""

    name = models.CharField(_("名称"), max_length=60, unique=True)
    kind = models.CharField(_("类型"), max_length=8, choices=SentMessage.Kind)
    title = models.CharField(_("标题"), max_length=LONGEST_TITLE, blank=True)
    text = models.TextField(_("文字"), max_length=LONGEST_TEXT, blank=True)
    picture = models.CharField(_("图片地址"), max_length=LONGEST_LINK, blank=True)
    link = models.CharField(_("链接"), max_length=LONGEST_LINK, blank=True)
    # An object that the customer's side reads; of custom messages only.
    extension = models.JSONField(_("扩展数据"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    changed_at = models.DateTimeField(_("修改时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("消息模板")
        verbose_name_plural = _("消息模板")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def content(self) -> dict[str, Any]:
        """What it holds, by its kind, placeholders unfilled."""
        return {name: getattr(self, name) for name in FIELDS[self.kind]}


class LinkHost(models.Model):
    """A host that links and pictures of messages may lie on, in the one form of `read_host_rule`."""

    host = models.CharField(_("网站"), max_length=260, unique=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    added_at = models.DateTimeField(_("添加时间"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("允许的网站")
        verbose_name_plural = _("允许的网站")
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host


class TemplateUse(models.Model):
    """When an agent sent a template last: what was used lately is offered first."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    template = models.ForeignKey(MessageTemplate, models.CASCADE, related_name="uses")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "template"], name="template_use_once")
        ]
