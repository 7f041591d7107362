"""Customers in Django's admin.

Nothing is searched by number here: the admin's search stands in the address, and a number must not.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.admin_base import LongTableAdmin, NumberColumn, ReadOnlyAdmin, ReadOnlyInline
from customers.admin_forms import FLAGS, ContactPointForm, CustomerForm, NewEndpointForm
from customers.admin_lists import DispositionAdmin, DoNotCallChangeAdmin, SkillGroupAdmin
from customers.admin_search import by_name
from customers.do_not_call import register, remove
from customers.models import (
    AccessLog,
    ApiToken,
    ContactPoint,
    Customer,
    DoNotCallChange,
    Endpoint,
    FollowUp,
    Interaction,
    Leg,
)

# Those that stand in a module of their own are registered by being imported.
__all__ = ["DispositionAdmin", "DoNotCallChangeAdmin", "SkillGroupAdmin"]

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


class ContactPointInline(_TabularInline):
    """A customer's contact points; a new one is typed."""

    model = ContactPoint
    form = ContactPointForm
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With their endpoints."""
        return super().get_queryset(request).select_related("endpoint").order_by("pk")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was typed, and how it was read."""
        return ["kind", "raw", "label", NumberColumn(request.user, "endpoint"), "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """How it was read."""
        return [NumberColumn(request.user, "endpoint"), "source"]


@admin.register(Customer)
class CustomerAdmin(LongTableAdmin):
    """Customers and how they are reached."""

    form = CustomerForm
    inlines = [ContactPointInline]
    list_display = ["name", "company", "level", "owner", "updated_at"]
    list_select_related = ["owner"]
    list_filter = ["level"]
    ordering = ["-pk"]
    search_fields = ["name"]
    search_help_text = _(
        "按姓名、拼音、首字母或客户编号查找；按号码请到“客户”页面（/customers/）查找"
    )
    autocomplete_fields = ["owner"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The customers that this person may list."""
        return Customer.objects.listed_to(request.user).order_by("-pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By name only."""
        return by_name(queryset, search_term.strip()), False


@admin.register(Endpoint)
class EndpointAdmin(LongTableAdmin):
    """Numbers and accounts: their flags, and the way to note an own line."""

    list_filter = ["is_own_line", "is_shared", "do_not_call", "invalid", "kind"]
    ordering = ["-pk"]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The number as this person may see it."""
        return ["__str__", NumberColumn(request.user), *FLAGS]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A new one is typed; one that exists keeps its number."""
        if obj is None:
            # Not all its fields are the model's, so the admin could not build it.
            return NewEndpointForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The number, then the flags."""
        if obj is None:
            return ["kind", "raw", *FLAGS]
        return ["kind", NumberColumn(request.user), *FLAGS, "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Everything but the flags."""
        return [] if obj is None else ["kind", NumberColumn(request.user), "created_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What is said about calling goes through its own door, which keeps who said it."""
        wanted = obj.do_not_call
        obj.do_not_call = bool(form.initial.get("do_not_call")) if change else False
        super().save_model(request, obj, form, change)
        source = DoNotCallChange.Source.ADMIN
        if wanted:
            register(obj, request.user, reason="", source=source)
        else:
            remove(obj, request.user, reason="", source=source)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Contacts hang on it; what a number is said to be changes, the number stays."""
        return False


class LegInline(ReadOnlyInline):
    """Each agent's part."""

    model = Leg
    fields: ClassVar[list[Any]] = [
        "sequence", "user", "agent_email", "state", "ending", "rang_at", "connected_at", "ended_at",
        "disposition", "note",
    ]  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """In their order."""
        return (
            Leg.objects.visible_to(request.user)
            .select_related("user", "disposition")
            .order_by("sequence")
        )


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """What happened; facts are read."""

    inlines = [LegInline]
    list_select_related = ["customer"]
    list_display = ["__str__", "started_at", "direction", "channel", "customer", "provisional"]
    list_filter = ["direction", "channel_family", ("started_at", admin.DateFieldListFilter)]
    ordering = ["-started_at", "-pk"]
    search_fields = ["session_id__exact"]
    search_help_text = _("按会话编号（SessionId）查找")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that this person may see."""
        return (
            Interaction.objects.visible_to(request.user)
            .select_related("customer", "endpoint", "second_endpoint")
            .order_by("-started_at", "-pk")
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What we saw, then what the platform told."""
        return [
            "started_at", "direction", "channel", NumberColumn(request.user, "endpoint"),
            "nickname", "customer", "link_reason", "linked_by", "linked_at", "unlinked",
            "provisional", "session_id", "told_started_at", "told_ended_at", "end_status",
            "satisfaction",
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_fields(request, obj)


@admin.register(FollowUp)
class FollowUpAdmin(LongTableAdmin):
    """What we owe."""

    list_display = ["text", "kind", "customer", "owner", "due_at", "done_at"]
    list_display_links = ["text", "kind"]
    list_select_related = ["customer", "owner"]
    list_filter = [
        "kind",
        ("done_at", admin.EmptyFieldListFilter),
        ("due_at", admin.DateFieldListFilter),
    ]
    ordering = ["-pk"]
    fields: ClassVar[list[Any]] = [
        "kind", "customer", "endpoint", "leg", "owner", "group", "text", "due_at",
        "done_at",
    ]  # fmt: skip
    autocomplete_fields = ["customer", "owner"]
    raw_id_fields = ["endpoint", "leg"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those that this person may see."""
        return FollowUp.objects.visible_to(request.user).order_by("-pk")


@admin.register(ApiToken)
class ApiTokenAdmin(_ModelAdmin):
    """Machines' keys: shown once, when made."""

    list_display = ["name", "is_active", "created_by", "created_at", "last_used_at"]
    list_select_related = ["created_by"]
    readonly_fields = ["created_by", "created_at", "last_used_at"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a name is asked for."""
        return ["name", "is_active", *self.readonly_fields] if obj else ["name"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Make the key with the row; only its hash is kept."""
        if change:
            super().save_model(request, obj, form, change)
            return
        key, obj.key_hash = ApiToken.new_key()
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
        text = gettext("令牌（只显示这一次，请现在复制保存）：%(key)s") % {"key": key}
        messages.warning(request, text)


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who looked at what."""

    list_display = ["at", "user", "token", "action", "customer", "recording"]
    list_select_related = ["user", "token", "customer", "recording"]
    list_filter = ["action", ("at", admin.DateFieldListFilter)]
    ordering = ["-at", "-pk"]
    fields = ["at", "user", "token", "action", "customer", "endpoint", "recording"]
