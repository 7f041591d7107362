"""Links that may go to a customer: only https, only to hosts that the administrator listed. Pure.

What is checked is what is sent: a link is taken apart, its host brought into one form, and put together again, so
that no browser can read another host out of it than we did.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

LONGEST_LINK = 500
LONGEST_HOST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# The labels of an address of numbers, in the ways that browsers read one: 10.0.0.1, 0x0a.1, 167772161.
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
# Letters that Python (IDNA 2003) and browsers (UTS 46) turn into different hosts.
_DEVIATING = frozenset("ßẞς\u200c\u200d")
# Under these anybody can have a name of his own: *.com.cn would mean the whole country.
_OPEN_SECOND = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
# An address inside a sentence: it ends at a blank, a quote or Chinese punctuation.
_IN_TEXT = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:[/\\]{2}|(?<![a-z0-9.-])www\.)"
    # The Chinese full stop ends an address, unless more of a host follows: browsers read it as a dot there.
    r"(?:[^\s<>\"'\u2018-\u201f\u3001-\u3003\u3008-\u3011\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f]|\u3002(?=[a-z0-9]))*",
    re.IGNORECASE,
)
# What belongs to the sentence rather than to the address at its end.
_SENTENCE_END = ".,;:!?)]}*~"


class LinkError(ValueError):
    """A link or host that cannot be used. `code`: a key of `message_words.LINK_PROBLEMS`, `host` what it speaks of."""

    def __init__(self, code: str, host: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.host = host


@dataclass(frozen=True, slots=True)
class Link:
    """A link taken apart. `host` is lower-case ASCII without its last dot; `port` is None for 443."""

    host: str
    port: int | None
    rest: str

    @property
    def place(self) -> str:
        """host or host:port, as the list of allowed hosts holds it."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def text(self) -> str:
        """The whole link, as it is sent."""
        return f"https://{self.place}{self.rest}"


def read_link(raw: str) -> Link:
    """Take a link apart. Raises LinkError: not https, a user name in it, a host that no browser reads as we do, …"""
    if len(raw) > LONGEST_LINK:
        raise LinkError("long")
    if "\\" in raw or not raw.isprintable() or " " in raw or "\u3000" in raw:
        raise LinkError("odd-characters")
    parts = _split(raw)
    if parts.scheme != "https":
        raise LinkError("not-https")
    if "@" in parts.netloc:
        raise LinkError("user-name")
    host, port = _host_and_port(parts)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return Link(host, port, path + query + fragment)


def _split(raw: str) -> SplitResult:
    try:
        return urlsplit(raw)
    except ValueError:
        raise LinkError("no-host") from None


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        port = parts.port
    except ValueError:
        raise LinkError("bad-port") from None
    if port == 0:
        raise LinkError("bad-port")
    return plain_host(parts.hostname or ""), None if port == 443 else port


def plain_host(raw: str) -> str:
    """A host in the one form that is compared: lower case, punycode, no last dot. Raises LinkError."""
    if not raw:
        raise LinkError("no-host")
    if _DEVIATING & set(raw):
        raise LinkError("bad-host", raw)
    try:
        host = raw.removesuffix(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise LinkError("bad-host", raw) from None
    labels = host.split(".")
    if len(labels) < 2 or len(host) > LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise LinkError("bad-host", raw)
    if _NUMBER.fullmatch(labels[-1]):
        raise LinkError("number-host", raw)
    return host


def read_host_rule(raw: str) -> str:
    """An entry of the list as it is kept: "shop.example.com", "*.example.com", "shop.example.com:8443".

    A whole https address may be given; its host counts. Raises LinkError.
    """
    text = raw.strip()
    if "://" in text:
        return read_link(text).place
    wild = text.startswith("*.")
    link = read_link(f"https://{text.removeprefix('*.')}")
    if link.rest != "/":
        raise LinkError("bad-host", text)
    if wild:
        labels = link.host.split(".")
        if len(labels) == 2 and labels[0] in _OPEN_SECOND and len(labels[1]) == 2:
            raise LinkError("too-wide", text)
    return f"*.{link.place}" if wild else link.place


def is_allowed(link: Link, rules: Collection[str]) -> bool:
    """Whether one of the rules names the link's host, or, as *.host, one above it. The port must be the same."""
    if link.place in rules:
        return True
    labels = link.place.split(".")
    return any(f"*.{'.'.join(labels[n:])}" in rules for n in range(1, len(labels) - 1))


def allowed_link(raw: str, rules: Collection[str]) -> str:
    """The link as it is sent. Raises LinkError, also for a host that is not listed."""
    link = read_link(raw)
    if not is_allowed(link, rules):
        raise LinkError("not-listed", link.place)
    return link.text


def links_in(text: str) -> Iterator[str]:
    """The addresses in a sentence, as a chat would make links of them; `www.` counts as https."""
    for found in _IN_TEXT.finditer(text):
        address = found[0].rstrip(_SENTENCE_END)
        yield f"https://{address}" if address[:4].lower() == "www." else address


def check_text(text: str, rules: Collection[str]) -> None:
    """Raises LinkError when an address in the text may not be sent."""
    for address in links_in(text):
        allowed_link(address, rules)


def check_values(value: Any, rules: Collection[str]) -> None:
    """The same for every text in a JSON value, however deep; names of members too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            check_text(one, rules)
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
