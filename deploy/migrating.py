"""Migrating the database of a local run, and knowing without Django when there is nothing to do.

Loading Django only to hear that no migration is missing would be a third of every start.
"""

import contextlib
import hashlib
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.problem import ROOT, VAR, sqlite_url
from deploy.processes import run_step

DATABASE_FILE = VAR / "db.sqlite3"
STAMP = VAR / "migrated"
PACKAGES = ("crm", "customers", "screenpop")


def manage(*arguments: str) -> list[str]:
    """A command line for manage.py."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def is_own(environment: Mapping[str, str]) -> bool:
    """True for the SQLite file in var/, which nobody else migrates."""
    return environment.get("DATABASE_URL") == sqlite_url(DATABASE_FILE)


def migrate(environment: Mapping[str, str]) -> None:
    """Does nothing when code, packages and the database's own record are as after the last time."""
    if is_own(environment) and STAMP.exists() and STAMP.read_text() == state():
        return
    run_step("Preparing the database", manage("migrate", "--verbosity", "0"), environment)
    if is_own(environment):
        STAMP.write_text(state())


def state() -> str:
    """Changes with any line of code, any package, and any migration applied or taken back."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    for app, name in applied(DATABASE_FILE):
        digest.update(f"{app}.{name} ".encode())
    return digest.hexdigest()


def applied(database: Path) -> list[tuple[str, str]]:
    """What the database itself says was applied; nothing when it cannot be asked."""
    if not database.exists():
        return []
    with contextlib.closing(sqlite3.connect(database)) as connection:
        try:
            return connection.execute(
                "SELECT app, name FROM django_migrations ORDER BY id"
            ).fetchall()
        except sqlite3.Error:
            return []
