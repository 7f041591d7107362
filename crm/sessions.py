"""Sessions that belong to one surface.

A pop session opens no other page and the other way round: the surface's name is stored in the session, and a key that
is presented on another surface is as good as none.
"""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A database session bound to `surface` ("site" or "pop")."""

    surface = "site"

    @classmethod
    def get_model_class(cls) -> Any:
        return super().get_model_class()

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        if data and data.get("_surface") != self.surface:
            self._session_key = None
            return {}
        return data

    def save(self, must_create: bool = False) -> None:
        # As the stock save() reads it: a new session starts from nothing, not from what its key might hold.
        self._get_session(no_load=must_create)["_surface"] = self.surface  # type: ignore[attr-defined]
        super().save(must_create=must_create)

    def get_session_cookie_age(self) -> int:
        """Seconds that a session of this surface lives."""
        return int(
            settings.POP_SESSION_AGE if self.surface == "pop" else settings.SESSION_COOKIE_AGE
        )
