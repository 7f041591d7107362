"""Our own copies of recordings: in a folder, or in an S3-compatible store, whatever STORAGES["recordings"] is."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import storages

from screenpop.audio_type import audio_type

CHUNK = 64 * 1024


class MissingError(Exception):
    """The copy is not where it was put, or its store cannot be reached."""


def save(name: str, content: IO[bytes]) -> str:
    """Store a file; gives the name under which it lies. Raises whatever the store raises."""
    return str(storages["recordings"].save(name, File(content, name=PurePosixPath(name).name)))


def delete(name: str) -> None:
    """Take a file away."""
    storages["recordings"].delete(name)


def open_part(name: str, start: int, end: int) -> Any:
    """Something to read bytes `start` to `end` from, and to close. Raises MissingError."""
    store: Any = storages["recordings"]
    try:
        if hasattr(store, "bucket"):
            # Opened as a file, a store in the cloud would be read from its first byte to its last for every part.
            key = str(PurePosixPath(store.location) / name) if store.location else name
            answer = store.bucket.Object(key).get(Range=f"bytes={start}-{max(end, start)}")
            return answer["Body"]
        found = store.open(name, "rb")
        found.seek(start)
    except Exception as error:  # noqa: BLE001 - each kind of store has errors of its own
        raise MissingError(type(error).__name__) from None
    return found


def chunks_of(part: Any, length: int) -> Iterator[bytes]:
    """The bytes of a part."""
    try:
        while length > 0:
            chunk = part.read(min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
    finally:
        part.close()


def kind_of(name: str) -> str:
    """The type of a copy; its ending was chosen by us."""
    return audio_type("", name)
