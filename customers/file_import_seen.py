"""What earlier rows of the same file already named, so that one file never updates a customer twice.

Kept in a small file of its own beside the staged rows: a slice in another process goes on with it,
and it costs a slice the same at the end of a long file as at its beginning. A key is a short hash,
so that nothing personal stands in it.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from customers.file_import_rows import Entry

End = tuple[str, str]
_TABLE = "CREATE TABLE IF NOT EXISTS seen (key INTEGER PRIMARY KEY, row INTEGER NOT NULL)"
_AT_ONCE = 500


class Seen:
    """The first row of each own id and each end, as far as the rows of one slice ask for it."""

    def __init__(self, path: Path, entries: Sequence[Entry]) -> None:
        """Note these rows. Doing so again changes nothing: the first row of a key stays."""
        noted = [(key, entry.raw.number) for entry in entries for key in _keys(entry)]
        keys = list({key for key, _row in noted})
        self.rows: dict[int, int] = {}
        with closing(sqlite3.connect(path, timeout=20)) as store, store:
            # The file is worth nothing after a power cut; the dry run is done again then.
            store.execute("PRAGMA synchronous = OFF")
            store.execute(_TABLE)
            store.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", noted)
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                places = ",".join("?" * len(some))
                found = store.execute(f"SELECT key, row FROM seen WHERE key IN ({places})", some)  # noqa: S608
                self.rows.update(found)

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
    return int.from_bytes(digest, "little", signed=True)
