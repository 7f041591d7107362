"""One path prefix, one trust level: who may frame a page, which session it has, which headers it carries.

Everything here goes by the path, in middleware, so that the 403, 404 and 500 pages of a surface carry its headers too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date

from crm.sessions import SessionStore
from screenpop.frames import allowed_parents

GetResponse = Callable[[HttpRequest], HttpResponse]

POP_COOKIE = "__Host-pop"


@dataclass(frozen=True, slots=True)
class Surface:
    """What a path prefix means. `session` names the session kind: "pop", "site" or "" for none."""

    name: str
    session: str = "site"
    framable: bool = False
    opener: str = "same-origin"
    # Whether pictures of other sites are shown.
    pictures: bool = False


SITE = Surface("site")
# The avatar of a WeChat customer lies on Tencent's hosts, which change; cards show their pictures.
POP = Surface("pop", session="pop", framable=True, pictures=True)
# The preview of a card, beside the form that it is written in.
CARDS = Surface("cards", pictures=True)
POPUP = Surface("popup", opener="unsafe-none")
TCCC = Surface("tccc", session="")
MONITOR = Surface("monitor", session="")
LOGO = Surface("logo", session="")
SIMULATOR = Surface("simulator", opener="unsafe-none")

# The longest prefix wins; a prefix stands for itself, with and without its slash, and for what lies below.
_PREFIXES = {
    "/pop": POP,
    "/pop/sign-in/popup": POPUP,
    "/centre/logo": LOGO,
    "/setup/messages": CARDS,
    "/tccc": TCCC,
    "/healthz": MONITOR,
    "/readyz": MONITOR,
    "/simulator": SIMULATOR,
}


def surface_of(path: str) -> Surface:
    """The surface that a path belongs to."""
    best = ""
    for prefix in _PREFIXES:
        if len(prefix) > len(best) and (path == prefix or path.startswith(prefix + "/")):
            best = prefix
    return _PREFIXES.get(best, SITE)


def content_security_policy(surface: Surface) -> str:
    """The strict policy: own scripts and styles only, nothing inline, nothing evaluated."""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data: https:" if surface.pictures else "'self' data:",
        "media-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    if surface.framable:
        directives["frame-ancestors"] = " ".join(allowed_parents()) or "'none'"
    if surface is SIMULATOR:
        directives["frame-src"] = " ".join(settings.SIMULATOR_ORIGINS)
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class HeadersMiddleware:
    """Set the headers of the surface on every answer, whoever made it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        surface = surface_of(request.path)
        response["Content-Security-Policy"] = content_security_policy(surface)
        response["Cross-Origin-Opener-Policy"] = surface.opener
        response.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if surface.framable:
            # The header cannot name two origins; frame-ancestors can.
            response.headers.pop("X-Frame-Options", None)
        else:
            response["X-Frame-Options"] = "DENY"
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response


class SurfaceSessionMiddleware(SessionMiddleware):
    """Give each surface its own session and cookie.

    The stock middleware reads one set of SESSION_COOKIE_* settings; the pop's cookie must be SameSite=None and
    Partitioned to exist at all inside another site's frame, every other one Lax.
    """

    def process_request(self, request: HttpRequest) -> None:
        kind = surface_of(request.path).session
        name = POP_COOKIE if kind == "pop" else settings.SESSION_COOKIE_NAME
        store = SessionStore(request.COOKIES.get(name) if kind else None)
        store.surface = kind or "none"
        request.session = store

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        kind = surface_of(request.path).session
        session: Any = getattr(request, "session", None)
        if not kind or session is None:
            return response
        name = POP_COOKIE if kind == "pop" else settings.SESSION_COOKIE_NAME
        if name in request.COOKIES and session.is_empty():
            _set_cookie(response, kind, name, "", 0)
            patch_vary_headers(response, ("Cookie",))
            return response
        if session.accessed:
            patch_vary_headers(response, ("Cookie",))
        if session.modified and not session.is_empty() and response.status_code != 500:
            try:
                session.save()
            except UpdateError:
                raise SessionInterrupted(
                    "The session ended while its request was answered."
                ) from None
            _set_cookie(response, kind, name, session.session_key, session.get_expiry_age())
        return response


def _set_cookie(response: HttpResponse, kind: str, name: str, value: str, age: int) -> None:
    """Set, or with age 0 delete, a session cookie. A deletion must repeat Partitioned or it deletes nothing."""
    cookies: SimpleCookie = response.cookies
    cookies[name] = value
    morsel = cookies[name]
    morsel["path"] = "/"
    morsel["secure"] = True
    morsel["httponly"] = True
    morsel["max-age"] = age
    morsel["samesite"] = "None" if kind == "pop" else "Lax"
    if not age:
        morsel["expires"] = http_date(0)
    if kind == "pop":
        morsel["partitioned"] = True
