"""What stands in the platform's JSON, read leniently: names in any case, numbers as texts and texts as numbers; pure.

Nothing here refuses: what makes no sense is "", None or an empty list.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from screenpop.hash_contract import clean

# Seconds of the years 2001 to 2100; a thousand times as much is milliseconds.
_EARLIEST = 978_307_200
_LATEST = 4_102_444_800
_LONGEST_SPAN = timedelta(days=30)


class Fields:
    """One object of a push. Of names that differ in case only, the first that says something counts."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._values: dict[str, Any] = {}
        for name, value in body.items():
            key = str(name).lower()
            if key not in self._values or self._values[key] in (None, "", [], {}):
                self._values[key] = value

    def has(self, name: str) -> bool:
        """Whether it stands there at all, and is not null."""
        return self._values.get(name.lower()) is not None

    def text(self, *names: str, most: int = 190) -> str:
        """The first of these that is not blank, without control characters, cut to `most` characters."""
        for name in names:
            if found := text_of(self._values.get(name.lower())):
                return found[:most]
        return ""

    def number(self, *names: str) -> int | None:
        """The first of these that is a whole number, not negative."""
        found = (number_of(self._values.get(name.lower())) for name in names)
        return next((value for value in found if value is not None), None)

    def seconds(self, *names: str) -> int | None:
        """A span in seconds; None for one that no call lasts."""
        value = self.number(*names)
        return value if value is not None and value <= _LONGEST_SPAN.total_seconds() else None

    def moment(self, *names: str) -> datetime | None:
        """The first of these that is a time; 0 is none."""
        found = (moment_of(self._values.get(name.lower())) for name in names)
        return next((value for value in found if value is not None), None)

    def object(self, name: str) -> "Fields":
        """An object that stands there, also as a text; an empty one for anything else."""
        value = _parsed(self._values.get(name.lower()))
        return Fields(value) if isinstance(value, Mapping) else Fields({})

    def items(self, name: str) -> list[Any]:
        """A list that stands there, also as a text; a lone value is a list of one."""
        value = _parsed(self._values.get(name.lower()))
        if isinstance(value, list):
            return value
        return [] if value in (None, "", {}) else [value]

    def objects(self, name: str) -> "list[Fields]":
        """The objects of a list."""
        return [Fields(one) for one in self.items(name) if isinstance(one, Mapping)]


def text_of(value: Any) -> str:
    """A text or a whole number as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else ""
    if isinstance(value, int) and abs(value) >= 10**40:
        return ""
    # A lone surrogate cannot be stored.
    return clean(str(value)).encode("utf-8", "replace").decode()


def number_of(value: Any) -> int | None:
    """A whole number from a number or its digits."""
    text = text_of(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def moment_of(value: Any) -> datetime | None:
    """A time from seconds, or milliseconds, since 1970."""
    number = number_of(value)
    if number is None:
        return None
    seconds = number / 1000 if number >= _EARLIEST * 1000 else number
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST <= seconds < _LATEST else None


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value
