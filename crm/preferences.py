"""Theme and language as each person chose them: on every page that is painted, and the pages where they are chosen."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as set_language_cookie

from crm.models import Theme, User
from crm.surfaces import surface_of
from customers.roles import ROLE_NAMES, ROLES, roles_of
from screenpop.appearance import appearance_of, language_for
from screenpop.views.access import agent_required, refusal


class PreferencesMiddleware:
    """Paints each answer in the theme and language of whoever is signed in, from the user that is read anyway.

    Strangers get the light theme and the language that their browser asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Where nobody signs in, asking who it is would cost a query.
        user: Any = request.user if surface_of(request.path).session else None
        if user is not None and user.is_authenticated:
            request.theme = user.shown_theme  # type: ignore[attr-defined]
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = translation.get_language() or user.language
        return self.get_response(request)


class PreferencesForm(forms.Form):
    """Either choice may be left out, and stays as it is; blank is a choice too."""

    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    language = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = User._meta.get_field("language").choices
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def save(self, user: User) -> None:
        """Keep what was chosen with the person."""
        given = [name for name in self.fields if name in self.data]
        for name in given:
            setattr(user, name, self.cleaned_data[name])
        user.save(update_fields=given)


@require_http_methods(["GET", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is, theme and language, the way to the password."""
    user: Any = request.user
    problem = ""
    if request.method == "POST":
        form = PreferencesForm(request.POST)
        if form.is_valid():
            form.save(user)
            with translation.override(language_for(request, user)):
                messages.success(request, _("已保存"))
            return redirect("account")
        problem = _("没有这个选项，请重新选择。")
    context = {
        "problem": problem,
        "roles": [ROLE_NAMES[role] for role in ROLES if role in roles_of(user)],
    }
    return render(request, "account.html", context, status=400 if problem else 200)


@require_POST
@login_required
def end_other_sign_ins(request: HttpRequest) -> HttpResponse:
    """End all sign-ins of this person but the one that asks, the pop's included."""
    user: Any = request.user
    user.end_sign_ins()
    update_session_auth_hash(request, user)
    messages.success(request, _("其他地方的登录都已结束。"))
    return redirect("account")


@require_POST
@agent_required
def pop_preferences(request: HttpRequest) -> HttpResponse:
    """The same choices inside the frame; the answer tells the page what to look like."""
    user: Any = request.user
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return refusal(400, "preferences", _("没有这个选项，请重新选择。"))
    form.save(user)
    return JsonResponse(appearance_of(request, user))


def set_language(request: HttpRequest) -> HttpResponse:
    """The button of the header: kept with the person, in a cookie for strangers."""
    user: Any = request.user
    if request.method == "POST" and user.is_authenticated:
        form = PreferencesForm({"language": request.POST.get("language", "")})
        if form.is_valid():
            form.save(user)
    return set_language_cookie(request)
