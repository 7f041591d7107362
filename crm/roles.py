"""Permissions of Django's admin, from the roles."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import F

from customers.roles import is_administrator, remember_roles

_OURS = {"crm", "customers", "screenpop", "axes"}
# Facts and trails are read, never edited, even by an administrator.
READ_ONLY = {
    "interaction",
    "leg",
    "popevent",
    "dialrequest",
    "push",
    "accesslog",
    "donotcallchange",
    "numbermention",
    "accessattempt",
}


class RoleBackend(ModelBackend):
    """Passwords as Django keeps them; permissions from the role, so a new model needs no row in a table."""

    def get_user(self, user_id: Any) -> Any:
        """The user of a session with their roles, in one query: every request asks for both."""
        users = get_user_model()._default_manager.filter(pk=user_id)
        rows = list(users.annotate(group=F("groups__name")))
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        remember_roles(rows[0], [row.group for row in rows])
        return rows[0]

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if super().has_perm(user_obj, perm, obj):
            return True
        app, _, code = perm.partition(".")
        verb, _, model = code.partition("_")
        if app not in _OURS or not is_administrator(user_obj):
            return False
        return verb == "view" if model in READ_ONLY else True

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return super().has_module_perms(user_obj, app_label) or (
            app_label in _OURS and is_administrator(user_obj)
        )
