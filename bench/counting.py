"""Counts a request's SQL statements and tells them in a header."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Bench-Statements"
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


class CountingMiddleware:
    """Outermost, so that the session's own statements are counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen: Counter[str] = Counter()

        def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            word = sql.lstrip().partition(" ")[0].upper()
            # BEGIN is a statement on SQLite and travels with the next one on PostgreSQL.
            seen["savepoints" if word in ("SAVEPOINT", "RELEASE") else "control"] += (
                word in _CONTROL
            )
            seen["queries"] += word not in _CONTROL
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response[HEADER] = f"{seen['queries']} {seen['savepoints']}"
        return response
