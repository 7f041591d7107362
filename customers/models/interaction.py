"""What happened between a customer and us: interactions, and each agent's part in one."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.roles import is_supervisor, roles_of


class Disposition(models.Model):
    """A coded outcome, in two levels."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name_zh = models.CharField(_("中文名"), max_length=60)
    name_en = models.CharField(_("英文名"), max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    direction = models.CharField(_("方向"), max_length=10, blank=True)
    # None: for every group.
    skill_groups = models.ManyToManyField(
        "customers.SkillGroup", blank=True, related_name="dispositions", verbose_name=_("技能组")
    )
    wants_ticket = models.BooleanField(_("要填单号"), default=False)
    wants_follow_up = models.BooleanField(_("要约回访"), default=False)
    sets_do_not_call = models.BooleanField(_("登记勿扰"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("小结项")
        verbose_name_plural = _("小结项")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh


# A call from colleague to colleague, as `Interaction.call_type`.
INTERNAL = "internal"


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """Every role sees a customer's whole history: whoever answers must know what colleagues said.

        Calls among ourselves are nobody's history.
        """
        if not roles_of(user):
            return self.none()
        return self.filter(merged_into=None).exclude(call_type=INTERNAL)


class Interaction(models.Model):
    """One session between a customer and us. `session_id` is the platform's, known once it tells."""

    class Direction(models.TextChoices):
        """Who began."""

        INBOUND = "inbound", _("呼入")
        OUTBOUND = "outbound", _("呼出")

    class Family(models.TextChoices):
        """TCCC's samples use one session id for a call and a chat: an id is unique within its family only."""

        PHONE = "phone", _("电话")
        CHAT = "chat", _("会话")

    session_id = models.CharField(max_length=64, null=True, blank=True)
    channel_family = models.CharField(max_length=8, choices=Family, default=Family.PHONE)
    channel = models.CharField(_("渠道"), max_length=20, default="phone")
    direction = models.CharField(
        _("方向"), max_length=8, choices=Direction, default=Direction.INBOUND
    )
    endpoint = models.ForeignKey(
        "customers.Endpoint", models.PROTECT, null=True, blank=True, related_name="interactions"
    )
    # A chat may also tell the customer's number.
    second_endpoint = models.ForeignKey(
        "customers.Endpoint",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="second_interactions",
    )
    nickname = models.CharField(_("昵称"), max_length=120, blank=True)
    avatar = models.URLField(max_length=500, blank=True)

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="interactions"
    )
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    linked_at = models.DateTimeField(null=True, blank=True)
    link_reason = models.CharField(max_length=40, blank=True)
    # A person said "not him" about this one call: no automatic link any more.
    unlinked = models.BooleanField(default=False)

    provisional = models.BooleanField(default=True)
    # Nearly every row has none: an index of all of them would be chosen, and be slow.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    started_at = models.DateTimeField(_("开始"), default=timezone.now)

    # From here on as the platform told; its words are translated at the edge, what we do not know is kept as it came.
    told_at = models.DateTimeField(null=True, blank=True)
    told_started_at = models.DateTimeField(null=True, blank=True)
    told_queued_at = models.DateTimeField(null=True, blank=True)
    told_rang_at = models.DateTimeField(null=True, blank=True)
    told_connected_at = models.DateTimeField(null=True, blank=True)
    told_ended_at = models.DateTimeField(null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)
    ivr_seconds = models.PositiveIntegerField(null=True, blank=True)
    # [{"key": "1", "label": "售后"}, …] in the order in which the caller pressed.
    ivr_path = models.JSONField(default=list, blank=True)
    call_type = models.CharField(max_length=20, blank=True)
    end_status = models.CharField(max_length=40, blank=True)
    # "customer", "agent" or "system".
    hung_up_by = models.CharField(max_length=10, blank=True)
    satisfaction = models.CharField(max_length=40, blank=True)
    remark = models.TextField(blank=True)
    skill_group = models.ForeignKey(
        "customers.SkillGroup",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="interactions",
        verbose_name=_("技能组"),
    )
    # Our own number that was called, or called from.
    line = models.ForeignKey(
        "customers.Endpoint",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
    )

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("联络记录")
        verbose_name_plural = _("联络记录")
        constraints = [
            models.UniqueConstraint(
                fields=["session_id", "channel_family"],
                condition=Q(session_id__isnull=False),
                name="interaction_session_once",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "-started_at", "-id"]),
            models.Index(fields=["endpoint", "-started_at", "-id"]),
            models.Index(fields=["-started_at", "-id"]),
            # What is still to come, or to be done: nearly every row leaves these soon.
            models.Index(
                fields=["started_at", "id"],
                condition=Q(told_at__isnull=True, merged_into__isnull=True),
                name="interaction_untold",
            ),
            models.Index(
                fields=["channel_family", "told_at"],
                condition=Q(told_at__isnull=False),
                name="interaction_told",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="interaction_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LegQuerySet(models.QuerySet["Leg"]):
    """Legs, seen through the eyes of a user."""

    def visible_to(self, user: Any) -> Self:
        """An agent's own legs; a supervisor sees all."""
        if is_supervisor(user):
            return self
        return self.filter(user=user) if roles_of(user) else self.none()

    def of_agent(self, user: Any) -> Self:
        """The legs that this user may write to: the own ones, whatever the role."""
        return self.filter(user=user) if roles_of(user) else self.none()


class Leg(models.Model):
    """One agent's part in an interaction. Times here are as seen by the pop; `told_*` are as the platform tells."""

    class State(models.TextChoices):
        """As its own agent sees it."""

        DIALLED = "dialled", _("已拨出")
        RINGING = "ringing", _("振铃中")
        CONNECTED = "connected", _("通话中")
        WRAP_UP = "wrap-up", _("待小结")
        MISSED = "missed", _("未接")
        CLOSED = "closed", _("已结束")

    class Ending(models.TextChoices):
        """Why a leg is where it is, when the state alone does not tell."""

        NONE = "", ""
        ELSEWHERE = "elsewhere", _("其他坐席已接听")
        WRAPPED_UP = "wrapped-up", _("已小结")
        NOT_DIALLED = "not-dialled", _("没拨")
        NO_ANSWER = "no-answer", pgettext_lazy("外呼", "未接")

    interaction = models.ForeignKey(Interaction, models.CASCADE, related_name="legs")
    sequence = models.PositiveSmallIntegerField(default=1)
    endpoint = models.ForeignKey(
        "customers.Endpoint", models.PROTECT, null=True, blank=True, related_name="legs"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="legs"
    )
    agent_email = models.CharField(_("坐席账号"), max_length=190, blank=True)
    # Set when the signed-in agent chose to record under a seat that is not the own one.
    recorded_despite = models.CharField(max_length=190, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RINGING)
    ending = models.CharField(max_length=12, choices=Ending, blank=True, default=Ending.NONE)
    provisional = models.BooleanField(default=False)

    started_at = models.DateTimeField(default=timezone.now)
    rang_at = models.DateTimeField(null=True, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_signal_at = models.DateTimeField(default=timezone.now)
    last_signal = models.CharField(max_length=64, blank=True)
    told_rang_at = models.DateTimeField(null=True, blank=True)
    told_connected_at = models.DateTimeField(null=True, blank=True)
    told_ended_at = models.DateTimeField(null=True, blank=True)
    # The place among the platform's own parts of the session, from 0.
    told_sequence = models.PositiveSmallIntegerField(null=True, blank=True)
    told_kind = models.CharField(max_length=24, blank=True)
    told_status = models.CharField(max_length=40, blank=True)
    told_record_id = models.CharField(max_length=64, blank=True)

    note = models.TextField(_("备注"), blank=True)
    note_version = models.PositiveIntegerField(default=0)
    # The tab that saved last: its own later text is no conflict, even when our answer to it was lost.
    note_tab = models.CharField(max_length=36, blank=True)
    note_saved_at = models.DateTimeField(null=True, blank=True)
    disposition = models.ForeignKey(
        Disposition, models.PROTECT, null=True, blank=True, related_name="legs"
    )
    ticket = models.CharField(_("单号"), max_length=60, blank=True)
    wrapped_up_at = models.DateTimeField(null=True, blank=True)
    # What this call was made for; nearly every leg has none.
    follow_up = models.ForeignKey(
        "customers.FollowUp",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="calls",
        verbose_name=_("待办"),
    )
    changed_at = models.DateTimeField(auto_now=True)

    # No column: whether this request asked already and the seat that the workbench named is its agent's own.
    is_own_seat = False

    objects = LegQuerySet.as_manager()

    class Meta:
        verbose_name = _("坐席段")
        verbose_name_plural = _("坐席段")
        constraints = [
            models.UniqueConstraint(fields=["interaction", "sequence"], name="leg_sequence_once")
        ]
        indexes = [
            models.Index(fields=["endpoint", "-last_signal_at"]),
            models.Index(fields=["user", "-last_signal_at"]),
            models.Index(
                fields=["follow_up"],
                condition=Q(follow_up__isnull=False),
                name="leg_of_follow_up",
            ),
            models.Index(
                fields=["started_at", "id"],
                condition=Q(state="wrap-up"),
                name="leg_to_wrap_up",
            ),
            models.Index(
                fields=["started_at", "id"],
                condition=Q(last_signal="", told_sequence__isnull=False),
                name="leg_never_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.interaction_id}/{self.sequence}"


class NoteConflict(models.Model):
    """A text that a second tab typed over an older version of the same note: kept until its agent settles it."""

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="conflicts")
    tab = models.CharField(max_length=36)
    text = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("备注冲突")
        verbose_name_plural = _("备注冲突")
        constraints = [models.UniqueConstraint(fields=["leg", "tab"], name="note_conflict_once")]


class LegChange(models.Model):
    """What a leg said before somebody changed its outcome, or its note after the wrap-up: append-only."""

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=20)
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("小结变更")
        verbose_name_plural = _("小结变更")
        ordering = ["at", "pk"]
