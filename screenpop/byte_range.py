"""The Range header of one request, read and bounded; pure (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)
_TOTAL = re.compile(r"\s*bytes\s+(?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: bytes `start` to `end`, both included (None: to the last one), or the last `suffix` ones."""

    start: int = 0
    end: int | None = None
    suffix: int | None = None

    def within(self, most: int) -> "Wanted":
        """The same, no longer than `most` bytes: an answer may hold less than was asked for."""
        if self.suffix is not None:
            return self
        last = self.start + most - 1
        return Wanted(self.start, last if self.end is None else min(self.end, last))

    @property
    def header(self) -> str:
        """As a Range header."""
        if self.suffix is not None:
            return f"bytes=-{self.suffix}"
        return f"bytes={self.start}-{'' if self.end is None else self.end}"

    def of(self, total: int) -> tuple[int, int] | None:
        """First and last byte of a whole of `total` bytes; None when nothing of it lies there."""
        if self.suffix is not None:
            return (max(total - self.suffix, 0), total - 1) if self.suffix and total else None
        if self.start >= total:
            return None
        return self.start, total - 1 if self.end is None else min(self.end, total - 1)


def read_range(header: str) -> Wanted | None:
    """What a Range header asks for; None for none, for several ranges, and for what cannot be read: then it is all."""
    found = _ONE.fullmatch(header)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        return Wanted(suffix=int(found[2]))
    start, end = int(found[1]), int(found[2]) if found[2] else None
    return None if end is not None and end < start else Wanted(start, end)


def read_content_range(header: str) -> tuple[int, int, int | None] | None:
    """(first, last, total) of a Content-Range header; total None where it is not told; None when it cannot be read."""
    found = _TOTAL.fullmatch(header)
    if not found or found[1] is None:
        return None
    start, end = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    if end < start or (total is not None and end >= total):
        return None
    return start, end, total
