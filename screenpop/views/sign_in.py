"""Signing in inside the frame, and by a pop-up window when the frame keeps no cookie."""

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from customers.roles import may_take_contacts
from screenpop import bearer, sign_in_codes
from screenpop.appearance import appearance_of
from screenpop.seats import claim_legs
from screenpop.views.access import agent_required, refusal

# In the session of the pop-up window, between the password and the code.
_FRESH = "pop-popup"


def _is_ours(request: HttpRequest) -> bool:
    """Whether the request was sent by a page of this very origin; every browser we support says so on a POST."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _change_first(request: HttpRequest) -> str:
    """A one-time password is changed on a page of its own: the frame has no room for the rules of passwords."""
    return _(
        "这是一次性密码。请先在浏览器里打开 %(url)s 登录一次，换成自己的密码，再回到这里登录。"
    ) % {"url": request.build_absolute_uri(reverse("sign-in"))}


@csrf_exempt
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in inside the frame. No CSRF token: it would need a session before there is one; the Origin is checked."""
    if not _is_ours(request):
        return refusal(403, "origin", _("请在弹屏页面内登录。"))
    user = authenticate(
        request,
        username=request.POST.get("username", "").strip()[:150],
        password=request.POST.get("password", ""),
    )
    if user is None:
        return refusal(400, "wrong", _("用户名或密码不对。"))
    if not may_take_contacts(user):
        return refusal(403, "no-role", _("您的账号还没有坐席权限，请联系管理员。"))
    if user.must_change_password:
        return refusal(403, "change-password", _change_first(request))
    login(request, user)
    claim_legs(user)
    answer = {"name": user.shown_name, "csrf": get_token(request)}
    return JsonResponse(answer | appearance_of(request, user))


@require_POST
@agent_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and remove its cookie; where there is none, end the bearer."""
    bearer.end(request)
    logout(request)
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def popup(request: HttpRequest) -> HttpResponse:
    """The pop-up window: a first-party page with an ordinary sign-in.

    It always asks for the password: on a shared computer the window may hold the session of the agent before.
    """
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        was_signed_in = request.user.is_authenticated
        login(request, form.get_user())
        request.session[_FRESH] = "keep" if was_signed_in else "end"
        return redirect("pop-popup")
    fresh = request.user.is_authenticated and _FRESH in request.session
    allowed = fresh and may_take_contacts(request.user)
    context = {"form": form, "fresh": fresh, "allowed": allowed}
    return render(request, "pop/popup.html", context, status=400 if form.errors else 200)


@require_POST
def popup_code(request: HttpRequest) -> HttpResponse:
    """Give the pop-up window a one-time code for the challenge of the frame that opened it, right after a sign-in."""
    fresh = request.session.pop(_FRESH, "") if request.user.is_authenticated else ""
    if not fresh:
        return refusal(403, "stale", _("请在这个窗口里重新登录。"))
    if not may_take_contacts(request.user):
        return refusal(403, "no-role", _("您的账号还没有坐席权限，请联系管理员。"))
    code = sign_in_codes.make(request.user, request.POST.get("challenge", ""))
    if fresh == "end":
        # Only the code was wanted: a session nobody knows of would stay behind.
        logout(request)
    if code is None:
        return refusal(400, "challenge", _("登录窗口不是由弹屏页面打开的。"))
    return JsonResponse({"code": code})


@csrf_exempt
@require_POST
def exchange(request: HttpRequest) -> HttpResponse:
    """Swap a code and its verifier for a bearer that the frame keeps in memory. No cookie is needed."""
    if not _is_ours(request):
        return refusal(403, "origin", _("请在弹屏页面内登录。"))
    user = sign_in_codes.redeem(request.POST.get("code", ""), request.POST.get("verifier", ""))
    if user is None or not may_take_contacts(user) or user.must_change_password:
        return refusal(400, "code", _("登录码已失效，请再登录一次。"))
    claim_legs(user)
    answer = {"token": bearer.issue(user), "name": user.shown_name}
    return JsonResponse(answer | appearance_of(request, user))
