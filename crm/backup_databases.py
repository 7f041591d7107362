"""Whole databases to one file and back: SQLite by its online backup API, PostgreSQL by its own programs."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

# Filled by migrations: a database that holds nothing else is empty.
_BY_MIGRATIONS = {
    "auth_group",
    "auth_permission",
    "customers_disposition",
    "django_content_type",
    "django_session",
}


class BackupError(Exception):
    """Why it cannot be done, in words for whoever ran the command."""


def copy_to(data: Path) -> dict[str, int]:
    """Write the database as it is at one moment; gives the rows of each table. Raises BackupError."""
    return _copy_sqlite(data) if connection.vendor == "sqlite" else _dump_postgresql(data)


def fill_from(data: Path) -> None:
    """Put such a copy in the place of the whole database; raises BackupError, and then all is as it was."""
    if connection.vendor == "sqlite":
        _fill_sqlite(data)
    else:
        _fill_postgresql(data)


def rows_held(counts: dict[str, int]) -> int:
    """How many rows somebody made, of these counts."""
    return sum(n for table, n in counts.items() if table not in _BY_MIGRATIONS)


def count_rows() -> dict[str, int]:
    """How many rows each table of ours has."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        counts = {}
        for table in sorted(our_tables() & there):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT COUNT(*) FROM {name}")  # noqa: S608 - our own names
            counts[table] = int(cursor.fetchone()[0])
    return counts


def our_tables() -> set[str]:
    """The tables of this version's models."""
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


# --- SQLite -------------------------------------------------------------------------------------------------------


def _copy_sqlite(data: Path) -> dict[str, int]:
    """Through the online backup API: whoever writes meanwhile is waited for, and is not in the copy by half."""
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(data)) as copy:
        connection.connection.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        return _check_sqlite(copy)


def _check_sqlite(copy: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table of ours in a file that is sound. Raises BackupError."""
    try:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise BackupError("The copy of the database is damaged.")
        names = copy.execute("SELECT name FROM sqlite_master WHERE type='table'")
        there = {row[0] for row in names}
        return {
            table: int(copy.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - our own names
            for table in sorted(our_tables() & there)
        }
    except sqlite3.DatabaseError as error:
        raise BackupError(f"The copy of the database is damaged: {error}") from None


def _fill_sqlite(data: Path) -> None:
    """Over the database as it stands, in one transaction of SQLite's."""
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(data)) as copy:
        _check_sqlite(copy)
        copy.backup(connection.connection)
    connection.close()


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


def _program(name: str) -> str:
    """Where one of PostgreSQL's programs is; the newest of several. Raises BackupError."""
    if found := shutil.which(name):
        return found
    others = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if others:
        return str(others[-1])
    raise BackupError(
        f"{name} is not here: install PostgreSQL's client programs (apt install postgresql-client)."
    )


def _run(program: str, *arguments: str) -> None:
    """Run one of them on our database; the password stays out of the process table. Raises BackupError."""
    options = connection.settings_dict
    environment = {**os.environ, "PGDATABASE": str(options["NAME"])}
    for variable, key in (
        ("PGUSER", "USER"),
        ("PGPASSWORD", "PASSWORD"),
        ("PGHOST", "HOST"),
        ("PGPORT", "PORT"),
    ):
        if options.get(key):
            environment[variable] = str(options[key])
    for variable, key in (("PGSSLMODE", "sslmode"), ("PGSSLROOTCERT", "sslrootcert")):
        if value := options.get("OPTIONS", {}).get(key):
            environment[variable] = str(value)
    done = subprocess.run(  # noqa: S603 - our own list of arguments
        [program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        words = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupError(f"{Path(program).name}: {words}")


def _dump_postgresql(data: Path) -> dict[str, int]:
    """From one snapshot, in which the rows are counted too."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        _run(
            _program("pg_dump"),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={data}",
        )
        return count_rows()


def _fill_postgresql(data: Path) -> None:
    """In one transaction, with the dropping of what stands there: whole, or everything as it was."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    connection.close()
    names = ", ".join(connection.ops.quote_name(table) for table in tables)
    clear, fill = data.with_suffix(".clear.sql"), data.with_suffix(".fill.sql")
    clear.write_text(f"DROP TABLE {names} CASCADE;\n" if tables else "")
    _run(_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={fill}", str(data))
    script = ("--single-transaction", "--set=ON_ERROR_STOP=1", "--no-psqlrc", "--quiet")
    _run(_program("psql"), *script, f"--file={clear}", f"--file={fill}")
