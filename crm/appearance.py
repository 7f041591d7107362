"""What every template may ask for: the theme of whoever looks, and the centre's name and logo."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from customers.centre import CentreLook, current


def appearance(request: HttpRequest) -> dict[str, Any]:
    """`theme` ("light", "dark", "system") and `centre`, which is read only where a template asks for it."""
    centre: Callable[[], CentreLook] = current
    return {"theme": getattr(request, "theme", "light"), "centre": centre}
