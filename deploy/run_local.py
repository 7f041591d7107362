"""`make run`: from an empty machine to the CRM on HTTPS, in the foreground until Ctrl-C."""

import os
import sys
from pathlib import Path

from deploy.certificate import certificate_and_key
from deploy.demo_data import accounts_table, prepare_database
from deploy.local_settings import check_port, local_environment, port_number, started_by_make
from deploy.problem import VAR, Problem, make_var
from deploy.processes import Stopped, end, end_with_parent, stop_on_signals
from deploy.server import Server


def run() -> None:
    """Everything in order; the cheap questions first, so that no refusal follows slow work."""
    environment = local_environment(os.environ)
    port = port_number(environment["PORT"])
    check_port(environment["HOST"], port)
    make_var()
    certificate, key = certificate_and_key(environment, VAR / "tls")
    prepare_database(environment)
    server = Server(told_of(environment, certificate), certificate, key)
    try:
        server.wait_until_up()
        print(welcome(port, environment))
        code = server.wait()
    finally:
        end(server.process)
    raise Problem(f"The server ended by itself (exit code {code}).")


def told_of(environment: dict[str, str], certificate: Path) -> dict[str, str]:
    """With the certificate that is served, so that the connection check looks at it."""
    return {**environment, "TLS_CERT": str(certificate)}


def welcome(port: int, environment: dict[str, str]) -> str:
    """Where to look and who to be."""
    lines = ["", "The screen-pop CRM is running; Ctrl-C ends it.", ""]
    if not environment.get("TLS_CERT"):
        # Inside a frame a browser shows an unknown certificate as an empty page, with no way to
        # accept it.
        lines += ["Open the pop once in a tab to accept the certificate:"]
    lines += [f"  pop        https://localhost:{port}/pop/"]
    if environment["SIMULATOR"].lower() in {"1", "on", "true", "yes"}:
        lines += [f"  simulator  https://127.0.0.1:{port}/simulator/"]
    lines += [
        f"  customers  https://localhost:{port}/customers/",
        f"  admin      https://localhost:{port}/admin/",
    ]
    table = accounts_table()
    if table:
        lines += ["", "Sign in as (also in var/demo-accounts.json):", table]
    return "\n".join([*lines, ""])


def main() -> int:
    """Returns 0 after Ctrl-C, 1 with a sentence when something must be mended first."""
    # Whoever reads this through a pipe waits for the lines.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # What is written below belongs to this user alone: customers, keys, passwords.
    os.umask(0o077)
    stop_on_signals()
    if started_by_make():
        end_with_parent()
    try:
        run()
    except Stopped:
        print("\nStopped.")
        return 0
    except Problem as problem:
        print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
