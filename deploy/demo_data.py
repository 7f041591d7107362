"""Demo customers and demo accounts, put into a database once."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.migrating import DATABASE_FILE, is_own, manage, migrate
from deploy.problem import ROOT, VAR
from deploy.processes import run_step

MARKER = VAR / "seeded"
ACCOUNTS = VAR / "demo-accounts.json"
HAS_PEOPLE = (
    "import django, sys; django.setup();"
    "from django.contrib.auth import get_user_model;"
    "sys.exit(3 if get_user_model().objects.exists() else 0)"
)


def prepare_database(environment: Mapping[str, str]) -> None:
    """Migrates, and seeds a database that this program has not seeded before."""
    fresh = not DATABASE_FILE.exists()
    migrate(environment)
    database = hashlib.sha256(environment.get("DATABASE_URL", "").encode()).hexdigest()[:16]
    lines = MARKER.read_text().splitlines() if MARKER.exists() else []
    own = is_own(environment)
    if own and fresh:
        # The marker speaks of a file that was deleted since.
        lines = [line for line in lines if not line.startswith(database)]
    if f"{database} done" in lines:
        return
    if f"{database} begun" not in lines:
        if not own and has_people(environment):
            # Somebody's real one: no demo customers and no demo accounts in there.
            return
        lines.append(f"{database} begun")
        MARKER.write_text("\n".join([*lines, ""]))
    print("Making demo data: 2,000 customers, 6,000 conversations, a few accounts (once) …")
    seed = manage("seed_demo", "--customers", "2000", "--interactions", "6000")
    run_step("Making the demo data", seed, environment)
    run_step("Making the demo accounts", manage("demo_accounts"), environment)
    MARKER.write_text("\n".join([*lines, f"{database} done", ""]))


def has_people(environment: Mapping[str, str]) -> bool:
    """True when anybody has an account already."""
    return (
        subprocess.run([sys.executable, "-c", HAS_PEOPLE], env=environment, cwd=ROOT).returncode
        == 3
    )


def accounts_table(path: Path = ACCOUNTS) -> str:
    """Who to sign in as, a line each; empty when there are no demo accounts."""
    if not path.exists():
        return ""
    accounts: list[dict[str, str | None]] = json.loads(path.read_text())
    columns = ["role", "username", "password", "seat"]
    rows = [["role", "user name", "password", "TCCC account"]]
    rows += [[account.get(column) or "–" for column in columns] for account in accounts]
    widths = [max(len(row[index]) for row in rows) for index in range(len(columns))]
    return "\n".join(
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
