"""The HTTPS server of a local run: started, waited for, and listened to."""

import collections
import http.client
import os
import ssl
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from deploy.local_settings import known_host, reachable_address
from deploy.problem import Problem
from deploy.processes import start

SECONDS_TO_ANSWER = 60


def server_command(environment: Mapping[str, str], certificate: Path, key: Path) -> list[str]:
    """granian, TLS and HTTP/2 included."""
    return [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "crm.wsgi:application"],
        *["--host", environment["HOST"], "--port", environment["PORT"]],
        *["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "--http", "auto"],
        # Two processes, as in production: nothing may lean on the memory of one. One thread each:
        # SQLite writes in turn.
        *["--workers", "2", "--blocking-threads", "1", "--no-ws"],
        # A crashed worker comes back; one that hangs at the end is not waited for.
        *["--respawn-failed-workers", "--workers-kill-timeout", "3"],
        # No access log: what callers send must not be written down by accident.
        *["--no-access-log", "--log-level", "warning"],
    ]


class Server:
    """The process, and the last lines it wrote."""

    def __init__(self, environment: Mapping[str, str], certificate: Path, key: Path) -> None:
        """Starts it; `wait_until_up` tells when it serves."""
        self.environment = environment
        self.certificate = certificate
        self.process = start(server_command(environment, certificate, key), environment)
        self.last_lines: collections.deque[str] = collections.deque(maxlen=20)
        self.silent = True
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.last_lines.append(line.rstrip())
            if not self.silent:
                print(line, end="", file=sys.stderr, flush=True)

    def wait_until_up(self) -> None:
        """Until /healthz answers 200 under our certificate; Problem when it never will."""
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        answer = ""
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise self._died("ended before it answered")
            answer = self._ask()
            if answer == "200":
                self.silent = False
                return
            time.sleep(0.05)
        raise self._died(f"gave no good answer within {SECONDS_TO_ANSWER} s ({answer})")

    def _ask(self) -> str:
        """The status of /healthz, or why there is none."""
        # The name on a given certificate is seldom this machine's address. So the certificate
        # itself is compared.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        address = reachable_address(self.environment["HOST"])
        port = int(self.environment["PORT"])
        connection = http.client.HTTPSConnection(address, port, timeout=10, context=context)
        try:
            connection.connect()
            if connection.sock.getpeercert(binary_form=True) != self._own_certificate():
                return "another program answers there"
            connection.request("GET", "/healthz", headers={"Host": known_host(self.environment)})
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return str(error) or type(error).__name__
        finally:
            connection.close()

    def _own_certificate(self) -> bytes:
        first = self.certificate.read_text().partition("-----END CERTIFICATE-----")
        start_of_first = first[0].index("-----BEGIN CERTIFICATE-----")
        return ssl.PEM_cert_to_DER_cert(first[0][start_of_first:] + first[1])

    def _died(self, how: str) -> Problem:
        if self.process.poll() is not None:
            self.reader.join(2)
        lines = os.linesep.join(self.last_lines) or "(it wrote nothing)"
        return Problem(f"{lines}\n\nThe server {how}; the last lines of its log stand above.")

    def wait(self) -> int:
        """Until it ends by itself; returns its exit code."""
        return self.process.wait()
