"""`manage.py demo_accounts`: accounts to try the demo with, and a file that says how to sign in."""

import json
import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from screenpop.demo import staff
from screenpop.demo.staff import COLLEAGUES, Colleague

# Without letters and digits that look alike: people type these.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    """Makes the accounts once; while the file is right nothing changes."""

    help = "Makes demo accounts with random passwords and writes them to a file that only its owner reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the file goes, and whether passwords of somebody's may be replaced."""
        parser.add_argument("--file", type=Path, default=settings.VAR_DIR / "demo-accounts.json")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="give new passwords to accounts that have one already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the file; write it anew when it is not there or no longer right."""
        file: Path = options["file"]
        held = read_passwords(file)
        if all(still_works(colleague, held) for colleague in COLLEAGUES):
            self.stdout.write(f"The accounts in {file.name} work.")
            return
        with transaction.atomic():
            accounts = [renew(one, held, reset=options["reset"]) for one in COLLEAGUES]
            # Inside the transaction: passwords that no file tells would lock everybody out.
            write_private(file, json.dumps(accounts, ensure_ascii=False, indent=2) + "\n")
        self.stdout.write(f"{len(accounts)} accounts written to {file.name}.")


def read_passwords(file: Path) -> dict[str, str]:
    """User name → password; empty when the file is not there or holds something else."""
    try:
        return {
            entry["username"]: entry["password"] for entry in json.loads(file.read_text("utf-8"))
        }
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def find(colleague: Colleague) -> Any:
    """The account, or None."""
    return get_user_model().objects.filter(username=colleague.username).first()


def still_works(colleague: Colleague, held: dict[str, str]) -> bool:
    """Whether somebody can sign in as this colleague, with the role and the seat."""
    user = find(colleague)
    return bool(
        user
        and user.is_active
        and user.groups.filter(name=colleague.role).exists()
        and (colleague.seat is None or user.seats.filter(email=colleague.seat).exists())
        and user.check_password(held.get(colleague.username, ""))
    )


def renew(colleague: Colleague, held: dict[str, str], *, reset: bool) -> dict[str, str | None]:
    """Make the account work again; a password that the file tells and that is right stays."""
    user, _created = staff.ensure(colleague)
    password = held.get(colleague.username, "")
    if not user.check_password(password):
        if user.has_usable_password() and not reset:
            raise CommandError(
                f"The account {colleague.username} has a password that the file does not tell. "
                "Run the command with --reset to replace it."
            )
        password = new_password()
        user.set_password(password)
    user.is_active = True
    user.save()
    staff.give_place(user, colleague)
    return {
        "role": colleague.role,
        "username": colleague.username,
        "password": password,
        "seat": colleague.seat,
    }


def new_password() -> str:
    """Twelve characters in three groups: k7mw-x3pq-9tdf."""
    groups = ("".join(secrets.choice(_ALPHABET) for _place in range(4)) for _group in range(3))
    return "-".join(groups)


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, at no moment with more rights, at no moment half."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    draft.replace(file)
