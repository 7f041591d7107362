"""Our own copies of recordings, made by the worker before the cloud's copy goes.

The rows without a copy are the queue, so that a worker that was stopped goes on where it was; one recording is a few
megabytes, and is fetched anew from its beginning.
"""

import hashlib
import logging
import secrets
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.copy_words import FOR_GOOD
from customers.models import Recording
from screenpop import recording_store
from screenpop.audio_type import ending_for
from screenpop.recording_fetch import FetchError
from screenpop.recordings import NoSound, fetch
from screenpop.retry_pace import LEASE, next_try
from screenpop.worker_stop import Stop

_AT_ONCE = 20
# A tick is over after so many seconds: other tasks wait for it.
_TICK_SECONDS = 60.0
# As many failures as there never are: not tried again by itself.
GIVEN_UP = 9999
# For one recording; shorter than the lease.
_SECONDS = 600.0

log = logging.getLogger(__name__)


def copy_due(stop: Stop) -> int:
    """For the worker: copy what is to be kept, for about a minute; gives how many were copied.

    What cannot be had is tried until the cloud's copy goes: nobody else keeps it.
    """
    copied, began = 0, time.monotonic()
    for recording in due(timezone.now()):
        if stop.asked() or time.monotonic() - began > _TICK_SECONDS:
            break
        if _claim(recording):
            copied += copy(recording)
    return copied


def due(now: datetime) -> list[Recording]:
    """Some of the recordings whose turn it is: pinned ones first, then those that go soonest."""
    if settings.RECORDING_COPY == "off":
        return []
    found = list(_open(now).filter(pinned=True).order_by("recorded_at")[:_AT_ONCE])
    expiring = _open(now).filter(expires_at__gt=now).exclude(pk__in=[row.pk for row in found])
    if settings.RECORDING_COPY == "expiring":
        expiring = expiring.filter(
            expires_at__lt=now + timedelta(days=settings.RECORDING_COPY_DAYS)
        )
    return found + list(expiring.order_by("expires_at")[:_AT_ONCE])


def _open(now: datetime) -> QuerySet[Recording]:
    rows = Recording.objects.filter(copy_name="", copy_attempts__lt=GIVEN_UP)
    return rows.filter(Q(copy_after__isnull=True) | Q(copy_after__lte=now))


def _claim(recording: Recording) -> bool:
    """Have it alone for a while; of two workers one gets it."""
    until = timezone.now() + LEASE
    mine = Recording.objects.filter(pk=recording.pk, copy_name="", copy_after=recording.copy_after)
    taken = mine.update(copy_after=until) == 1
    recording.copy_after = until
    return taken


def copy(recording: Recording) -> bool:
    """Fetch a recording and store it, with size and digest. What goes wrong is written down; tells whether it went."""
    with tempfile.TemporaryFile() as whole:
        try:
            sound = fetch(recording, seconds=_SECONDS)
            size, digest = _take(sound.chunks(), whole)
        except (NoSound, FetchError) as fault:
            return _failed(recording, fault.code)
        if not size or (sound.total is not None and size != sound.total):
            return _failed(recording, "upstream")
        whole.seek(0)
        name = f"{recording.recorded_at:%Y/%m}/{recording.pk}-{secrets.token_hex(6)}.{ending_for(sound.kind)}"
        try:
            name = recording_store.save(name, whole)
        except Exception as error:  # noqa: BLE001 - each kind of store has errors of its own
            log.error("a copy could not be stored: %s", type(error).__name__)
            return _failed(recording, "store")
    kept = Recording.objects.filter(pk=recording.pk, copy_name="").update(
        copy_name=name,
        copied_at=timezone.now(),
        copy_size=size,
        copy_digest=digest,
        copy_error="",
        copy_attempts=0,
        copy_after=None,
    )
    if not kept:
        # Somebody was faster, or the recording is gone.
        recording_store.delete(name)
    return bool(kept)


def _take(chunks: Iterator[bytes], into: IO[bytes]) -> tuple[int, str]:
    """Bytes and SHA-256 of what was written."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        into.write(chunk)
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _failed(recording: Recording, code: str) -> bool:
    attempts = GIVEN_UP if code in FOR_GOOD else recording.copy_attempts + 1
    Recording.objects.filter(pk=recording.pk, copy_name="").update(
        copy_error=code, copy_attempts=attempts, copy_after=next_try(attempts, timezone.now())
    )
    return False
