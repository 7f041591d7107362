"""Copies in a bucket: what goes over the wire to a store that is not Amazon's."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.files.storage import storages

from crm import recordings
from screenpop import recording_store

SOUND = b"ID3" + bytes(range(256)) * 3


class Bucket:
    """An S3-compatible store on loopback that knows nothing of Amazon's own checksums."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                names = {name.lower() for name in self.headers}
                foreign = [name for name in names if "checksum" in name or "trailer" in name]
                if foreign or "aws-chunked" in self.headers.get("Content-Encoding", ""):
                    self.tell(400, b"")
                    return
                bucket.files[self.path] = body
                self.tell(200, b"")

            def do_HEAD(self) -> None:
                self.tell(200 if self.path in bucket.files else 404, b"")

            def do_GET(self) -> None:
                wanted = self.headers.get("Range", "")
                bucket.asked.append(wanted)
                if self.path not in bucket.files:
                    self.tell(404, b"")
                    return
                first, last = wanted.removeprefix("bytes=").split("-")
                self.tell(206, bucket.files[self.path][int(first) : int(last) + 1])

            def tell(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    made = Bucket()
    port = made.server.server_port
    for name, value in {
        "BUCKET": "calls", "ENDPOINT": f"http://127.0.0.1:{port}", "REGION": "ap-shanghai",
        "KEY_ID": "id", "KEY": "key", "PREFIX": "crm", "ADDRESSING": "path",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"RECORDING_S3_{name}", value)
    settings.STORAGES = settings.STORAGES | {"recordings": recordings.storage()}
    yield made
    storages["recordings"].connection.meta.client.close()  # type: ignore[attr-defined]
    made.server.shutdown()
    made.server.server_close()


def test_a_store_that_is_not_amazons_takes_and_gives_copies(bucket: Bucket) -> None:
    name = recording_store.save("2026/11/7-abc.mp3", io.BytesIO(SOUND))
    assert bucket.files == {"/calls/crm/2026/11/7-abc.mp3": SOUND}
    part = recording_store.open_part(name, 100, 299)
    assert b"".join(recording_store.chunks_of(part, 200)) == SOUND[100:300]
    assert bucket.asked == ["bytes=100-299"]


def test_a_copy_that_is_gone_is_missing(bucket: Bucket) -> None:
    with pytest.raises(recording_store.MissingError):
        recording_store.open_part("2026/11/none.mp3", 0, 1)
