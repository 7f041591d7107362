"""What a local run tells the application: defaults that yield to whatever is set already."""

import errno
import ipaddress
import os
import socket
from collections.abc import Mapping

from deploy.problem import VAR, Problem, sqlite_url

ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


def local_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The real environment, completed. Empty counts as not set, NAME_FILE as NAME."""
    host = given.get("HOST") or "127.0.0.1"
    hosts = ["localhost", "127.0.0.1", "[::1]"]
    if host not in ANY_ADDRESS and host not in hosts:
        hosts.append(f"[{host}]" if ":" in host else host)
    defaults = {
        "HOST": host,
        "PORT": "8443",
        "LOCAL_RUN": "1",
        "SIMULATOR": "on",
        "DEBUG": "off",
        "ALLOWED_HOSTS": ",".join(hosts),
        "DATABASE_URL": sqlite_url(VAR / "db.sqlite3"),
        # A killed server's last lines must not sit in a buffer.
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }
    missing = {
        name: value
        for name, value in defaults.items()
        if not given.get(name) and not given.get(f"{name}_FILE")
    }
    return {**given, **missing}


def port_number(text: str) -> int:
    """PORT as a number a server can listen on."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise Problem(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Says now, in a sentence, what the server would say later in a traceback."""
    for address in addresses_to_try(host):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # As servers do: a port whose last connections are still fading away is free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = port + 1 if port < 65535 else 8444
                raise Problem(
                    f"Port {port} is in use by another program; "
                    f"stop it or run: make run PORT={other}"
                ) from None
            if address != host:
                continue  # the machine has no IPv6: nobody else can be listening there
            if error.errno == errno.EACCES:
                raise Problem(
                    f"Port {port} is reserved for root; choose another: make run PORT=8443"
                ) from None
            raise Problem(
                f"HOST={host} is no address of this machine ({error.strerror})."
            ) from None


def addresses_to_try(host: str) -> list[str]:
    """The address to serve, and ::1 beside 127.0.0.1: browsers try both for `localhost`."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise Problem(f"HOST must be an IP address such as 127.0.0.1, not {host!r}.") from None
    return [host, "::1"] if host == "127.0.0.1" else [host]


def reachable_address(host: str) -> str:
    """Where this machine itself finds the server."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def known_host(environment: Mapping[str, str]) -> str:
    """A Host header that the application accepts, for the question whether it is up."""
    for host in environment.get("ALLOWED_HOSTS", "").split(","):
        name = host.strip()
        if name and name != "*":
            return name.removeprefix(".")
    return "localhost"


def started_by_make() -> bool:
    """True under `make run`: then this program's parent is make itself, and it may end with it."""
    return "MAKELEVEL" in os.environ
