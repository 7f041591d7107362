"""A real server with its own database, and a workbench page on another site."""

import http.server
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORKBENCH_HOST = "workbench.example"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The server under test: granian with two workers, TLS, SQLite in a file."""

    def __init__(self, directory: Path, certificate: tuple[Path, Path], workbench: str) -> None:
        self.directory = directory
        self.certificate = certificate
        self.port = free_port()
        self.origin = f"https://localhost:{self.port}"
        self.database = directory / "browser.sqlite3"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "browser-tests-browser-tests-browser-tests-0123456789",
            "LOCAL_RUN": "1",
            "SIMULATOR": "on",
            "PORT": str(self.port),
            "RELEASE": "morning",
            "SETUP_KEPT_SECONDS": "0",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "TCCC_FRAME_ANCESTORS": f"https://tccc.qcloud.com {workbench}",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "crm.settings",
        }

    def prepare(self) -> None:
        """Migrate and fill the database."""
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("tests/browser/people.py")

    def run(self, *command: str) -> None:
        """Run Python with the server's environment."""
        subprocess.run([sys.executable, *command], cwd=ROOT, env=self.environment, check=True)

    def start(self) -> None:
        """Start and wait until it answers."""
        certificate, key = self.certificate
        with (self.directory / "server.log").open("ab") as log:
            self.process = self._launch(certificate, key, log)
        self.wait()

    def _launch(self, certificate: Path, key: Path, log: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "crm.wsgi:application"),
                *("--host", "127.0.0.1", "--port", str(self.port), "--workers", "2"),
                *("--blocking-threads", "1", "--no-access-log", "--workers-kill-timeout", "2"),
                *("--ssl-certificate", str(certificate), "--ssl-keyfile", str(key)),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until /healthz answers."""
        trust = ssl.create_default_context(cafile=str(self.certificate[0]))
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{self.origin}/healthz", timeout=2, context=trust):
                    return
            except OSError:
                if time.monotonic() > deadline or (
                    self.process and self.process.poll() is not None
                ):
                    log = (self.directory / "server.log").read_text(errors="replace")[-3000:]
                    raise RuntimeError(f"the server did not start:\n{log}") from None
                # Waiting for another process is all there is to do.
                threading.Event().wait(0.05)

    def kill(self) -> None:
        """As a power cut would: every process at once, no farewell."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection that may change what the database holds, as time would."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            yield connection

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        """What the database holds."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            return connection.execute(query, parameters).fetchall()


class Workbench:
    """A page on another site that frames the pop as TCCC's workbench does, and keeps what the pop posts."""

    PAGE = """<!doctype html><title>workbench</title>
<iframe id="pop" data-pop-frame allow="" width="460" height="1000"></iframe>
<script>
  const frame = document.getElementById("pop");
  const pop = new URLSearchParams(location.search).get("pop");
  window.posted = [];
  addEventListener("message", (event) => event.source === frame.contentWindow && posted.push(event.data));
  window.set = (hash) => { frame.src = pop + hash; };
  window.burst = (hashes) => hashes.forEach(set);
  set("");
</script>"""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        page = self.PAGE.encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*map(str, certificate))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.origin = f"https://{WORKBENCH_HOST}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()
