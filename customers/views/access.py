"""Who may open the pages of this part."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from customers.roles import is_administrator, is_supervisor

View = Callable[..., HttpResponse]


def supervisor_required(view: View) -> View:
    """For supervisors and administrators. Strangers are asked to sign in, everybody else gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if "HX-Request" in request.headers:
                # A redirect would be followed and painted into a part of the page.
                return HttpResponse(headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
            return redirect_to_login(request.path, resolve_url(settings.LOGIN_URL))
        if not is_supervisor(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def administrator_required(view: View) -> View:
    """For administrators alone."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_administrator(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return supervisor_required(guarded)
