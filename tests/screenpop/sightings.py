"""Hashes as a page would report them, for tests of the session."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from screenpop.contact_session import Sighting, Taken, take

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
