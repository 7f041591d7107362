"""Hashes as two agents' pages would report them, for tests of the session, and what became of them."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from customers.models import Interaction, Leg
from screenpop.contact_session import Sighting, Taken, take
from screenpop.models import PopEvent

STATUS = {"ring": "100", "answer": "200", "end": "400"}


class Page:
    """One tab of an agent's workbench. `at` is in seconds after `start`."""

    def __init__(self, user: Any, start: datetime | None = None) -> None:
        self.user = user
        self.tab = uuid.uuid4().hex
        self.sequence = 0
        self.start = start or timezone.now() - timedelta(hours=1)

    def sighting(self, at: float, pairs: list[list[str]], trigger: str = "hashchange") -> Sighting:
        """What the page saw, with its next sequence number."""
        self.sequence += 1
        seen = self.start + timedelta(seconds=at)
        return Sighting(uuid.uuid4().hex, self.tab, self.sequence, trigger, seen, pairs)

    def see(self, what: str, at: float = 0, number: str = "13800138000", **more: str) -> Taken:
        """A phone's hash: "ring", "answer" or "end"; `more` are other parameters."""
        pairs = [["mobile", number], ["status", STATUS[what]], ["type", "phone"]]
        return self.read(at, pairs + [[name, value] for name, value in more.items()])

    def read(self, at: float, pairs: list[list[str]], trigger: str = "hashchange") -> Taken:
        """Any hash."""
        return take(self.user, self.sighting(at, pairs, trigger))


def new_page(name: str) -> Page:
    """A page before an agent of that name."""
    return Page(get_user_model().objects.create_user(name))


def rows() -> list[tuple[str, int, int, str]]:
    """Who, which interaction (counted from 1), which sequence, which state."""
    calls = {
        pk: n
        for n, pk in enumerate(Interaction.objects.order_by("pk").values_list("pk", flat=True), 1)
    }
    return [
        (leg.user.username if leg.user else "", calls[leg.interaction_id], leg.sequence, leg.state)
        for leg in Leg.objects.select_related("user").order_by("pk")
    ]


def outcomes() -> list[str]:
    """What became of each event."""
    return list(PopEvent.objects.order_by("pk").values_list("outcome", flat=True))
