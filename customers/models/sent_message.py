"""What was said to a customer in writing."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.roles import roles_of


class SentMessageQuerySet(models.QuerySet["SentMessage"]):
    """Messages, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """As the interactions they belong to: whoever answers must know what colleagues said."""
        if not roles_of(user):
            return self.none()
        return self.filter(leg__interaction__merged_into=None)


class SentMessage(models.Model):
    """A text or card that an agent sent into a chat: handed over, as nothing tells whether it arrived. Append-only."""

    class Kind(models.TextChoices):
        """What it is."""

        TEXT = "text", _("文字")
        CARD = "card", _("卡片")
        CUSTOM = "custom", _("自定义消息")

    leg = models.ForeignKey("customers.Leg", models.CASCADE, related_name="sent_messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(_("类型"), max_length=8, choices=Kind)
    # The template's name at that time: templates change and go.
    template_name = models.CharField(_("模板"), max_length=60, blank=True)
    # As it was sent: {"text"}, and for cards "title", "picture", and "link" or "extension".
    content = models.JSONField(_("内容"), default=dict)
    # Made by the page: the same click, tried again, is the same message.
    send_id = models.CharField(max_length=36, unique=True)
    sent_at = models.DateTimeField(_("发送时间"), default=timezone.now)

    objects = SentMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("发出的消息")
        verbose_name_plural = _("发出的消息")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["leg", "-sent_at", "-id"], name="sent_message_of_leg")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def title(self) -> str:
        """The heading of a card; "" for a text."""
        return str(self.content.get("title", ""))

    @property
    def text(self) -> str:
        """What it said."""
        return str(self.content.get("text", ""))

    @property
    def link(self) -> str:
        """Where it led; "" when nowhere."""
        return str(self.content.get("link", ""))
