"""What the admin's pages share: pages that only read, long tables, names typed with commas."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import Endpoint
from customers.number_view import number_text

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _Paginator = Paginator[Any]
else:
    _ModelAdmin, _TabularInline, _Paginator = admin.ModelAdmin, admin.TabularInline, Paginator

_SEPARATORS = re.compile(r"[,，、;；\n]+")


class CappedPaginator(_Paginator):
    """Counts up to 10,000 rows and offers no page beyond: counting millions is slow."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        """How many rows the pages reach."""
        rows: Any = self.object_list
        return int(rows.order_by()[: self.most].count())


class LongTableAdmin(_ModelAdmin):
    """A page over a table that may hold millions of rows."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200


class ReadOnlyAdmin(LongTableAdmin):
    """Facts and trails: looked at by administrators, changed by nobody, not even a superuser."""

    actions: list[Any] | None = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class ReadOnlyInline(_TabularInline):
    """The same, as a part of another page."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@dataclass(frozen=True)
class NumberColumn:
    """A column or field of the admin that shows a row's number as the viewer may see it.

    The admin finds a read-only field by equality, so two of the same viewer are equal.
    """

    viewer: Any
    of: str = ""
    short_description = _("号码")
    __name__ = "number"

    def __call__(self, row: Any) -> str:
        """The number of the row, or of what its attribute `of` leads to."""
        endpoint: Endpoint | None = getattr(row, self.of, None) if self.of else row
        return number_text(endpoint, self.viewer) if endpoint and endpoint.pk else "–"


class NamesField(forms.CharField):
    """A list of short names, typed with commas between them; kept as a JSON list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", _("多个之间用逗号隔开"))
        kwargs.setdefault("widget", AdminTextInputWidget)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the box."""
        return gettext("，").join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """What is kept: each name once, in the order typed."""
        names = [name.strip() for name in _SEPARATORS.split(str(value or ""))]
        return list(dict.fromkeys(name for name in names if name))

    def validate(self, value: Any) -> None:
        """At most twenty names of at most forty characters."""
        if len(value) > 20 or any(len(name) > 40 for name in value):
            raise forms.ValidationError(gettext("最多 20 个，每个最多 40 字"))

    def run_validators(self, value: Any) -> None:
        """The stock ones are for text."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists, not the text."""
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))
