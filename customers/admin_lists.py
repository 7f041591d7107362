"""The administrator's lists in Django's admin: outcomes, skill groups, changes of the do-not-call list."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from customers.admin_base import NumberColumn, ReadOnlyAdmin
from customers.models import Disposition, DoNotCallChange, SkillGroup

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


@admin.register(Disposition)
class DispositionAdmin(_ModelAdmin):
    """The coded outcomes."""

    list_display = [
        "name_zh",
        "name_en",
        "code",
        "parent",
        "direction",
        "position",
        "is_active",
    ]
    list_editable = ["position", "is_active"]
    list_select_related = ["parent"]
    list_filter = ["direction", "is_active", ("parent", admin.EmptyFieldListFilter)]
    search_fields = ["name_zh", "name_en", "code"]
    autocomplete_fields = ["parent"]
    filter_horizontal = ["skill_groups"]
    ordering = ["direction", "parent__position", "position", "pk"]
    list_per_page = 200


@admin.register(SkillGroup)
class SkillGroupAdmin(_ModelAdmin):
    """Who works on what together."""

    list_display = ["name", "platform_id", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "platform_id"]
    filter_horizontal = ["members"]


@admin.register(DoNotCallChange)
class DoNotCallChangeAdmin(ReadOnlyAdmin):
    """Who put a number on the do-not-call list, and who took it off."""

    list_select_related = ["by", "endpoint"]
    list_filter = ["added", "source", ("at", admin.DateFieldListFilter)]
    ordering = ["-pk"]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The number as this person may see it."""
        return ["at", NumberColumn(request.user, "endpoint"), "added", "reason", "source", "by"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_list_display(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_list_display(request)
