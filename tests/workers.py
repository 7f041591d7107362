"""Several threads at once, each on its own connection, as several server workers are."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection, connections

PATIENCE = 60


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """The default database is that file, for this thread and those it starts."""
    before, settings = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**settings, "NAME": str(path)}
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"], connections.settings["default"] = before, settings


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an SQLite file with all tables stands, or will."""
    return tmp_path_factory.mktemp("workers") / "empty.sqlite3"


@pytest.fixture
def workers_database(transactional_db: None, empty_file: Path, tmp_path: Path) -> Iterator[None]:
    """A database that threads can share: SQLite's for tests, in memory, belongs to one connection."""
    if connection.vendor != "sqlite":
        yield
        return
    if not empty_file.exists():
        with in_file(empty_file):
            call_command("migrate", verbosity=0)
    copy = tmp_path / "workers.sqlite3"
    shutil.copy(empty_file, copy)
    with in_file(copy):
        yield


def together(jobs: Sequence[Callable[[], object]]) -> None:
    """Run the jobs in as many threads, started at one moment; fail with what went wrong in any."""
    gate = Barrier(len(jobs))
    errors: list[Exception] = []

    def work(job: Callable[[], object]) -> None:
        try:
            gate.wait(PATIENCE)
            job()
        except Exception as error:  # noqa: BLE001 - told below, in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=[job], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not [thread for thread in threads if thread.is_alive()], "stuck"
    assert errors == []
