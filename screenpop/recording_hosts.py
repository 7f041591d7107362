"""Which addresses recordings may be fetched from; pure."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
# What these hold is an IPv4 address in other clothes.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedError(Exception):
    """An address that is not fetched from: `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the parts of a checked address. `path` holds the query too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_target(url: str, hosts: Iterable[str], private: Iterable[str]) -> Target:
    """The parts of an address from which we may fetch. Raises RefusedError.

    `hosts`: names, or "*.domain" for every host below it. `private`: "host:port" pairs that are allowed as they stand.
    """
    if any(ord(letter) <= 32 or ord(letter) > 126 for letter in url):
        raise RefusedError("bad-address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("bad-address") from None
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in _PORTS or not host or parts.username or parts.password or "\\" in url:
        raise RefusedError("bad-address")
    port = _PORTS[parts.scheme] if port is None else port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, host, port, path)
    if is_named(target, private):
        return target
    # Another port of an allowed host may be another service of it.
    if port != _PORTS[parts.scheme] or not is_allowed(host, hosts):
        raise RefusedError("host-refused")
    return target


def is_named(target: Target, private: Iterable[str]) -> bool:
    """Whether exactly this host and port are named by the setting for private ones."""
    return f"{target.host}:{target.port}" in {one.lower() for one in private}


def is_allowed(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host's name is on the list."""
    for one in hosts:
        name = one.lower().rstrip(".")
        if name.startswith("*."):
            if host.endswith(name[1:]) and len(host) > len(name) - 1:
                return True
        elif host == name:
            return True
    return False


def is_public(address: Address) -> bool:
    """Whether an address lies in the open internet: not ours, not this machine's, no cloud's metadata service."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo:
            return False
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
