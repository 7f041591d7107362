"""The pop's in-memory bearer, for browsers that keep no cookie inside a frame.

The token is signed, dated, bound to the user's sign-ins (a new password ends it) and lives in one JavaScript variable.
It also names the user's generation of bearers: signing out begins the next one, for whichever process reads the user.
On `/pop/` a valid one decides identity alone; as no browser attaches it by itself, no CSRF token is needed.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

SCHEME = "Pop "
_SALT = "screenpop.bearer"


def _is_pop(path: str) -> bool:
    return path.startswith("/pop/") and not path.startswith("/pop/sign-in/popup/")


def issue(user: Any) -> str:
    """A token for this user, good for POP_SESSION_AGE seconds."""
    return signing.dumps(claim_of(user), salt=_SALT)


def user_of(token: str) -> Any | None:
    """The active user whose token this is, or None."""
    try:
        claim = signing.loads(token, salt=_SALT, max_age=settings.POP_SESSION_AGE)
    except signing.BadSignature:
        return None
    return user_of_claim(claim)


def claim_of(user: Any) -> dict[str, Any]:
    """What a token says: whose it is, under which password, and of which generation of sign-ins."""
    return {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "generation": user.bearer_generation,
    }


def user_of_claim(claim: Any) -> Any | None:
    """The active user for whom a claim still stands, or None."""
    try:
        user = get_user_model().objects.get(pk=claim["user"], is_active=True)
    except (get_user_model().DoesNotExist, KeyError, TypeError):
        return None
    same = constant_time_compare(claim.get("hash", ""), user.get_session_auth_hash())
    return user if same and claim.get("generation") == user.bearer_generation else None


def end(request: HttpRequest) -> None:
    """Sign out whoever came with a bearer: all bearers of that user end, as one cookie ends for every tab."""
    user = getattr(request, "pop_bearer", None)
    if user is not None:
        user.end_bearers()


class BearerMiddleware:
    """Before the CSRF check: recognise the bearer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = request.headers.get("Authorization", "")
        if header.startswith(SCHEME) and _is_pop(request.path):
            user = user_of(header.removeprefix(SCHEME))
            if user is None:
                # Before the CSRF check, which would answer 403 and never ask for a new sign-in.
                message = _("请重新登录，内容不会丢失。")
                return JsonResponse({"error": "signed-out", "message": message}, status=401)
            request.pop_bearer = user  # type: ignore[attr-defined]
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)


class BearerUserMiddleware:
    """After the session's user is known: the bearer's user takes its place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "pop_bearer", None)
        if user is not None:
            request.user = user
        return self.get_response(request)
