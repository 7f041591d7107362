"""A store of recordings on loopback: real HTTP, ranges, redirects, links that run out, and faults on demand."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SOUND = bytes(range(256)) * 40


class QuietServer(ThreadingHTTPServer):
    """Readers that go away in the middle are part of the tests."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


class AudioServer:
    """What lies there by its path: bytes, a redirect (a str), or a fault ("403", "html", "cut", "drip", "deaf", …)."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self.faults: dict[str, str] = {}
        self.etag = '"first"'
        self.content_type = "audio/mpeg"
        # (path, Range header) of every request.
        self.asked: list[tuple[str, str]] = []
        self.released = threading.Event()
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()

    @property
    def host(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self._server.server_port}"

    def link(self, path: str, content: bytes | None = SOUND) -> str:
        """Put a file there; gives its address."""
        if content is not None:
            self.files[path] = content
        return f"http://{self.host}{path}"

    def close(self) -> None:
        """Let go of whoever hangs, and stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                store._answer(self)

            def log_message(self, *arguments: Any) -> None:
                """Quiet."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        wanted = handler.headers.get("Range", "")
        self.asked.append((handler.path, wanted))
        fault = self.faults.get(path, "")
        if fault == "hang":
            self.released.wait(30)
            handler.close_connection = True
        elif fault.isdecimal():
            self._send(handler, int(fault), b"<Error>secret</Error>", {"Content-Type": "text/xml"})
        elif fault == "html":
            self._send(handler, 200, b"<script>1</script>", {"Content-Type": "text/html"})
        elif path in self.redirects:
            self._send(handler, 302, b"", {"Location": self.redirects[path]})
        elif path not in self.files:
            self._send(handler, 404, b"", {})
        else:
            self._file(handler, self.files[path], "" if fault == "deaf" else wanted, fault)

    def _file(
        self, handler: BaseHTTPRequestHandler, content: bytes, wanted: str, fault: str
    ) -> None:
        headers = {
            "Content-Type": self.content_type,
            "ETag": self.etag,
            "x-cos-request-id": "vendor",
        }
        status, part = 200, content
        if fault == "untold":
            headers["Content-Type"] = "application/octet-stream"
        if wanted:
            first, last = wanted.removeprefix("bytes=").split("-")
            start = int(first) if first else max(len(content) - int(last), 0)
            end = min(int(last), len(content) - 1) if first and last else len(content) - 1
            if start >= len(content):
                self._send(handler, 416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            status, part = 206, content[start : end + 1]
            headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        if fault == "cut":
            headers["Content-Length"] = str(len(part))
            part = part[: len(part) // 2]
            handler.close_connection = True
        if fault == "drip":
            self._drip(handler, part, headers)
            return
        self._send(handler, status, part, headers)

    def _drip(self, handler: BaseHTTPRequestHandler, part: bytes, headers: dict[str, str]) -> None:
        """Byte by byte, never quite silent."""
        self._send(handler, 200, b"", headers | {"Content-Length": str(len(part))})
        for place in range(len(part)):
            if self.released.wait(0.02):
                break
            handler.wfile.write(part[place : place + 1])
        handler.close_connection = True

    def _send(
        self, handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]
    ) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
