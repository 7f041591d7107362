"""WSGI entry point: `granian --interface wsgi crm.wsgi:application`."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's application. It writes Set-Cookie with a leading blank, which HTTP/2 does not allow in a value."""

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        clean = [(name, value.strip()) for name, value in headers]
        return (
            start_response(status, clean, exc_info) if exc_info else start_response(status, clean)
        )

    answer: Iterable[bytes] = _django(environ, start)
    return answer
