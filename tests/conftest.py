"""What every test may rely on: settings and a database of its own, and no way out."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import django
import pytest

# Before the settings are read. What the caller has set stays: that is how DATABASE_URL chooses the
# database.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123456789")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
os.environ.setdefault("SIMULATOR", "on")
os.environ.setdefault("LOCAL_RUN", "1")
django.setup()

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--only-database`: for the second round, on another database."""
    parser.addoption(
        "--only-database", action="store_true", help="leave out the tests that use no database"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what would tell nothing, and skips what this database cannot do."""
    from django.db import connection

    if config.getoption("--only-database"):
        pure = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if uses_database(item)]
    if connection.vendor != "postgresql":
        reason = pytest.mark.skip(reason="needs PostgreSQL")
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(reason)


def uses_database(item: pytest.Item) -> bool:
    """By marker, by fixture, or because it is one of Django's test cases with a database."""
    from django.test import TransactionTestCase

    test_class = getattr(item, "cls", None)
    return bool(
        item.get_closest_marker("django_db")
        or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        or (test_class and issubclass(test_class, TransactionTestCase))
    )


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Whatever language the test before left active, this one begins in the product's first."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def nothing_of_an_earlier_test() -> None:
    """A process keeps for some seconds what is set up; the database of another test had something else."""
    from customers import card_setup, centre
    from screenpop import number_mapping

    centre.forget()
    card_setup.forget()
    number_mapping.forget()


class NetworkBlockedError(RuntimeError):
    """Not an OSError: code that expects a poor network must not take this for one."""


def is_local(host: Any) -> bool:
    """Loopback addresses and the name that always means them."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Closes everything but loopback and unix sockets, names included."""
    real_getaddrinfo = socket.getaddrinfo

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            # The address stands last, for sendto too.
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(arguments[-1][0]):
                raise NetworkBlockedError(f"a test tried to reach {arguments[-1]}")
            return real(self, *arguments)

        return call

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not is_local(host):
            raise NetworkBlockedError(f"a test tried to look up {host}")
        return real_getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield
