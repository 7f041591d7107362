"""Telephony in Django's admin: seats, wishes for seats, and the trail of events."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from customers.admin_base import NamesField, NumberColumn, ReadOnlyAdmin
from customers.roles import is_administrator
from screenpop.models import AgentSeat, DialRequest, PopEvent, Push, SeatRequest
from screenpop.push_admin import PushAdmin
from screenpop.seats import canonical_mobile, decide_request, is_left_marked, record_mobile
from screenpop.staff_admin import DeleteStaffMixin

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _SeatForm = forms.ModelForm[AgentSeat]
else:
    _ModelAdmin, _SeatForm = admin.ModelAdmin, forms.ModelForm

admin.site.register(Push, PushAdmin)

# Parameters that name a person: their values stand on an event's own page, not in the list.
PERSONAL = {"mobile", "userid", "nickname", "avatar", "agentmobile"}


class SeatForm(_SeatForm):
    """A seat as the hash will name it: e-mail in lower case, mobile canonical."""

    skill_groups = NamesField(label=_("技能组"))

    class Meta:
        model = AgentSeat
        fields = ["email", "user", "staff_number", "mobile", "skill_groups", "is_active"]

    def clean_email(self) -> str:
        """The workbench's spelling varies in case."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_mobile(self) -> str:
        """As numbers are compared."""
        raw = str(self.cleaned_data["mobile"]).strip()
        mobile = canonical_mobile(raw)
        if raw and not mobile:
            raise forms.ValidationError(gettext("这不是号码"))
        return mobile


@admin.register(AgentSeat)
class AgentSeatAdmin(DeleteStaffMixin, _ModelAdmin):
    """Seats of the workbench and who works on them."""

    form = SeatForm
    list_display = ["email", "user", "staff_number", "is_active"]
    list_select_related = ["user"]
    list_filter = ["is_active", ("user", admin.EmptyFieldListFilter)]
    search_fields = ["email", "staff_number"]
    search_help_text = _("按坐席账号或工号查找")
    autocomplete_fields = ["user"]
    ordering = ["email"]
    actions = ["delete_staff"]

    def save_model(self, request: HttpRequest, obj: AgentSeat, form: Any, change: bool) -> None:
        """An agent's own mobile becomes one of our own numbers."""
        if record_mobile(obj, obj.mobile):
            self._tell_of_mark(request)

    def delete_model(self, request: HttpRequest, obj: AgentSeat) -> None:
        """The number stays one of ours until somebody says otherwise."""
        super().delete_model(request, obj)
        if is_left_marked(obj.mobile):
            self._tell_of_mark(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AgentSeat]) -> None:
        """As for one."""
        mobiles = set(queryset.values_list("mobile", flat=True))
        super().delete_queryset(request, queryset)
        if any(is_left_marked(mobile) for mobile in mobiles):
            self._tell_of_mark(request)

    def _tell_of_mark(self, request: HttpRequest) -> None:
        text = gettext(
            "坐席原来的手机仍记为“本中心号码”，来电不会匹配客户；如果不再是本中心的号码，请在“号码与账号”中取消标记。"
        )
        messages.warning(request, text)


@admin.register(SeatRequest)
class SeatRequestAdmin(ReadOnlyAdmin):
    """Wishes to be bound to a seat: granted or refused, never edited."""

    list_display = ["email", "user", "holder", "asked_at", "granted", "decided_by", "decided_at"]
    list_select_related = ["user", "decided_by"]
    list_filter = [("granted", admin.EmptyFieldListFilter), "granted"]
    ordering = ["-pk"]
    actions = ["grant", "refuse"]

    @admin.display(description=_("此坐席现在属于"))
    def holder(self, request: SeatRequest) -> str:
        """Whom a grant would take the seat from."""
        seat = AgentSeat.objects.filter(email=request.email).select_related("user").first()
        return str(seat.user) if seat and seat.user else "–"

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Administrators decide."""
        return is_administrator(request.user)

    @admin.action(description=_("批准"), permissions=["decide"])
    def grant(self, request: HttpRequest, queryset: QuerySet[SeatRequest]) -> None:
        """Bind the seats to those who asked."""
        done = self._decide(request, queryset, granted=True)
        text = ngettext("已批准 %(n)d 个申请", "已批准 %(n)d 个申请", done)
        messages.success(request, text % {"n": done})

    @admin.action(description=_("拒绝"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[SeatRequest]) -> None:
        """Leave the seats as they are."""
        done = self._decide(request, queryset, granted=False)
        text = ngettext("已拒绝 %(n)d 个申请", "已拒绝 %(n)d 个申请", done)
        messages.success(request, text % {"n": done})

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[SeatRequest], *, granted: bool
    ) -> int:
        """Decide those that are open, the oldest first; what was decided stays."""
        waiting = list(queryset.filter(granted=None).select_related("user").order_by("pk"))
        for wish in waiting:
            decide_request(wish, granted, request.user)
        return len(waiting)


@admin.register(PopEvent)
class PopEventAdmin(ReadOnlyAdmin):
    """Each hash as the page saw it."""

    list_display = ["received_at", "user", "outcome", "trigger", "parameters", "sequence"]
    list_select_related = ["user"]
    list_filter = ["outcome", "trigger", ("received_at", admin.DateFieldListFilter)]
    ordering = ["-received_at", "-pk"]
    fields: ClassVar[list[Any]] = [
        "event_id", "user", "tab", "sequence", "trigger", "observed_at", "received_at", "all_pairs",
        "truncated", "sdk_app_id", "outcome", "leg",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that this person may see."""
        return PopEvent.objects.visible_to(request.user).order_by("-received_at", "-pk")

    @admin.display(description=_("参数"))
    def parameters(self, event: PopEvent) -> str:
        """Names and values; of what names a person the name only."""
        shown = [
            f"{name}=…" if name.strip().lower() in PERSONAL else f"{name}={value[:40]}"
            for name, value in event.pairs
        ]
        return " ".join(shown[:12])

    @admin.display(description=_("参数"))
    def all_pairs(self, event: PopEvent) -> str:
        """As received."""
        rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", event.pairs)
        return format_html("<table>{}</table>", rows)


@admin.register(DialRequest)
class DialRequestAdmin(ReadOnlyAdmin):
    """Who dialled whom about what."""

    list_display = ["asked_at", "user", "description", "despite_do_not_call"]
    list_select_related = ["user"]
    list_filter = ["despite_do_not_call", ("asked_at", admin.DateFieldListFilter)]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number that was dialled."""
        return super().get_queryset(request).select_related("user", "endpoint")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        number = NumberColumn(request.user, "endpoint")
        return [
            "asked_at",
            "user",
            number,
            "description",
            "about",
            "leg",
            "uui",
            "despite_do_not_call",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_fields(request, obj)
