"""Where the sound of a recording comes from: our copy, the centre's own store, the platform's link, a fresh one."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from customers.models import Recording
from screenpop import recording_links, recording_store
from screenpop.byte_range import Wanted
from screenpop.recording_fetch import Fetched, FetchError, open_audio
from screenpop.tencent import TencentError, is_configured

# What no other source of the same recording makes good.
_FINAL = ("no-such-range", "too-large")


class NoSound(Exception):  # noqa: N818 - not a fault of the program
    """Why a recording cannot be heard: `code` as recording_words.py knows them; `total` as FetchError's."""

    def __init__(self, code: str, total: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.total = total


@dataclass(slots=True)
class Sound:
    """Bytes `start` to `end` of `total` (None: not told), of that type, ready to be read. Close it when it is not read.

    `mark` names the file's state: two answers with the same mark may be put together.
    """

    kind: str
    start: int
    end: int | None
    total: int | None
    mark: str
    chunks: Callable[[], Iterator[bytes]]
    close: Callable[[], object]


def open_sound(recording: Recording, wanted: Wanted | None, *, seconds: float = 60.0) -> Sound:
    """Open a recording, or a part of one, at the first source that has it. Raises NoSound."""
    if recording.copy_name:
        try:
            return _copy(recording, wanted)
        except recording_store.MissingError:
            # Somebody took the file away; the cloud may still have it.
            pass
    return _mark(recording, _fetch(recording, wanted, seconds))


def fetch(recording: Recording, *, seconds: float) -> Sound:
    """The whole recording from where it lies now, whatever copy there is. Raises NoSound."""
    return _mark(recording, _fetch(recording, None, seconds))


def _fetch(recording: Recording, wanted: Wanted | None, seconds: float) -> Fetched:
    """One source after the other; when all that is known has run out, the platform is asked for fresh links, once."""
    fault: FetchError | None = None
    tried: set[str] = set()
    fresh = recording.url if recording_links.is_fresh(recording, timezone.now()) else ""
    trouble = ""
    for links in ([recording.own_url, fresh], None):
        if links is None:
            trouble = _renew(recording)
            # Without a fresh link the old one is worth a try: those of older installations carry no signature.
            links = [recording.own_url, recording.url]
        for link in links:
            if not link or link in tried:
                continue
            tried.add(link)
            try:
                return open_audio(link, wanted, seconds=seconds)
            except FetchError as error:
                if error.code in _FINAL:
                    raise NoSound(error.code, error.total) from None
                fault = error if fault is None or fault.code == "gone" else fault
    raise NoSound(_why(recording, trouble, fault))


def _renew(recording: Recording) -> str:
    """Ask for fresh links; gives what stood in the way."""
    if not is_configured():
        return "not-configured"
    try:
        return "" if recording_links.renew(recording) else "no-link"
    except TencentError:
        return "cloud"


def _why(recording: Recording, trouble: str, fault: FetchError | None) -> str:
    """What a person should hear of it, the most telling first."""
    if fault is not None and fault.code != "gone":
        return fault.code
    if recording.expires_at and recording.expires_at < timezone.now():
        return "expired"
    if trouble == "no-link" and fault is None:
        return "not-yet"
    return trouble if trouble in ("not-configured", "cloud") else "gone"


def _mark(recording: Recording, fetched: Fetched) -> Sound:
    mark = ""
    if fetched.mark:
        # The store's own mark tells of the store: only that it is the same or another one is passed on.
        told = f"{recording.pk}:{fetched.mark}:{fetched.total}"
        mark = hashlib.sha256(told.encode()).hexdigest()[:24]
    return Sound(
        fetched.kind,
        fetched.start,
        fetched.end,
        fetched.total,
        mark,
        fetched.chunks,
        fetched.close,
    )


def _copy(recording: Recording, wanted: Wanted | None) -> Sound:
    total = recording.copy_size or 0
    span = (0, total - 1) if wanted is None else wanted.of(total)
    if span is None:
        raise NoSound("no-such-range", total)
    part: Any = recording_store.open_part(recording.copy_name, *span)
    return Sound(
        recording_store.kind_of(recording.copy_name),
        *span,
        total,
        recording.copy_digest[:24],
        lambda: recording_store.chunks_of(part, span[1] - span[0] + 1),
        part.close,
    )
