"""Replaces what is personal in a trace, character by character, so that the trace still behaves like the original.

The same number stays the same number in every way of writing it, two numbers stay two, a masked number still fits
its full one, equal tails stay equal: each character becomes another one of its kind, chosen by a secret key and by
what follows it.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

from customers import phone
from customers.phone import Category, Kind
from customers.regions import split_area
from screenpop.hash_contract import PARAMETERS

# From this many digits on a string of them may be somebody's number.
PERSONAL = 7

_KNOWN = {name.lower() for name in PARAMETERS}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"(https?)://(.+)", re.I | re.S)
_RUN = re.compile(rf"(\d{{{PERSONAL},}})")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_.-]{0,31}")
_LABELS = "转|轉|分机|分機|内线|手机|电话|座机|尾号|后四位|sips?|ext(?:ension|n)?|tel|x+"
_LABEL = re.compile(_LABELS, re.I)
_WORD = re.compile(rf"(?:{_LABELS})|[^\W\d_]+", re.I)


class Coincidence(Exception):  # noqa: N818 - no fault: this key is not good enough, another one will be
    """Something of the original would stand in the export by chance."""


class Veil:
    """Replaces what is personal, the same thing always by the same other thing."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._given: dict[tuple[str, str], str] = {}
        self._originals: set[str] = set()

    def pair(self, name: str, value: str) -> list[str]:
        """One name/value pair. Names that are no documented parameter may be a broken value's rest."""
        lower = name.strip().lower()
        plain = lower in _KNOWN or (bool(value) and _PLAIN_NAME.fullmatch(name))
        return [name if plain else self._once("text", name), self._value(lower, value)]

    def _value(self, name: str, value: str) -> str:
        if not value:
            return ""
        if name == "status" and re.fullmatch(r"[A-Za-z0-9]{1,6}", value):
            return value
        if name == "type" and re.fullmatch(r"[A-Za-z]{1,12}", value):
            return value
        if name == "agentroleid" and re.fullmatch(r"\d{1,6}", value):
            return value
        is_id = name in ("userid", "sdkappid") and _RUN.fullmatch(value.removeprefix("+"))
        if is_id or name in ("mobile", "agentmobile"):
            return self._once("number", value)
        return self._once("text", value)

    def _once(self, way: str, value: str) -> str:
        if _EMAIL.fullmatch(value.strip()):
            value = value.strip().lower()
        if (way, value) not in self._given:
            self._given[way, value] = self.number(value) if way == "number" else self.text(value)
        return self._given[way, value]

    def check(self) -> None:
        """Raise unless different things stayed different and no original number stands anywhere by chance."""
        for way in ("number", "text"):
            ours = [fake for (kind, _), fake in self._given.items() if kind == way]
            if len(set(ours)) < len(ours):
                raise Coincidence
        lengths = {len(digits) for digits in self._originals}
        for fake in self._given.values():
            for digits in (_digits(fake), *_RUN.findall(_ascii(fake))):
                for size in lengths:
                    if any(
                        digits[i : i + size] in self._originals
                        for i in range(len(digits) - size + 1)
                    ):
                        raise Coincidence

    def text(self, value: str) -> str:
        """Any text: letters by letters of their script, digits by digits; punctuation and damage stay."""
        if _EMAIL.fullmatch(value):
            return self._replace(value) + ".example"
        if url := _URL.fullmatch(value):
            # No host that may exist: a replay must not ask anybody for a picture.
            return f"{url[1]}://avatar.example/{self._replace(url[2])}"
        parts = _RUN.split(value)
        return "".join(self.number(p) if i % 2 else self._replace(p) for i, p in enumerate(parts))

    def number(self, value: str) -> str:
        """A number in the form it came in, its country, area and length kept; those of under seven digits stay."""
        read = phone.read(value)
        if read.kind is Kind.NONE and value.isascii() and not re.search(r"\d", value):
            return value
        if read.kind is Kind.MASKED:
            return self._words(self._masked(value, read))
        if read.kind is not Kind.PHONE or "/" in read.base:
            if _digits(value) == value:
                return self._put(value, {0: len(value)}, 0)
            return self._address(value) if "@" in value else self._several(value)
        core, everything = read.digits, _digits(value)
        if len(everything) < PERSONAL:
            return self._words(value)
        start = everything.rfind(core, 0, len(everything) - len(read.extension))
        rest = max(start, len(everything) - start - len(core))
        if start < 0 or rest >= PERSONAL or len(core) < PERSONAL:
            start, core = 0, everything
        self._originals |= {core, everything}
        return self._words(self._put(value, {start: start + len(core)}, _kept(read, core)))

    def _masked(self, value: str, read: phone.Number) -> str:
        """Head and tail of a masked number, each by itself."""
        head, tail = read.base.partition("*")[0], read.base.rpartition("*")[2]
        end = len(_digits(value)) - len(read.extension)
        first = max(0, end - len(tail) - len(head))
        kept = 3 if head.startswith("1") else len(head)
        # With its country code in front the head alone would already be a long string of digits.
        if first + kept >= PERSONAL or len(head) >= PERSONAL:
            kept = 0
        return self._put(value, {first: end - len(tail), end - len(tail): end}, kept)

    def _several(self, value: str) -> str:
        """Runs of digits one by one: two numbers in one cell, a number in a text."""
        parts = re.split(r"(\d+)", value)
        for index in range(1, len(parts), 2):
            run = parts[index]
            parts[index] = (
                self.number(run) if PERSONAL <= len(run) < len(value) else self._replace(run)
            )
        return "".join(p if i % 2 else self._replace(p) for i, p in enumerate(parts))

    def _address(self, value: str) -> str:
        scheme, sign, rest = (
            value.partition(":") if value.lower().startswith("sip") else ("", "", value)
        )
        return scheme + sign + self.text(rest)

    def _put(self, value: str, spans: dict[int, int], kept: int) -> str:
        """Replace the digits of `value` (counted without what stands between them) within the spans, `start: end`.

        The first `kept` digits of the first span stay.
        """
        digits = _digits(value)
        if len(digits) >= PERSONAL:
            self._originals.add(digits)
        fake = list(digits)
        for start, stop in spans.items():
            fake[start:stop] = self._replace(digits[start:stop], kept)
            kept = 0
        places = iter(fake)
        # In the numerals of the original: full-width ones stay full-width.
        return "".join(
            chr(ord(c) - unicodedata.decimal(c) + int(next(places))) if c.isdecimal() else c
            for c in value
        )

    def _words(self, value: str) -> str:
        """The words around a number: its usual labels stay, anything else may be a name."""
        return _WORD.sub(lambda m: m[0] if _LABEL.fullmatch(m[0]) else self._replace(m[0]), value)

    def _replace(self, text: str, kept: int = 0) -> str:
        """Character by character from the end, each by another of its alphabet; the first `kept` stay."""
        state = hashlib.blake2b(key=self._key, digest_size=8)
        out = []
        for index in range(len(text) - 1, -1, -1):
            character = text[index]
            alphabet, place = _alphabet(character)
            if index >= kept and len(alphabet) > 1:
                shift = 1 + int.from_bytes(state.copy().digest(), "big") % (len(alphabet) - 1)
                character = alphabet[(place + shift) % len(alphabet)]
            out.append(character)
            state.update(text[index].encode("utf-8", "surrogatepass") + b"\0")
        return "".join(reversed(out))


def _kept(read: phone.Number, core: str) -> int:
    """How many leading digits tell the kind and the place, but nobody's number."""
    if read.category is Category.MOBILE:
        return 3
    if read.category is Category.LANDLINE:
        return len(split_area(core)[0]) + 1
    if read.category in (Category.TOLL_FREE, Category.SERVICE):
        return 4
    return 1


def _ascii(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


@lru_cache(maxsize=1)
def _common_hanzi() -> str:
    """The 3,755 characters in daily use: the first level of GB 2312."""
    rows = (bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in rows)


@lru_cache(maxsize=8192)
def _alphabet(character: str) -> tuple[str, int]:
    """The characters that may stand in for this one, and its place among them; ("", 0) for what stays."""
    if character.isdecimal():
        value = unicodedata.decimal(character)
        return "".join(chr(ord(character) - value + n) for n in range(10)), value
    kind = unicodedata.category(character)[0]
    if kind not in "LNS" or character in "+*=<>|~^`$\ufffd":
        return "", 0
    common = _common_hanzi()
    if character in common:
        return common, common.index(character)
    page = ord(character) & ~63
    # Case is kept: an e-mail in lower case stays one.
    same = unicodedata.category(character)
    near = [chr(c) for c in range(page, page + 64) if unicodedata.category(chr(c)) == same]
    alphabet = "".join(c for c in near if c not in common)
    return alphabet, alphabet.index(character)
