"""The customer: a person or a firm that we speak with."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.pinyin import PinyinField
from customers.roles import is_supervisor, roles_of

if TYPE_CHECKING:
    from customers.models.endpoint import ContactPoint


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """Every role sees every customer: whoever takes the call must know who calls. Merged ones are gone."""
        if not roles_of(user):
            return self.none()
        return self.filter(merged_into=None)

    def listed_to(self, user: Any) -> Self:
        """The whole list is for supervisors; an agent looks customers up one at a time."""
        return self.visible_to(user) if is_supervisor(user) else self.none()


class Customer(models.Model):
    """A customer. Never created by a machine without a person's word."""

    class Level(models.TextChoices):
        """How much care a customer is promised."""

        NORMAL = "", _("普通")
        VIP = "vip", "VIP"
        SVIP = "svip", "SVIP"

    name = models.CharField(_("姓名"), max_length=120, db_index=True)
    company = models.CharField(_("公司"), max_length=200, blank=True)
    title = models.CharField(_("职务"), max_length=80, blank=True)
    level = models.CharField(
        _("等级"), max_length=8, choices=Level, blank=True, default=Level.NORMAL
    )
    tags = models.JSONField(_("标签"), default=list, blank=True)
    attributes = models.JSONField(_("业务字段"), default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_customers",
        verbose_name=_("负责人"),
    )
    own_id = models.CharField(_("客户编号"), max_length=64, null=True, blank=True, unique=True)
    name_pinyin = PinyinField("name", max_length=240, db_index=True)
    name_initials = PinyinField("name", initials=True, max_length=60, db_index=True)
    # Nearly every row has none: an index of all of them would be chosen, and be slow.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="merged_from",
        verbose_name=_("已并入"),
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("客户")
        verbose_name_plural = _("客户")
        indexes = [
            models.Index(
                fields=["merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="customer_merged",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def add_contact_point(
        self, kind: str, raw: object, *, label: str = "", source: str = ""
    ) -> "ContactPoint":
        """Note that this customer is reached at `raw`, as given; the one way to add a contact point.

        `kind` is "phone", "openid", "user", "mapped", "email" or "sip"; a "phone" that turns out to be masked or mapped
        is kept as such. Raises ValueError when `raw` holds nothing that could be reached.
        """
        from customers.models.endpoint import ContactPoint, Endpoint

        endpoint = Endpoint.objects.at(kind, raw)
        if endpoint is None:
            raise ValueError(_("“%(raw)s” 不是号码，也不是账号。") % {"raw": raw})
        point, _created = ContactPoint.objects.get_or_create(
            customer=self,
            endpoint=endpoint,
            defaults={"raw": str(raw)[:200], "label": label, "source": source},
        )
        return point
