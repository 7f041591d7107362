"""Signing in and out on the ordinary pages; the answer to too many wrong passwords."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from customers.roles import is_supervisor

sign_in = views.LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True)
sign_out = views.LogoutView.as_view()


def lockout_text() -> str:
    """What a locked-out person reads."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return _("密码错误次数过多，请 %(minutes)d 分钟后再试，或请管理员解锁。") % {"minutes": minutes}


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Ten wrong passwords lock one user at one address."""
    if request.path.startswith("/pop/") and not request.path.startswith("/pop/sign-in/popup/"):
        return JsonResponse({"error": "locked", "message": lockout_text()}, status=429)
    return render(request, "sign_in_locked.html", {"message": lockout_text()}, status=429)


def home(request: HttpRequest) -> HttpResponse:
    """The page after signing in: the list for supervisors, the pop for agents."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    return redirect("customers") if is_supervisor(request.user) else redirect("pop")
