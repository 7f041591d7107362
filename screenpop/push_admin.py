"""The inbox of pushes in Django's admin: read, and replayed."""

import json
from collections import Counter
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.admin_base import ReadOnlyAdmin
from customers.roles import is_administrator
from screenpop.models import Push
from screenpop.push import raw_bytes, reading_of, replay
from screenpop.push_body import as_text

ACTIONS = {
    "cdr": _("电话记录（cdr）"),
    "record": _("录音（record）"),
    "voicemail": _("语音信箱（voicemail）"),
    "imcdr": _("在线会话记录（imcdr）"),
}
_OTHER = "other"
# A page must open, however long the body.
_MOST_SHOWN = 100_000


class ActionFilter(admin.SimpleListFilter):
    """By the actions that are documented; looking for all that ever came would read the whole table."""

    title = _("类型")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The four, and all else."""
        return [*ACTIONS.items(), (_OTHER, pgettext_lazy("推送类型", "其他"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen action."""
        chosen = self.value()
        if chosen == _OTHER:
            return queryset.exclude(action__in=ACTIONS)
        return queryset.filter(action=chosen) if chosen in ACTIONS else queryset


class PushAdmin(ReadOnlyAdmin):
    """What the platform sent, as it came, and what became of it."""

    list_display = ["received_at", "type", "state", "reason", "attempts"]
    list_filter = ["state", ActionFilter, ("received_at", admin.DateFieldListFilter)]
    ordering = ["-received_at", "-pk"]
    actions = ["replay_chosen"]
    fields: ClassVar[list[Any]] = [
        "received_at", "type", "version", "push_uuid", "sdk_app_id", "session_id", "state", "error",
        "attempts", "applied_at", "size", "as_read", "as_received",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that this person may see."""
        seen = Push.objects.visible_to(request.user)
        # A list of fifty may hold fifty megabytes.
        return seen.defer("body", "raw").order_by("-received_at", "-pk")

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Administrators."""
        return is_administrator(request.user)

    @admin.display(description=_("类型"))
    def type(self, push: Push) -> str:
        """The action, in words where we know it."""
        return str(ACTIONS.get(push.action) or push.action or "–")

    @admin.display(description=_("原因"))
    def reason(self, push: Push) -> str:
        """The beginning of it."""
        return push.error if len(push.error) <= 80 else push.error[:79] + "…"

    @admin.display(description=_("大小"))
    def size(self, push: Push) -> str:
        """Of what is kept."""
        return gettext("%(n)d 字节") % {"n": len(raw_bytes(push))}

    @admin.display(description=_("读出的内容"))
    def as_read(self, push: Push) -> str:
        """The object in lines, or why there is none."""
        reading = reading_of(push)
        if reading.body is None:
            return reading.problem
        return _box(json.dumps(reading.body, ensure_ascii=False, indent=2), gettext("读出的内容"))

    @admin.display(description=_("原样"))
    def as_received(self, push: Push) -> str:
        """What was sent; what is no text is shown with � in its place."""
        return _box(as_text(raw_bytes(push)), gettext("原样"))

    @admin.action(description=_("重新处理"), permissions=["replay"])
    def replay_chosen(self, request: HttpRequest, queryset: QuerySet[Push]) -> None:
        """Apply them once more, the oldest first, and say what became of them."""
        became = Counter(replay(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        failed, busy = became.pop(Push.State.FAILED, 0), became.pop(None, 0)
        if done := became.total():
            text = ngettext("已重新处理 %(n)d 个推送", "已重新处理 %(n)d 个推送", done)
            messages.success(request, text % {"n": done})
        if failed:
            text = ngettext("%(n)d 个推送仍然失败", "%(n)d 个推送仍然失败", failed)
            messages.error(request, text % {"n": failed})
        if busy:
            text = ngettext("%(n)d 个推送正在处理", "%(n)d 个推送正在处理", busy)
            messages.warning(request, text % {"n": busy})


def _box(text: str, name: str) -> str:
    """In a box that wraps: the platform sends everything in one line. Browsers drop the first line end in it."""
    return format_html(
        '<textarea class="vLargeTextField" rows="{}" cols="40" aria-label="{}" readonly>\n{}</textarea>',
        min(max(text.count("\n") + 2, 6), 30),
        name,
        text[:_MOST_SHOWN],
    )
