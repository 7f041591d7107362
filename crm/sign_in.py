"""Signing in and out on the ordinary pages; one-time passwords; the answer to too many wrong ones."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.surfaces import POPUP, surface_of
from customers.roles import is_supervisor

sign_in = views.LoginView.as_view(template_name="sign_in.html", redirect_authenticated_user=True)
sign_out = views.LogoutView.as_view()


class NewPasswordForm(PasswordChangeForm):
    """The old password, and a new one twice."""

    def clean(self) -> dict[str, Any]:
        """The new one is a new one: a one-time password that stays would be known to whoever gave it out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        new = cleaned.get("new_password1")
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password1", forms.ValidationError(_("新密码不能与原来的相同。")))
        return cleaned


class ChangePasswordView(views.PasswordChangeView):
    """Changing one's own password; with it a one-time password has done its work."""

    template_name = "change_password.html"
    form_class = NewPasswordForm

    def get_success_url(self) -> str:
        """Where the change is confirmed."""
        return reverse("password-changed")

    def form_valid(self, form: Any) -> HttpResponse:
        """Saving the form saves the whole user."""
        form.user.must_change_password = False
        return super().form_valid(form)


change_password = ChangePasswordView.as_view()


@login_required
def password_changed(request: HttpRequest) -> HttpResponse:
    """Says so, and where to go on."""
    return render(request, "password_changed.html")


class OneTimePasswordMiddleware:
    """Whoever has signed in with a one-time password gets to the page where it is changed, and nowhere else.

    Only on surfaces whose session is the ordinary one: the pop refuses such a sign-in by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        surface = surface_of(request.path)
        if surface.session == "site" and _must_change(request):
            return _to_change(request, in_popup=surface is POPUP)
        return self.get_response(request)


def _must_change(request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated or not user.must_change_password:
        return False
    open_to_all = ("change-password", "sign-out", "set_language")
    return request.path not in [reverse(name) for name in open_to_all]


def _to_change(request: HttpRequest, *, in_popup: bool) -> HttpResponse:
    url = reverse("change-password")
    if request.path.startswith("/api/") or (in_popup and request.method == "POST"):
        text = _("请先修改一次性密码。")
        return JsonResponse({"error": "change-password", "detail": text}, status=403)
    if "HX-Request" in request.headers:
        # A redirect would be followed and painted into a part of the page.
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


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
