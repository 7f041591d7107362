"""What the addresses that the platform calls have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def called_by_platform(words: Callable[[], str]) -> Callable[[View], View]:
    """For machines that POST, without a session. Whoever opens the address in a browser is told what it is for."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            found = request.method in ("GET", "HEAD")
            said = HttpResponse(
                words() + "\n",
                content_type="text/plain; charset=utf-8",
                status=200 if found else 405,
            )
            if not found:
                said["Allow"] = "GET, HEAD, POST"
            return said

        return answer

    return decorate


def query_of(request: HttpRequest) -> dict[str, str]:
    """The address's parameters, also where ours already had some and the platform began with a second "?"."""
    text = request.META.get("QUERY_STRING", "").replace("?", "&")
    return {name.lower(): value for name, value in parse_qsl(text, keep_blank_values=True)}


def authorization_of(request: HttpRequest) -> str:
    """The header, "" when there is none."""
    return request.headers.get("Authorization", "")


def refused(body: dict[str, Any]) -> HttpResponse:
    """401, with the two ways to prove oneself."""
    answer = JsonResponse(body, status=401)
    answer["WWW-Authenticate"] = 'Basic realm="tccc", charset="UTF-8", Bearer realm="tccc"'
    return answer
