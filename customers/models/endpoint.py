"""Where a customer can be reached, and whose an endpoint is believed to be."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.addresses import Address, read_address


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints. They are got or created for each event, and are the rows that are locked."""

    def at(self, kind: str, raw: object) -> "Endpoint | None":
        """The endpoint that `raw` names, created when new; None when it names none."""
        return self.of(read_address(kind, raw))

    def of(self, address: Address) -> "Endpoint | None":
        """The endpoint of an address that was read already."""
        if not address.value:
            return None
        endpoint, _created = self.get_or_create(
            kind=address.kind,
            value=address.value,
            defaults={"reversed_digits": address.digits[::-1]},
        )
        return endpoint

    def locked(self, pk: int) -> "Endpoint":
        """The row under a lock that lasts until the transaction ends (SQLite locks the whole file at BEGIN)."""
        return self.select_for_update(no_key=True).get(pk=pk)


class Endpoint(models.Model):
    """One phone number, openid, user id, mapped id, e-mail or SIP address; `value` is canonical."""

    class Kind(models.TextChoices):
        """What `value` is."""

        PHONE = "phone", _("号码")
        MASKED = "masked", _("掩码号码")
        MAPPED = "mapped", _("映射号码")
        OPENID = "openid", _("微信 OpenID")
        USER = "user", _("网页用户")
        EMAIL = "email", _("邮箱")
        SIP = "sip", "SIP"

    kind = models.CharField(_("类型"), max_length=16, choices=Kind)
    value = models.CharField(_("值"), max_length=190)
    scope = models.CharField(_("小程序或公众号"), max_length=64, blank=True)
    reversed_digits = models.CharField(max_length=32, blank=True, editable=False)
    is_shared = models.BooleanField(_("多人共用"), default=False)
    is_own_line = models.BooleanField(_("本中心号码"), default=False)
    do_not_call = models.BooleanField(_("勿扰"), default=False)
    invalid = models.BooleanField(_("空号"), default=False)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    # No column: whether this request made the row, so that nobody can have it yet and nothing can have happened there.
    is_new = False
    # No column: whether a person ever said whose this is. True where it was not asked.
    has_words = True

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("号码与账号")
        verbose_name_plural = _("号码与账号")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="endpoint_once")]
        indexes = [
            models.Index(fields=["kind", "reversed_digits"]),
            models.Index(
                fields=["is_own_line"],
                condition=models.Q(is_own_line=True),
                name="endpoint_own_lines",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(do_not_call=True),
                name="endpoint_do_not_call",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"


class ContactPoint(models.Model):
    """A customer is reached at an endpoint. Several customers may share one."""

    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="contact_points", verbose_name=_("客户")
    )
    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, related_name="contact_points", verbose_name=_("号码")
    )
    raw = models.CharField(_("原样"), max_length=200)
    label = models.CharField(pgettext_lazy("联系方式", "标签"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("联系方式")
        verbose_name_plural = _("联系方式")
        constraints = [
            models.UniqueConstraint(fields=["customer", "endpoint"], name="contact_point_once")
        ]

    def __str__(self) -> str:
        return str(self.endpoint)


class MatchVerdict(models.Model):
    """A person's word about (customer, endpoint); the latest one counts. "Not him this time" is no verdict."""

    class Verdict(models.TextChoices):
        """What was said."""

        CONFIRMED = "confirmed", _("就是此人")
        NO_LONGER = "no-longer", _("号码已不是他的")

    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="verdicts")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="verdicts")
    verdict = models.CharField(_("判断"), max_length=16, choices=Verdict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("匹配判断")
        verbose_name_plural = _("匹配判断")
        constraints = [
            models.UniqueConstraint(fields=["customer", "endpoint"], name="verdict_once")
        ]


class NumberMentionQuerySet(models.QuerySet["NumberMention"]):
    """Mentions of numbers in notes."""

    def latest_of(self, endpoint: Endpoint) -> Self:
        """The newest first."""
        return self.filter(endpoint=endpoint).order_by("-created_at")


class NumberMention(models.Model):
    """A number found in a note when it was saved: a hint, never a link."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="mentions")
    leg = models.ForeignKey("customers.Leg", models.CASCADE, related_name="mentions")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = NumberMentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("备注里的号码")
        verbose_name_plural = _("备注里的号码")
        constraints = [models.UniqueConstraint(fields=["endpoint", "leg"], name="mention_once")]
