"""The way from page to page, by role: a link stands there only for those whom its page lets in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.roles import is_administrator, is_supervisor, may_take_contacts


@dataclass(frozen=True, slots=True)
class Link:
    """One entry. `current` when the page at hand lies below it."""

    text: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Callable[[], list[Link]]]:
    """For templates: `navigation`, worked out only where a template asks for it."""
    return {"navigation": lambda: _links(request)}


def _links(request: HttpRequest) -> list[Link]:
    user = request.user
    pages = [
        (is_supervisor(user), _("客户"), reverse("customers")),
        (is_supervisor(user), _("对账"), reverse("reconciliation")),
        (may_take_contacts(user), _("弹屏"), reverse("pop")),
        (is_administrator(user), _("设置"), reverse("setup")),
        (settings.SIMULATOR and is_administrator(user), _("模拟器"), "/simulator/"),
        (user.is_authenticated and user.is_staff, _("管理"), reverse("admin:index")),
    ]
    return [
        Link(text, url, request.path.startswith(url)) for allowed, text, url in pages if allowed
    ]
