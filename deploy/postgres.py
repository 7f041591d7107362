"""PostgreSQL for the tests: the one named in TEST_DATABASE_URL, else a throw-away cluster.

`python -m deploy.postgres COMMAND …` runs a command with DATABASE_URL set to it.
"""

import contextlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from deploy.problem import Problem
from deploy.system_packages import apt_install

DEBIAN = Path("/usr/lib/postgresql")
# A cluster that lives for minutes need not survive a power cut; a test worker holds a few
# connections each.
OPTIONS = (
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=200"
)
# A socket's path may have 107 bytes, the file name in it included.
LONGEST_FOLDER = 80


def find_programs() -> Path | None:
    """The folder that holds initdb and pg_ctl; the newest of several."""
    initdb = shutil.which("initdb")
    folders = [Path(initdb).parent] if initdb else []
    versions = DEBIAN.glob("*/bin")
    folders += sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


def find_or_install() -> tuple[Path | None, str]:
    """The folder of the programs, or None and why there is none."""
    programs = find_programs()
    if programs:
        return programs, ""
    print("Installing PostgreSQL for the tests (once) …", flush=True)
    reason = apt_install("postgresql")
    programs = find_programs()
    return programs, "" if programs else reason


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; then its own user, or nobody, runs it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Problem("PostgreSQL will not run as root, and there is no user `postgres` or `nobody`.")


@contextlib.contextmanager
def database() -> Iterator[tuple[str | None, str]]:
    """A database URL to test on, or None and why. A cluster made here ends with the block."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given, ""
        return
    programs, reason = find_or_install()
    if not programs:
        yield None, reason
        return
    user = server_user()
    home = tempfile.mkdtemp(prefix="screenpop-postgres-")
    if len(home) > LONGEST_FOLDER:
        Path(home).rmdir()
        home = tempfile.mkdtemp(prefix="screenpop-postgres-", dir="/tmp")
    folder = Path(home)
    try:
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        fault = start_cluster(programs, folder, user)
        if fault:
            yield None, fault
        else:
            yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres", ""
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            stop = ["pg_ctl", "stop", "-m", "immediate", "-D", str(folder / "data")]
            as_user(programs, stop, folder, user)
        shutil.rmtree(folder, ignore_errors=True)


def start_cluster(programs: Path, folder: Path, user: str | None) -> str:
    """Makes and starts it, with a socket in its own folder; returns why not, or nothing."""
    data = str(folder / "data")
    # pg_ctl hands the options to a shell.
    options = f"{OPTIONS} -c unix_socket_directories={shlex.quote(str(folder))}"
    # Under the locale C a database finds no trigrams in Chinese text.
    make = ["initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    steps = [
        [*make, "--locale=C.UTF-8"],
        ["pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options],
    ]
    for step in steps:
        done = as_user(programs, step, folder, user)
        if done.returncode:
            log = folder / "log"
            words = log.read_text() if log.exists() else done.stderr or done.stdout
            return f"{step[0]}: {(words.strip().splitlines() or ['no reason given'])[-1]}"
    return ""


def as_user(
    programs: Path, command: Sequence[str], folder: Path, user: str | None
) -> subprocess.CompletedProcess[str]:
    """Runs one of PostgreSQL's programs, without root's rights when that is who we are."""
    return subprocess.run(
        [str(programs / command[0]), *command[1:]],
        cwd=folder,
        # A locale that was never generated here would stop initdb.
        env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        start_new_session=True,
    )


def main(command: Sequence[str]) -> int:
    """Returns the command's exit code."""
    if not command:
        print("Name a command to run: python -m deploy.postgres COMMAND …", file=sys.stderr)
        return 2
    with database() as (url, reason):
        if not url:
            print(f"No PostgreSQL: {reason}", file=sys.stderr)
            return 1
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
