"""The way to the lists of work, with what is due today."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from customers.follow_ups import MOST_COUNTED, count_due
from customers.roles import is_supervisor, roles_of

register = template.Library()


@register.inclusion_tag("customers/_follow_ups_navigation.html", takes_context=True)
def work_links(context: dict[str, Any]) -> dict[str, Any]:
    """The entries of the navigation for whoever has a role."""
    request = context["request"]
    user, path = request.user, request.path
    if not roles_of(user):
        return {}
    return {
        "follow_ups": True,
        "interactions": is_supervisor(user),
        "at_follow_ups": path.startswith(reverse("follow-ups")),
        "at_interactions": path.startswith(reverse("interactions")),
        "due": capped(count_due(user, timezone.now())),
    }


@register.filter
def capped(number: int) -> str:
    """A count as it is shown: 0 is nothing, and what was not counted to its end is "99+"."""
    if number >= MOST_COUNTED:
        return f"{MOST_COUNTED - 1}+"
    return str(number) if number else ""
