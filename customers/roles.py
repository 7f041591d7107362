"""Who may do what. Three roles, each a group of that name; a superuser is an administrator."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

AGENT = "agent"
SUPERVISOR = "supervisor"
ADMINISTRATOR = "administrator"
ROLES = (AGENT, SUPERVISOR, ADMINISTRATOR)
# The names that people know.
ROLE_NAMES = {AGENT: _("坐席"), SUPERVISOR: _("班长"), ADMINISTRATOR: _("管理员")}


def roles_of(user: Any) -> frozenset[str]:
    """The roles of a user, read once per request object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached: frozenset[str] | None = getattr(user, "_roles", None)
    if cached is None:
        cached = remember_roles(user, user.groups.values_list("name", flat=True))
    return cached


def remember_roles(user: Any, groups: Iterable[str]) -> frozenset[str]:
    """Keep the roles that a user has by these groups; for whoever has read the groups already."""
    roles = frozenset(groups) & frozenset(ROLES)
    if user.is_superuser:
        roles |= {ADMINISTRATOR}
    user._roles = roles
    return roles


def is_supervisor(user: Any) -> bool:
    """Supervisors and administrators see the whole centre."""
    return bool(roles_of(user) & {SUPERVISOR, ADMINISTRATOR})


def is_administrator(user: Any) -> bool:
    """Administrators set the centre up."""
    return ADMINISTRATOR in roles_of(user)


def may_take_contacts(user: Any) -> bool:
    """Whether the pop opens for this user: anybody with a role."""
    return bool(roles_of(user))
