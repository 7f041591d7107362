"""`manage.py seed_demo`: a centre's worth of invented customers and calls."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from screenpop.demo import cast, staff
from screenpop.demo.calendar import Calendar
from screenpop.demo.call_rows import Agent
from screenpop.demo.load_calls import load_calls
from screenpop.demo.load_cast import ensure_card_fields, ensure_cast, ensure_dispositions
from screenpop.demo.load_customers import load_customers
from screenpop.demo.messages import ensure_messages
from screenpop.demo.rows import Counter

AGENTS = 6
# From here on the database is told how its tables look now.
_WORTH_ANALYZING = 20_000


class Command(BaseCommand):
    """Adds what is missing up to the numbers asked for; a second run adds nothing."""

    help = "Fills the database with demo customers and 90 days of calls, up to the numbers given."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many of each, in all."""
        parser.add_argument("--customers", type=int, required=True, help="demo customers in all")
        parser.add_argument(
            "--interactions", type=int, required=True, help="calls and chats in all"
        )
        parser.add_argument("--agents", type=int, default=AGENTS, help="agents agent01, agent02 …")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, and say how fast."""
        if min(options["customers"], options["interactions"], options["agents"]) < 0:
            raise CommandError("Numbers of customers, interactions and agents cannot be negative.")
        began, now, counter = monotonic(), timezone.now(), Counter()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                # Indexes over a million rows do not fit into the usual two megabytes.
                cursor.execute("PRAGMA cache_size = -131072")
        users: dict[str, Any] = {}
        for colleague in (*staff.AGENTS, *staff.numbered_agents(options["agents"])):
            user, created = staff.ensure(colleague)
            users[colleague.username] = user
            counter.rows += 2 * created
        agents = [
            Agent(user.pk, user.seats.values_list("email", flat=True).first() or "")
            for user in users.values()
        ]
        outcomes = ensure_dispositions(counter)
        ensure_messages(counter)
        ensure_card_fields(counter)
        ensure_cast(counter, users, outcomes, now)
        told = sum(len(member.history) for member in cast.CAST)
        owners = [agent.pk for agent in agents]
        load_customers(options["customers"] - len(cast.CAST), counter, owners, now)
        calendar = Calendar(now, ZoneInfo(settings.TIME_ZONE))
        load_calls(options["interactions"] - told, counter, agents, outcomes, calendar)
        seconds = monotonic() - began
        if counter.rows >= _WORTH_ANALYZING:
            _analyze()
        self.stdout.write(
            f"{counter.rows} rows in {seconds:.1f} s, {counter.rows / seconds:.0f} rows/s"
        )


def _analyze() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
