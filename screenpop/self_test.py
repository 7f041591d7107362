"""What the server knows about why a pop may stay blank: its certificate, and whether its address is a private one."""

import ipaddress
import socket
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings


def server_facts(host: str, now: datetime) -> dict[str, Any]:
    """For the page's checks. `host` is the Host header, port and all."""
    name = host_name(host)
    return {
        "certificate": certificate_facts(str(getattr(settings, "TLS_CERT", "") or ""), now),
        "private": resolves_private(name),
    }


def certificate_facts(path: str, now: datetime) -> dict[str, Any] | None:
    """Days left and whether it vouches for itself; None when no file is named or it cannot be read.

    Only a file says this: a proxy in front of us may serve another certificate, which no script can see either.
    """
    if not path:
        return None
    try:
        leaf = x509.load_pem_x509_certificate(Path(path).read_bytes())
    except (OSError, ValueError):
        return None
    return {
        "days": (leaf.not_valid_after_utc - now.astimezone(UTC)).days,
        "self_signed": leaf.issuer == leaf.subject,
    }


def host_name(host: str) -> str:
    """The Host header without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def is_private(address: str) -> bool:
    """Whether a browser counts this address as local: loopback, link-local, private, or behind a carrier's NAT."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not ip.is_global


@lru_cache(maxsize=64)
def resolves_private(name: str) -> bool | None:
    """Whether the name leads to a private address; None when it leads nowhere from here.

    Remembered, as a name server that does not answer would hold up every self-test anew.
    """
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return any(is_private(str(address[4][0])) for address in found)
