"""Error pages that fit their surface: inside the frame they are framable, for machines they are plain."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from crm.surfaces import surface_of
from customers.centre import known


def _page(request: HttpRequest, status: int, title: str, mend: str) -> HttpResponse:
    if request.path.startswith(("/api/", "/tccc/")):
        return JsonResponse({"detail": title}, status=status)
    # Without the request: what a template reads of it (the user, messages) may be the very thing that failed.
    context = {
        "title": title,
        "mend": mend,
        "in_frame": surface_of(request.path).framable,
        "theme": getattr(request, "theme", "light"),
        "centre": known(),
    }
    return HttpResponse(render_to_string("error.html", context), status=status)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _page(request, 403, _("没有权限"), _("请用有权限的账号登录，或请管理员开通。"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return _page(
        request, 404, _("没有这个页面"), _("请检查地址；如果是弹屏，请对照接入说明里的地址。")
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(
        request,
        500,
        _("服务器出错"),
        _("刚才的操作可能没有保存，请稍后再试；如果一直这样，请联系管理员。"),
    )


def stale_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A CSRF token that is stale: answer with a fresh one, so that the page can try again without a reload."""
    response = _page(request, 403, _("页面已过期"), _("请再试一次。"))
    response["X-CSRFToken"] = get_token(request)
    return response
