"""`sync_tccc`: call records, seats, skill groups and lines from the cloud API, now."""

import signal
import sys
from datetime import datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from customers.roles import remember_roles
from screenpop.sync_models import SyncKind, SyncRun
from screenpop.sync_runs import BusyError, begin
from screenpop.sync_steps import KINDS, run_to_end
from screenpop.sync_words import change_lines, counts_text, error_text
from screenpop.tencent import missing_settings
from screenpop.worker import Stop

_BAR = 30
_SHOWN = 30


class Command(BaseCommand):
    """One run of each kind, in the order groups, seats, lines, records."""

    help = "Fetches call records, seats, skill groups and own lines from the cloud API."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, from when, and whether to write."""
        kinds = [str(kind) for kind in KINDS]
        parser.add_argument(
            "--only", action="append", choices=kinds, help="this kind alone; may be repeated"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show the differences, write nothing"
        )
        parser.add_argument(
            "--since",
            help="call records from this date or time on (2026-01-31, 2026-01-31T08:00); default: where the last run "
            "stopped, the first time 30 days ago; at most 179 days ago",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        """Run; the exit code is 1 when any kind failed."""
        if missing := missing_settings():
            raise CommandError(f"The cloud API is not configured: set {', '.join(missing)}.")
        since = self._since(options["since"])
        stop = Stop()
        before = {
            number: signal.signal(number, lambda *_arguments: stop.ask())
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            kinds = [kind for kind in KINDS if not options["only"] or kind in options["only"]]
            failed = [kind for kind in kinds if not self._run(kind, since, options, stop)]
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if failed:
            raise CommandError(f"Not finished: {', '.join(failed)}.")

    def _since(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        try:
            moment = parse_datetime(text)
            date = parse_date(text) if moment is None else None
        except ValueError:
            moment = date = None
        if moment is None and date is not None:
            moment = datetime.combine(date, time())
        if moment is None:
            raise CommandError(f"--since {text}: not a date or time such as 2026-01-31.")
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        if moment >= timezone.now():
            raise CommandError(f"--since {text}: this is not past.")
        return moment

    def _run(
        self, kind: SyncKind, since: datetime | None, options: dict[str, Any], stop: Stop
    ) -> bool:
        if stop.asked():
            return False
        since = since if kind == SyncKind.RECORDS else None
        try:
            run = begin(kind, dry_run=options["dry_run"], since=since)
        except BusyError as busy:
            self.stderr.write(f"{kind}: another run (#{busy.run.pk}) is going on.")
            return False
        run = run_to_end(run, going_on=lambda: not stop.asked(), tell=self._progress)
        if sys.stderr.isatty():
            self.stderr.write("", ending="\n")
        self._report(run)
        return run.state == SyncRun.State.DONE

    def _progress(self, run: SyncRun) -> None:
        """A bar on a terminal; nothing in a log."""
        if sys.stderr.isatty():
            full = _BAR * run.percent // 100
            bar = "█" * full + "░" * (_BAR - full)
            self.stderr.write(f"\r{run.kind:<8} {bar} {run.percent:3d} %", ending="")

    def _report(self, run: SyncRun) -> None:
        if run.dry_run:
            for line in change_lines(run, _operator())[:_SHOWN]:
                fields = "; ".join(f"{name}: {old} → {new}" for name, old, new in line["fields"])
                self.stdout.write(f"  {line['word']} {line['what']} {fields}".rstrip())
            if len(run.changes) > _SHOWN:
                self.stdout.write(f"  … {len(run.changes)}")
        words = counts_text(run.counts)
        dry = " (dry run, nothing was written)" if run.dry_run else ""
        self.stdout.write(f"{run.kind}: {run.get_state_display()}: {words}{dry}")
        if run.error_code:
            reason = " ".join(filter(None, [run.error_code, run.error_text, run.request_id]))
            self.stderr.write(f"{run.kind}: {error_text(run.error_code)} [{reason}]")


def _operator() -> Any:
    """Whoever has a shell on the server sees what an administrator sees."""
    user = get_user_model()(is_superuser=True)
    remember_roles(user, ())
    return user
