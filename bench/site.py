"""A whole site for a few minutes: a database of its own, seeded, and the real server in front of it."""

import contextlib
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.calls import Agent
from bench.client import Client
from deploy import postgres
from deploy.certificate import certificate_and_key
from deploy.problem import ROOT, Problem, sqlite_url
from deploy.processes import end, run_step
from deploy.server import Server

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, an agent signed in, the numbers that may ring, and the server's environment."""

    agent: Agent
    numbers: list[str]
    port: int
    password: str
    # User names of those who are not signed in yet.
    crowd: list[str]
    environment: dict[str, str]


@contextlib.contextmanager
def running(
    database: str, customers: int, interactions: int, numbers: int, crowd: int = 0
) -> Iterator[Site]:
    """Prepares all of it and takes all of it away."""
    with (
        TemporaryDirectory(prefix="screenpop-bench-") as folder,
        database_of(database, Path(folder)) as url,
    ):
        environment = environment_of(Path(folder), url)
        manage = [sys.executable, str(ROOT / "manage.py")]
        size = ["--customers", str(customers), "--interactions", str(interactions)]
        run_step("Migrating", [*manage, "migrate", "-v0"], environment)
        run_step("Seeding", [*manage, "seed_demo", *size], environment)
        run_step(
            "Collecting static files", [*manage, "collectstatic", "-v0", "--noinput"], environment
        )
        people = _people(Path(folder), environment, numbers)
        names = _crowd(Path(folder), environment, crowd) if crowd else []
        certificate, key = certificate_and_key({}, Path(folder) / "tls")
        server = Server(environment, certificate, key)
        try:
            server.wait_until_up()
            client = Client(int(environment["PORT"]))
            client.sign_in(people["agent"], environment["BENCH_PASSWORD"])
            agent = Agent(client, people["seat"])
            port, password = int(environment["PORT"]), environment["BENCH_PASSWORD"]
            yield Site(agent, people["numbers"], port, password, names, environment)
        finally:
            end(server.process)


def environment_of(folder: Path, url: str) -> dict[str, str]:
    """As in production; nothing of this machine's own settings gets in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": url,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOCAL_RUN": "off",
        "DEBUG": "off",
        "SIMULATOR": "off",
        "BENCH_STATIC_ROOT": str(folder / "static"),
        # In the environment, not among the arguments, which every user of the machine can read.
        "BENCH_PASSWORD": secrets.token_urlsafe(12),
        "TCCC_PUSH_USERNAME": "bench",
        "TCCC_PUSH_PASSWORD": secrets.token_urlsafe(12),
    }


def _people(folder: Path, environment: dict[str, str], numbers: int) -> dict[str, Any]:
    out = folder / "people.json"
    command = [sys.executable, "-m", "bench.sample", str(numbers), str(out)]
    run_step("Choosing numbers", command, environment)
    people: dict[str, Any] = json.loads(out.read_text())
    return people


def _crowd(folder: Path, environment: dict[str, str], count: int) -> list[str]:
    out = folder / "crowd.json"
    command = [sys.executable, "-m", "bench.crowd", str(count), str(out)]
    run_step("Hiring people", command, environment)
    names: list[str] = json.loads(out.read_text())
    return names


@contextlib.contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database, taken away afterwards."""
    if kind == "sqlite":
        yield sqlite_url(folder / "bench.sqlite3")
        return
    with postgres.database() as (url, reason):
        if not url:
            raise Problem(f"There is no PostgreSQL: {reason}")
        # TEST_DATABASE_URL may name a server that others use: nothing but a database of our own is written to.
        name = f"screenpop_bench_{os.getpid()}_{secrets.token_hex(3)}"
        with psycopg.connect(_libpq(url), autocommit=True) as connection:
            connection.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode()
            )
            try:
                yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _libpq(url: str) -> str:
    """Libpq knows `postgresql` and `postgres` only, Django's address may name other spellings."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))
