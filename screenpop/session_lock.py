"""One push of a session at a time.

A record and a recording of one session share no row that both could lock: either may be the first.
"""

import hashlib

from django.db import connection


def lock_session(family: str, session_id: str) -> None:
    """Wait for whoever else works on this session, until the transaction ends. Taken before any row's lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(family, session_id)])


def try_lock_session(family: str, session_id: str) -> bool:
    """The same without waiting, for those who hold rows' locks already; False when somebody else has it.

    SQLite lets one transaction write at a time.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(family, session_id)])
        return bool(cursor.fetchone()[0])


def _key(family: str, session_id: str) -> int:
    """A 64-bit number, as PostgreSQL's advisory locks want."""
    digest = hashlib.blake2b(f"{family}:{session_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
