"""What was said in a call, as the platform's speech recognition heard it."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.interaction import Interaction
from customers.models.recording import Recording
from customers.roles import is_supervisor, roles_of


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    """Transcripts, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """Who may hear a call may read it: agents their own, supervisors all."""
        if is_supervisor(user):
            return self
        if not roles_of(user):
            return self.none()
        return self.filter(interaction__legs__user=user).distinct()


class Transcript(models.Model):
    """The transcript of one interaction, or how far getting it has come."""

    class State(models.TextChoices):
        """What came of asking for it."""

        WAITING = "waiting", _("还没有取到")
        READY = "ready", _("已取到")
        # The platform has none: nothing was said, or recognition is not bought.
        EMPTY = "empty", _("平台没有转写")

    interaction = models.OneToOneField(Interaction, models.CASCADE, related_name="transcript")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # The platform's code of the last failure.
    error = models.CharField(max_length=80, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    # How often it was asked for in vain, and when it is asked for again; None: never by itself.
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        verbose_name = _("通话转写")
        verbose_name_plural = _("通话转写")
        indexes = [
            models.Index(
                fields=["retry_at"],
                condition=models.Q(retry_at__isnull=False),
                name="transcript_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} #{self.pk}"


class TranscriptLine(models.Model):
    """One sentence. `said_at` is the moment of its beginning, `milliseconds` how long it took."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="lines", db_index=False)
    party = models.CharField(max_length=10, choices=Recording.Party, blank=True)
    leg = models.ForeignKey(
        "customers.Leg", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    said_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(default=0)
    text = models.TextField()

    class Meta:
        verbose_name = _("一句话")
        verbose_name_plural = _("转写内容")
        indexes = [
            models.Index(fields=["transcript", "said_at", "id"], name="transcript_line_order"),
            # The search reads by date, newest first.
            models.Index(fields=["-said_at", "-id"], name="transcript_line_said"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
