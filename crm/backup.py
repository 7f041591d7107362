"""A copy of the whole database in one file, and the way back.

The file is a ZIP: `manifest.json`, and the data as SQLite's own copy or as pg_dump's custom format. It holds one moment
of a database that goes on working.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from crm.backup_databases import (
    BackupError,
    copy_to,
    count_rows,
    fill_from,
    our_tables,
    rows_held,
)

VERSION = 1
MANIFEST = "manifest.json"
_DATA = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CHUNK = 1024 * 1024


def back_up(path: Path) -> dict[str, Any]:
    """Write the copy to `path`, whole or not at all, readable by its owner only; gives the manifest."""
    name = _data_name()
    if path.exists():
        raise BackupError(f"{path} is there already.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=_folder_of(path)) as folder:
        data = Path(folder) / name
        counts = copy_to(data)
        manifest = {
            "version": VERSION,
            "database": connection.vendor,
            "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
            "counts": counts,
            "sha256": _digest_of(data),
            "bytes": data.stat().st_size,
        }
        draft = Path(folder) / "backup.zip"
        _pack(draft, data, manifest)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        # link() fails where somebody made the file meanwhile.
        try:
            os.link(draft, path)
        except FileExistsError:
            raise BackupError(f"{path} is there already.") from None
    return manifest


def _folder_of(path: Path) -> Path:
    folder = path.absolute().parent
    if not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.")
    return folder


def _data_name() -> str:
    name = _DATA.get(connection.vendor)
    if name is None:
        raise BackupError(f"No backup of {connection.vendor}: only of SQLite and PostgreSQL.")
    return name


def _pack(draft: Path, data: Path, manifest: dict[str, Any]) -> None:
    draft.touch(mode=0o600)
    # pg_dump's format is compressed already.
    method = zipfile.ZIP_DEFLATED if data.suffix == ".sqlite3" else zipfile.ZIP_STORED
    with zipfile.ZipFile(draft, "w", method) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.write(data, data.name)


def restore(path: Path, *, force: bool) -> dict[str, Any]:
    """Put the copy in the place of the database, bring it up to these migrations, count; gives the manifest.

    Nothing is touched before the file is known to be whole and to fit. `force`: onto a database that holds rows.
    """
    with tempfile.TemporaryDirectory(prefix="screenpop-restore-") as folder:
        manifest, data = _unpack(path, Path(folder))
        _check_fit(manifest)
        if not force and (held := rows_held(count_rows())):
            raise BackupError(
                f"The database holds {held} rows. Make an empty one, or say --force to lose them."
            )
        fill_from(data)
    counts = count_rows()
    # A table that this version has no longer is left to the migrations.
    told = {table: n for table, n in manifest["counts"].items() if table in our_tables()}
    wrong = [table for table, n in told.items() if counts.get(table, 0) != n]
    if wrong:
        raise BackupError(f"These tables have not the rows that they should: {', '.join(wrong)}.")
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _unpack(path: Path, folder: Path) -> tuple[dict[str, Any], Path]:
    """The manifest, and the data in a file of its own whose digest is right. Raises BackupError."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            data = folder / _DATA[manifest["database"]]
            with archive.open(data.name) as packed, data.open("wb") as file:
                shutil.copyfileobj(packed, file, _CHUNK)
    except FileNotFoundError:
        raise BackupError(f"There is no file {path}.") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as error:
        raise BackupError(f"{path} is no backup, or damaged: {type(error).__name__}.") from None
    if _digest_of(data) != manifest["sha256"]:
        raise BackupError(f"{path} is damaged: its digest does not fit.")
    return manifest, data


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest = json.loads(archive.read(MANIFEST))
        known = manifest["version"] == VERSION and manifest["database"] in _DATA
        whole = isinstance(manifest["migrations"], list) and isinstance(manifest["counts"], dict)
        whole = whole and isinstance(manifest["sha256"], str)
    except (ValueError, TypeError):
        known = whole = False
    if not (known and whole):
        raise BackupError("The backup's manifest cannot be read by this version.")
    return dict(manifest)


def _check_fit(manifest: dict[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"This is a backup of {manifest['database']}, the database here is {connection.vendor}."
            " Let DATABASE_URL lead to an empty one of the same kind."
        )
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {app for app, _name in loader.disk_migrations}
    missing = [
        f"{app}.{name}"
        for app, name in manifest["migrations"]
        if app in ours and (app, name) not in loader.disk_migrations
    ]
    if missing:
        raise BackupError(
            f"The backup is of a newer version: {', '.join(missing[:3])} is not known here."
        )


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
