"""What the addresses that the platform calls have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]

# Bytes: read at a time; beyond which nobody reads on; read of what nobody wanted.
CHUNK = 64 * 1024
MOST_READ = 256 * 1024 * 1024
_MOST_DRAINED = 2 * 1024 * 1024


def called_by_platform(words: Callable[[], str]) -> Callable[[View], View]:
    """For machines that POST, without a session. Whoever opens the address in a browser is told what it is for."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                answered = view(request, *args, **kwargs)
                _read_rest(request)
                return answered
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


def stream_of(request: HttpRequest) -> Any:
    """Where the body is read from.

    Django reads as many bytes as Content-Length says, so of a chunked body none; the server knows its end.
    """
    if not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated"):
        return request.META["wsgi.input"]
    return request


def _read_rest(request: HttpRequest) -> None:
    """Over HTTP/2 an answer is lost where the body was not read to its end, a refusal too."""
    stream, size = stream_of(request), 0
    try:
        while size < _MOST_DRAINED and (part := stream.read(CHUNK)):
            size += len(part)
    except OSError:
        return


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
