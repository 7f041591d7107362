"""How the pop looks to somebody: what its page must know after a sign-in, as it is not loaded anew."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language_from_request


def language_for(request: HttpRequest, user: Any) -> str:
    """The language that this person's pages are painted in: the chosen one, or what the browser asks for."""
    return user.language or get_language_from_request(request)


def appearance_of(request: HttpRequest, user: Any) -> dict[str, str]:
    """The two choices ("" where none was made), and what they come to: `shown_theme` and `lang`."""
    return {
        "theme": user.theme,
        "language": user.language,
        "shown_theme": user.shown_theme,
        "lang": language_for(request, user),
    }
