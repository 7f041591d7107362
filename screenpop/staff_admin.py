"""The admin's actions on accounts of the platform: looked at first, then done, with the outcome of each row."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.roles import is_administrator
from screenpop import staff_accounts
from screenpop.staff_accounts import NewStaff, Outcome
from screenpop.sync_words import error_text
from screenpop.tencent import missing_settings

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = object

MOST = 200


class StaffActions(_ModelAdmin):
    """For an admin page whose rows are people or seats: who may, and what the pages share."""

    def has_cloud_permission(self, request: HttpRequest) -> bool:
        """Administrators."""
        return is_administrator(request.user)

    def _page(
        self, request: HttpRequest, queryset: QuerySet[Any], context: dict[str, Any]
    ) -> HttpResponse:
        """The page before, or after the outcome."""
        return render(
            request,
            "admin/cloud_staff.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.model._meta,
                "missing": missing_settings(),
                "too_many": MOST if queryset.count() > MOST else 0,
                "most": MOST,
                "selected": list(queryset.values_list("pk", flat=True)[:MOST]),
                "action": request.POST.get("action", ""),
                **context,
            },
        )


def _ready(request: HttpRequest, queryset: QuerySet[Any]) -> bool:
    """Whether it was confirmed and can be done."""
    return "confirm" in request.POST and not missing_settings() and queryset.count() <= MOST


def _outcomes(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    return [{"outcome": one, "words": _words(one)} for one in outcomes]


def _words(outcome: Outcome) -> str:
    if outcome.done:
        return _("完成")
    return _("坐席在线，不能删除") if outcome.code == "StaffOnline" else error_text(outcome.code)


def problem_text(problem: str) -> str:
    """What is wrong with a row, and its mend."""
    texts = {
        "no-email": _("没有邮箱，请先在用户里填写"),
        "bad-email": _("邮箱写法不对"),
        "repeated": _("邮箱与前面的用户重复"),
        "inactive": _("用户已停用"),
        "seat-taken": _("这个坐席已绑定给别的用户"),
        "exists": _("TCCC 里已有这个账号"),
        "bad-number": _("工号只能有字母、数字和 - _，最多 20 个"),
        "bad-mobile": _("这不是号码"),
    }
    return texts.get(problem, "")


class CreateStaffMixin(StaffActions):
    """For people: an account of the platform for each."""

    @admin.action(description=gettext_lazy("在 TCCC 建立坐席账号"), permissions=["cloud"])
    def create_staff(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """First the rows with what is missing; confirmed, the outcome of each."""
        rows = staff_accounts.plan(queryset.order_by("username")[:MOST])
        if "confirm" in request.POST:
            for row in rows:
                number = request.POST.get(f"number-{row.user.pk}", "")
                staff_accounts.settle(row, number, request.POST.get(f"mobile-{row.user.pk}", ""))
        context: dict[str, Any] = {"title": _("在 TCCC 建立坐席账号"), "creating": True}
        ready = [row for row in rows if not row.problem]
        typed_wrong = any(row.problem in ("bad-number", "bad-mobile") for row in rows)
        if _ready(request, queryset) and ready and not typed_wrong:
            outcomes = staff_accounts.create(ready, send_password="send_password" in request.POST)
            skipped = [_line(row) for row in rows if row.problem]
            return self._page(
                request,
                queryset,
                {**context, "outcomes": _outcomes(outcomes), "skipped": skipped},
            )
        send = "confirm" not in request.POST or "send_password" in request.POST
        lines = {"rows": [_line(row) for row in rows], "ready": len(ready), "send_password": send}
        return self._page(request, queryset, {**context, **lines})


def _line(row: NewStaff) -> dict[str, Any]:
    return {"row": row, "problem": problem_text(row.problem)}


class DeleteStaffMixin(StaffActions):
    """For seats: their accounts of the platform deleted."""

    @admin.action(description=gettext_lazy("从 TCCC 删除坐席账号"), permissions=["cloud"])
    def delete_staff(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """First the seats; confirmed, the outcome of each. The seats themselves stay, switched off."""
        seats = list(queryset.select_related("user").order_by("email")[:MOST])
        context: dict[str, Any] = {"title": _("从 TCCC 删除坐席账号"), "creating": False}
        if _ready(request, queryset):
            outcomes = staff_accounts.delete([seat.email for seat in seats])
            return self._page(request, queryset, {**context, "outcomes": _outcomes(outcomes)})
        return self._page(request, queryset, {**context, "seats": seats, "ready": len(seats)})
