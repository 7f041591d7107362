"""One push of a session at a time.

A record and a recording of one session share no row that both could lock: either may be the first. Nor do a record and
a pop that masks the number: these take the lock of the seat, records together, such a pop alone.
"""

import hashlib
from collections.abc import Iterable

from django.db import connection


def lock_session(family: str, session_id: str, seats: Iterable[str] = ()) -> None:
    """Wait for whoever else works on this session, until the transaction ends. Taken before any row's lock.

    `seats` are the e-mails that its record names; many records may have one seat at a time.
    """
    if connection.vendor == "postgresql":
        keys = [_key(family, session_id), *_keys_of(seats)]
        shared = ", pg_advisory_xact_lock_shared(%s)" * (len(keys) - 1)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock(%s){shared}", keys)


def lock_seats(seats: Iterable[str]) -> None:
    """Keep the records of these seats away until the transaction ends. Taken before any row's lock."""
    keys = _keys_of(seats)
    if keys and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(["pg_advisory_xact_lock(%s)"] * len(keys)), keys)


def try_lock_session(family: str, session_id: str) -> bool:
    """The same without waiting, for those who hold rows' locks already; False when somebody else has it.

    SQLite lets one transaction write at a time.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(family, session_id)])
        return bool(cursor.fetchone()[0])


def _keys_of(seats: Iterable[str]) -> list[int]:
    """In one order for everybody."""
    return sorted({_key("seat", email) for email in seats if email})


def _key(family: str, session_id: str) -> int:
    """A 64-bit number, as PostgreSQL's advisory locks want."""
    digest = hashlib.blake2b(f"{family}:{session_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
