"""`run_worker`: what is done by the clock, until SIGTERM or Ctrl+C."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from screenpop.tencent import missing_settings
from screenpop.worker import Stop, work


class Command(BaseCommand):
    """Runs beside the web server; several may run, each turn is taken by one of them."""

    help = "Fetches from the cloud API and applies waiting pushes, by the clock, until it is told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """Once, for a timer in place of a service."""
        parser.add_argument("--once", action="store_true", help="look once at what is due and end")

    def handle(self, **options: Any) -> None:
        """Work; ends between two steps of what is at hand."""
        stop = Stop()
        before = {
            number: signal.signal(number, lambda *_arguments: stop.ask())
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        if missing := missing_settings():
            self.stderr.write(f"The cloud API is not configured: {', '.join(missing)} not set.")
        self.stdout.write("The worker runs.")
        self.stdout.flush()
        try:
            work(stop, once=options["once"], tell=self.stderr.write)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.stdout.write("The worker has stopped.")
