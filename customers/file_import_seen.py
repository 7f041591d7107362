"""What earlier rows of the same file already named, so that one file never updates a customer twice.

Each key is kept as a short hash with the first row that had it: nothing personal, and quick to load.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path

from customers.file_import_rows import Entry

_RECORD = struct.Struct("<QI")
End = tuple[str, str]


class Seen:
    """The first row of each own id and each end. With a file it outlives the process."""

    def __init__(self, path: Path | None = None, *, before: int | None = None) -> None:
        """`before`: rows from here on were noted by a slice that did not come to its end."""
        self.path = path
        self.rows: dict[int, int] = {}
        self._fresh: list[tuple[int, int]] = []
        if path is not None and path.exists():
            data = path.read_bytes()
            whole = len(data) // _RECORD.size * _RECORD.size
            for key, row in _RECORD.iter_unpack(data[:whole]):
                if before is None or row < before:
                    self.rows.setdefault(key, row)

    def note(self, entry: Entry) -> None:
        """This row named these."""
        row = entry.raw.number
        for key in _keys(entry):
            if key not in self.rows:
                self.rows[key] = row
                self._fresh.append((key, row))

    def keep(self) -> None:
        """Write what is new to the file."""
        if self.path is None:
            return
        with self.path.open("ab") as file:
            # A record that was cut off by a crash would shift all that follow.
            os.ftruncate(file.fileno(), file.tell() // _RECORD.size * _RECORD.size)
            file.write(b"".join(_RECORD.pack(key, row) for key, row in self._fresh))
        self._fresh.clear()

    def own_id_before(self, entry: Entry) -> int | None:
        """An earlier row with the same own id."""
        return self._before(entry, _hash("own", entry.own_id)) if entry.own_id else None

    def end_before(self, entry: Entry, end: End) -> int | None:
        """An earlier row with this number or account."""
        return self._before(entry, _hash("end", *end))

    def namesake_before(self, entry: Entry, end: End) -> int | None:
        """An earlier row with this number or account and the same name."""
        return self._before(entry, _hash("name", *end, entry.name))

    def _before(self, entry: Entry, key: int) -> int | None:
        row = self.rows.get(key)
        return row if row is not None and row < entry.raw.number else None


def _keys(entry: Entry) -> Iterator[int]:
    if entry.own_id:
        yield _hash("own", entry.own_id)
    for end in entry.points:
        yield _hash("end", *end)
        yield _hash("name", *end, entry.name)


def _hash(*parts: str) -> int:
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
