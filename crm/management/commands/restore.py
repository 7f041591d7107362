"""`restore FILE`: a backup in the place of the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.backup import restore
from crm.backup_databases import BackupError


class Command(BaseCommand):
    """Checks first, then replaces the whole database."""

    help = "Puts a backup in the place of the database and brings it up to this version. Stop the service first."

    def add_arguments(self, parser: CommandParser) -> None:
        """From where, and whether rows may be lost."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="lose the rows that stand there")

    def handle(self, **options: Any) -> None:
        """Do it."""
        try:
            manifest = restore(options["file"], force=options["force"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        rows = sum(manifest["counts"].values())
        self.stdout.write(f"Restored: {rows} rows as of {manifest['taken_at']}.")
