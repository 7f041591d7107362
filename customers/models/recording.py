"""What was recorded."""

from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models.interaction import Interaction
from customers.roles import is_supervisor, roles_of


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Recordings, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """An agent hears the contacts they took part in; a supervisor hears all."""
        if is_supervisor(user):
            return self
        if not roles_of(user):
            return self.none()
        return self.filter(interaction__legs__user=user).distinct()


class Recording(models.Model):
    """One recorded party of a session, or a voicemail. It may arrive before anything else is known of its session."""

    class Kind(models.TextChoices):
        """What it is."""

        CALL = "call", _("通话录音")
        VOICEMAIL = "voicemail", _("语音信箱")

    class Party(models.TextChoices):
        """Whose voice."""

        UNKNOWN = "", _("未知")
        CUSTOMER = "customer", _("客户")
        AGENT = "agent", _("坐席")
        BOTH = "both", _("双方")

    session_id = models.CharField(max_length=64, db_index=True)
    channel_family = models.CharField(
        max_length=8, choices=Interaction.Family, default=Interaction.Family.PHONE
    )
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, related_name="recordings"
    )
    leg = models.ForeignKey(
        "customers.Leg", models.SET_NULL, null=True, blank=True, related_name="recordings"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=Kind, default=Kind.CALL)
    party = models.CharField(
        _("对象"), max_length=10, choices=Party, blank=True, default=Party.UNKNOWN
    )
    # The recorded party as told: a number or an agent's e-mail.
    party_raw = models.CharField(max_length=190, blank=True)
    record_id = models.CharField(max_length=80, blank=True)
    # Links run out (`url_at` tells how old this one is) and never reach a browser.
    url = models.URLField(max_length=2000, blank=True)
    url_at = models.DateTimeField(null=True, blank=True)
    # The centre's own copy at the vendor's store, where there is one.
    own_url = models.URLField(max_length=2000, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    # When the cloud's copy goes.
    expires_at = models.DateTimeField(null=True, blank=True)
    # Our copy's name in the recordings' storage.
    copy_name = models.CharField(max_length=300, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    copy_error = models.CharField(max_length=200, blank=True)
    # Bytes and SHA-256 of our copy, as they were written.
    copy_size = models.PositiveBigIntegerField(null=True, blank=True)
    copy_digest = models.CharField(max_length=64, blank=True)
    # How often copying failed, and when it is tried again; whoever copies moves that on first, and so has it alone.
    copy_attempts = models.PositiveSmallIntegerField(default=0)
    copy_after = models.DateTimeField(null=True, blank=True)
    # To be kept whatever the retention says.
    pinned = models.BooleanField(_("长期保留"), default=False)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("录音")
        verbose_name_plural = _("录音")
        constraints = [
            models.UniqueConstraint(
                fields=["session_id", "channel_family", "kind", "party_raw", "record_id"],
                name="recording_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=models.Q(copy_name="", expires_at__isnull=False),
                name="recording_not_copied",
            ),
            models.Index(
                fields=["recorded_at"],
                condition=models.Q(copy_name="", pinned=True),
                name="recording_pinned_not_copied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
