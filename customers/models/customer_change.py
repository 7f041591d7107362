"""What people did to a customer in the card: changes of the record, and checks of who is speaking."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CustomerChange(models.Model):
    """One edit of a customer: append-only.

    `before` and `after` hold the fields that it decided: columns by name, business fields under "attributes" by key,
    a number that was added under "number" as the id of its endpoint, never as digits.
    """

    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="changes", verbose_name=_("客户")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    leg = models.ForeignKey("customers.Leg", models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("资料改动")
        verbose_name_plural = _("资料改动")
        indexes = [models.Index(fields=["customer", "-id"], name="customer_change_newest")]


class IdentityCheck(models.Model):
    """Whether the person on a leg proved to be the customer. Several to a leg and customer; the last one counts.

    `items` keeps what was asked, in the words of that day: [{"zh": …, "en": …, "ticked": true}, …].
    """

    leg = models.ForeignKey("customers.Leg", models.CASCADE, related_name="identity_checks")
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    passed = models.BooleanField(_("核实通过"))
    items = models.JSONField(default=list)

    class Meta:
        verbose_name = _("身份核实")
        verbose_name_plural = _("身份核实")
        ordering = ["pk"]
