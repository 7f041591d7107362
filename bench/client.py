"""One browser tab, as far as a server can tell: a kept connection, a cookie, a CSRF token."""

import gzip
import http.client
import json
import ssl
import time
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import brotli

from bench.counting import HEADER

POP_COOKIE = "__Host-pop"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `size` is the body as it travelled."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    size: int
    milliseconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def queries(self) -> int:
        """Reads and writes, those of session and user among them."""
        return int((self.headers[HEADER] or "0 0").split()[0])

    @property
    def savepoints(self) -> int:
        """SAVEPOINT and RELEASE: round trips too, on PostgreSQL."""
        return int((self.headers[HEADER] or "0 0").split()[1])


class Client:
    """One kept HTTP/1.1 connection over TLS."""

    def __init__(self, port: int) -> None:
        self.origin = f"https://localhost:{port}"
        # The certificate was made for this run, by this run.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection(
            "localhost", port, timeout=60, context=context
        )
        self.cookie = ""
        self.token = ""
        # Headers of every request, beside those of a page.
        self.more: dict[str, str] = {}

    def reconnect(self) -> None:
        """Begin anew: a server ends a connection that lay idle while another site was prepared."""
        self.connection.close()

    def send(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        """One request; its time runs from the first byte sent to the last one read."""
        headers = {
            "Accept-Encoding": "gzip, deflate, br",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Origin": self.origin,
            "X-Pop-Tab": "bench",
            **self.more,
        }
        if body:
            headers["Content-Type"] = kind
        if self.cookie:
            headers["Cookie"] = f"{POP_COOKIE}={self.cookie}"
        if self.token:
            headers["X-CSRFToken"] = self.token
        began = time.perf_counter()
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        raw = response.read()
        spent = (time.perf_counter() - began) * 1000
        plain = _decoded(raw, response.headers.get("Content-Encoding", ""))
        return Answer(response.status, response.headers, plain, len(raw), spent)

    def get(self, path: str) -> Answer:
        """GET."""
        return self.send("GET", path, b"", "")

    def form(self, path: str, **fields: Any) -> Answer:
        """POST of a form."""
        return self.send(
            "POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded"
        )

    def json(self, path: str, body: Any) -> Answer:
        """POST of JSON."""
        return self.send("POST", path, json.dumps(body).encode(), "application/json")

    def sign_in(self, username: str, password: str) -> None:
        """As the form in the frame does it."""
        answer = self.form("/pop/sign-in/", username=username, password=password)
        assert answer.status == 200, (answer.status, answer.text[:300])
        cookies = answer.headers.get_all("Set-Cookie") or []
        pair = next(line for line in cookies if line.startswith(f"{POP_COOKIE}="))
        self.cookie = pair.partition(";")[0].partition("=")[2]
        self.token = json.loads(answer.body)["csrf"]


def _decoded(raw: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(raw)
    if encoding == "deflate":
        return zlib.decompress(raw)
    if encoding == "br":
        return bytes(brotli.decompress(raw))
    return raw
