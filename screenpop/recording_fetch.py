"""Fetches audio from a checked place: allowed hosts, public addresses, few redirects, bounded in time and size.

A host's name is resolved once, and the connection goes to the very address that was checked. No proxy is used: it would
resolve the name again, unchecked.
"""

import http.client
import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import certifi
from django.conf import settings

from screenpop.audio_type import audio_type
from screenpop.byte_range import Wanted, read_content_range
from screenpop.recording_hosts import RefusedError, Target, is_named, is_public, read_target

CONNECT_SECONDS = 5.0
# Between two bytes.
READ_SECONDS = 20.0
MOST_REDIRECTS = 3
CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
# What a signed link that has run out answers, and what a file that is gone does.
_GONE = (401, 403, 404, 410)

log = logging.getLogger(__name__)


class FetchError(Exception):
    """Why nothing was fetched. `code`: "gone", "host-refused", "private-address", "bad-address", "redirects",
    "upstream", "timeout", "not-audio", "too-large" or "no-such-range"; `total`: bytes, where the last one told it."""

    def __init__(self, code: str, total: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.total = total


@dataclass(slots=True)
class Fetched:
    """An answer whose bytes are still to be read: `start` to `end` of `total` bytes (None: not told).

    `partial`: the other side answered with a part. `mark` changes when the file does. Close it.
    """

    kind: str
    start: int
    end: int | None
    total: int | None
    partial: bool
    mark: str
    _answer: Any = None
    _connection: Any = None
    _deadline: float = 0.0
    _skip: int = 0
    closed: bool = field(default=False)

    def chunks(self) -> Iterator[bytes]:
        """The bytes. Raises FetchError when they end early, come too slowly or are too many."""
        left = None if self.end is None else self.end - self.start + 1
        most = settings.RECORDING_MAX_MB * 1_000_000
        try:
            self._pass_over()
            while left is None or left > 0:
                chunk = self._read(CHUNK if left is None else min(CHUNK, left))
                if not chunk:
                    if left:
                        raise FetchError("upstream")
                    return
                left = None if left is None else left - len(chunk)
                most -= len(chunk)
                if most < 0:
                    raise FetchError("too-large")
                yield chunk
        finally:
            self.close()

    def _pass_over(self) -> None:
        """The other side knows no ranges: what lies before the one that is wanted is read and dropped."""
        while self._skip > 0:
            chunk = self._read(min(CHUNK, self._skip))
            if not chunk:
                raise FetchError("upstream")
            self._skip -= len(chunk)

    def _read(self, size: int) -> bytes:
        if time.monotonic() > self._deadline:
            raise FetchError("timeout")
        try:
            # What is there, not all that was asked for: a store that drips would hold this thread for hours.
            found: bytes = self._answer.read1(size)
        except TimeoutError:
            raise FetchError("timeout") from None
        except (OSError, http.client.HTTPException):
            raise FetchError("upstream") from None
        return found

    def close(self) -> None:
        """Let go of the connection."""
        if not self.closed:
            self.closed = True
            self._connection.close()


def open_audio(url: str, wanted: Wanted | None, *, seconds: float = 60.0) -> Fetched:
    """Ask for a recording, or a part of one; the bytes are read from what comes back. Raises FetchError.

    `seconds` bounds the whole, the reading too.
    """
    deadline = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        target = _target(url)
        connection, answer = _ask(target, wanted, deadline)
        try:
            if answer.status not in _REDIRECTS:
                return _read_head(answer, connection, target, wanted, deadline)
            url = urljoin(url, answer.getheader("Location", ""))
        except BaseException:
            connection.close()
            raise
        connection.close()
    raise FetchError("redirects")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _target(url: str) -> Target:
    try:
        return read_target(url, settings.RECORDING_HOSTS, settings.RECORDING_ALLOW_PRIVATE)
    except RefusedError as refused:
        raise FetchError(refused.code) from None


def _checked_address(target: Target) -> str:
    """The address to connect to. Of a name with several, one that is not public refuses them all."""
    try:
        found = resolve(target.host, target.port)
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in found]
    except (OSError, UnicodeError, ValueError):
        raise FetchError("upstream") from None
    if not addresses:
        raise FetchError("upstream")
    named = is_named(target, settings.RECORDING_ALLOW_PRIVATE)
    if not named and not all(map(is_public, addresses)):
        # The name is the platform's, the address may be ours: neither belongs in a log with its path.
        log.warning("a recording's host has an address that is not public")
        raise FetchError("private-address")
    return str(addresses[0])


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _ask(target: Target, wanted: Wanted | None, deadline: float) -> tuple[Any, Any]:
    address = _checked_address(target)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=READ_SECONDS)
    if time.monotonic() > deadline:
        raise FetchError("timeout")
    try:
        plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
        plain.settimeout(READ_SECONDS)
        connection.sock = plain
        if target.scheme == "https":
            connection.sock = _trust().wrap_socket(plain, server_hostname=target.host)
        headers = {"Host": target.host_header, "Accept-Encoding": "identity", "Accept": "*/*"}
        if wanted is not None:
            headers["Range"] = wanted.header
        connection.request("GET", target.path, headers=headers)
        return connection, connection.getresponse()
    except TimeoutError:
        connection.close()
        raise FetchError("timeout") from None
    except (OSError, http.client.HTTPException):
        connection.close()
        raise FetchError("upstream") from None


def _read_head(
    answer: Any, connection: Any, target: Target, wanted: Wanted | None, deadline: float
) -> Fetched:
    """What an answer's head says. Raises FetchError."""
    if answer.status in _GONE:
        raise FetchError("gone")
    if answer.status == 416:
        total = answer.getheader("Content-Range", "").rpartition("/")[2]
        raise FetchError("no-such-range", int(total) if total.isdecimal() else None)
    if (
        answer.status not in (200, 206)
        or answer.getheader("Content-Encoding", "identity") != "identity"
    ):
        raise FetchError("upstream")
    kind = audio_type(answer.getheader("Content-Type", ""), target.path)
    if not kind:
        raise FetchError("not-audio")
    mark = answer.getheader("ETag", "") or answer.getheader("Last-Modified", "")
    start, end, total, skip = _extent(answer, wanted)
    if total is not None and total > settings.RECORDING_MAX_MB * 1_000_000:
        raise FetchError("too-large")
    partial = wanted is not None and total is not None
    return Fetched(kind, start, end, total, partial, mark, answer, connection, deadline, skip)


def _extent(answer: Any, wanted: Wanted | None) -> tuple[int, int | None, int | None, int]:
    """(first, last, total, bytes to drop) of an answer."""
    if answer.status == 206:
        told = read_content_range(answer.getheader("Content-Range", ""))
        if told is None or wanted is None or (wanted.suffix is None and told[0] != wanted.start):
            raise FetchError("upstream")
        return (*told, 0)
    length = answer.getheader("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    if total is None or wanted is None:
        return 0, None if total is None else total - 1, total, 0
    span = wanted.of(total)
    if span is None:
        raise FetchError("no-such-range", total)
    return (*span, total, span[0])
