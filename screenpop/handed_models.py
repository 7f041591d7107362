"""What an agent asked to be dialled on a page of its own, until their pop takes it up."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HandedDial(models.Model):
    """The last follow-up that an agent handed to their pop: one row for each person, which the next one replaces."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="handed_dial"
    )
    key = models.CharField(max_length=32, unique=True)
    follow_up = models.ForeignKey("customers.FollowUp", models.CASCADE, related_name="+")
    despite_do_not_call = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    # The tab that took it: asking again, it gets the same answer, as the first may have been lost on the way.
    taken_by = models.CharField(max_length=36, blank=True)
    leg = models.ForeignKey("customers.Leg", models.SET_NULL, null=True, related_name="+")
    # Why the pop could not dial, in words.
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("交给弹屏的拨号")
        verbose_name_plural = _("交给弹屏的拨号")

    def __str__(self) -> str:
        return f"#{self.pk}"
