"""Keeping the templates and the list of hosts: order, on and off, what a host that is taken away stops."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from screenpop.message_content import checked
from screenpop.message_links import LinkError, read_host_rule
from screenpop.message_models import LinkHost, MessageTemplate
from screenpop.message_sending import MOST_TEMPLATES, allowed_hosts
from screenpop.message_words import link_problem


class FullError(Exception):
    """There are as many templates as can be offered."""


def problem_of(template: MessageTemplate, hosts: Collection[str]) -> str:
    """Why nobody can send it, in words; "" when nothing is wrong with its links."""
    try:
        checked(template.content, hosts)
    except LinkError as error:
        return link_problem(error)
    return ""


@transaction.atomic
def save(template: MessageTemplate, user: Any) -> None:
    """Write a template that its form found right; a new one comes last. Raises FullError."""
    template.changed_by, template.changed_at = user, timezone.now()
    if template._state.adding:
        if MessageTemplate.objects.count() >= MOST_TEMPLATES:
            raise FullError
        last = MessageTemplate.objects.aggregate(last=Max("position"))["last"]
        template.position = (last or 0) + 1
        template.save()
        return
    fields = ["name", "title", "text", "picture", "link", "extension", "changed_by", "changed_at"]
    template.save(update_fields=fields)


@transaction.atomic
def move(template: MessageTemplate, step: int) -> None:
    """Change places with the active neighbour: -1 upwards, 1 downwards. At an end nothing happens."""
    rows = list(MessageTemplate.objects.select_for_update().filter(is_active=True))
    place = next((n for n, row in enumerate(rows) if row.pk == template.pk), None)
    if place is None or not 0 <= place + step < len(rows):
        return
    rows[place], rows[place + step] = rows[place + step], rows[place]
    moved = []
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position
            moved.append(row)
    MessageTemplate.objects.bulk_update(moved, ["position"])


def switch(template: MessageTemplate, user: Any, *, on: bool) -> None:
    """Offer it to agents, or no longer."""
    template.is_active, template.changed_by, template.changed_at = on, user, timezone.now()
    template.save(update_fields=["is_active", "changed_by", "changed_at"])


def add_host(raw: str, user: Any) -> tuple[LinkHost, bool]:
    """Allow a host; tells whether it is new. Raises LinkError."""
    host = read_host_rule(raw)
    return LinkHost.objects.get_or_create(host=host, defaults={"added_by": user})


def remove_host(host: LinkHost) -> int:
    """Allow it no longer; tells how many of the templates that are offered cannot be sent now."""
    before = _stopped()
    host.delete()
    return _stopped() - before


def _stopped() -> int:
    hosts = allowed_hosts()
    return sum(bool(problem_of(t, hosts)) for t in MessageTemplate.objects.filter(is_active=True))
