"""What administrators set up for the card: business fields, and the gate before the sensitive ones."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers import field_values
from customers.models.customer import Customer


def in_language(zh: str, en: str) -> str:
    """The text in the reader's language; Chinese where there is no English."""
    return en if en and (get_language() or "").startswith("en") else zh


class CardField(models.Model):
    """A business field of the card. Its values lie in `Customer.attributes[key]`."""

    class Kind(models.TextChoices):
        """What a value may be; `field_values` reads and shows each."""

        TEXT = field_values.TEXT, _("文字")
        CHOICE = field_values.CHOICE, _("单选")
        DATE = field_values.DATE, _("日期")
        NUMBER = field_values.NUMBER, _("数字")
        YES_NO = field_values.YES_NO, _("是或否")

    # Never changed: the values of all customers lie under it.
    key = models.CharField(_("存储名"), max_length=80, unique=True)
    name_zh = models.CharField(_("中文名"), max_length=40)
    name_en = models.CharField(_("英文名"), max_length=40, blank=True)
    kind = models.CharField(_("类型"), max_length=8, choices=Kind, default=Kind.TEXT)
    # One to a line.
    choices = models.TextField(_("选项"), blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_sensitive = models.BooleanField(_("敏感"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("业务字段")
        verbose_name_plural = _("业务字段")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return in_language(self.name_zh, self.name_en)


class VerificationItem(models.Model):
    """One thing to ask before a caller is believed to be the customer."""

    text_zh = models.CharField(_("中文"), max_length=80)
    text_en = models.CharField(_("英文"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("核实项")
        verbose_name_plural = _("核实项")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """In the reader's language."""
        return in_language(self.text_zh, self.text_en)


class GatedLevel(models.Model):
    """Customers of this level are verified before their sensitive fields are shown."""

    level = models.CharField(
        _("等级"), max_length=8, choices=Customer.Level, blank=True, unique=True
    )

    class Meta:
        verbose_name = _("要核实的等级")
        verbose_name_plural = _("要核实的等级")
