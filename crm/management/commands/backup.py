"""`backup [FILE]`: the whole database in one file, while everything goes on."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from crm.backup import back_up
from crm.backup_databases import BackupError
from crm.environment import VAR_DIR

_PREFIX = "screenpop-"


class Command(BaseCommand):
    """One file, whole or not at all."""

    help = "Writes the whole database to one file with a manifest, while the server runs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many to keep."""
        parser.add_argument(
            "file", nargs="?", type=Path, help="a new file, or a folder; default: var/backups"
        )
        parser.add_argument(
            "--keep", type=int, default=0, metavar="N", help="of that folder's backups keep the newest N"
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        """Write it, then forget the oldest."""
        target: Path = options["file"] or VAR_DIR / "backups"
        if options["file"] is None:
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_folder = _is_folder(target)
        if options["keep"] < 0 or (options["keep"] and not is_folder):
            raise CommandError(
                f"--keep N goes with a folder that is there, and N is not negative: {target}"
            )
        path = target
        if is_folder:
            path = target / f"{_PREFIX}{timezone.localtime():%Y%m%d-%H%M%S}.zip"
        try:
            manifest = back_up(path)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        rows = sum(manifest["counts"].values())
        self.stdout.write(f"{path}: {rows} rows, {path.stat().st_size} bytes")
        if options["keep"]:
            # Their names sort by time.
            for old in sorted(target.glob(f"{_PREFIX}????????-??????.zip"))[: -options["keep"]]:
                old.unlink()
                self.stdout.write(f"{old}: deleted")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        raise CommandError(
            f"{path}: this user may not look there. Name a folder that it may write to."
        ) from None
