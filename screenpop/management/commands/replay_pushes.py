"""`manage.py replay_pushes`: pushes that were stored and not applied, once more."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from screenpop.models import Push
from screenpop.push import replay

_SLICE = 200
_BUSY = "busy"


class Command(BaseCommand):
    """Replays in the order of arrival; what fails again stays, with its reason."""

    help = (
        "Applies stored pushes once more: those that failed and those that wait, or others by --state or --id. "
        "Applying the same push twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which ones."""
        parser.add_argument(
            "--state",
            action="append",
            choices=Push.State.values,
            help="only pushes in this state; may be given several times (default: failed and received)",
        )
        parser.add_argument(
            "--id",
            action="append",
            type=int,
            metavar="N",
            help="only this push, whatever its state",
        )
        parser.add_argument("--action", metavar="NAME", help="only this type, such as cdr")
        parser.add_argument(
            "--since",
            metavar="TIME",
            help="only those received since: 2026-01-31 or 2026-01-31T08:00",
        )
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, and say what became of how many."""
        chosen = chosen_pushes(options)
        asked = set(options["id"] or [])
        if missing := asked - set(Push.objects.filter(pk__in=asked).values_list("pk", flat=True)):
            raise CommandError(f"There is no push {', '.join(map(str, sorted(missing)))}.")
        if options["dry_run"]:
            states = Counter(chosen.values_list("state", flat=True).iterator())
            self._tell("would be replayed", states)
            return
        became: Counter[str] = Counter()
        for pk in _keys(chosen):
            became[replay(pk) or _BUSY] += 1
        self._tell("replayed", became)

    def _tell(self, what: str, counts: Counter[str]) -> None:
        self.stdout.write(f"{what}: {counts.total()}")
        for state, count in sorted(counts.items()):
            self.stdout.write(f"  {state}: {count}")


def chosen_pushes(options: dict[str, Any]) -> QuerySet[Push]:
    """The pushes that the options name."""
    chosen = Push.objects.all()
    if options["id"]:
        chosen = chosen.filter(pk__in=options["id"])
    if options["state"] or not options["id"]:
        chosen = chosen.filter(
            state__in=options["state"] or [Push.State.FAILED, Push.State.RECEIVED]
        )
    if options["action"]:
        chosen = chosen.filter(action=options["action"].strip().lower())
    if options["since"]:
        chosen = chosen.filter(received_at__gte=read_time(options["since"]))
    return chosen


def read_time(text: str) -> datetime:
    """A date or a time, in the centre's zone where it names none."""
    try:
        day = parse_date(text)
        time = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001
    except ValueError:
        time = None
    if time is None:
        raise CommandError(f"--since {text}: no date and no time, such as 2026-01-31T08:00.")
    return time if timezone.is_aware(time) else timezone.make_aware(time)


def _keys(chosen: QuerySet[Push]) -> Iterator[int]:
    """By key, slice by slice: replaying moves rows from one state to another while we walk."""
    last = 0
    while keys := list(
        chosen.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_SLICE]
    ):
        yield from keys
        last = keys[-1]
