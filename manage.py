#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError
from environs import EnvError


def main() -> None:
    """Run the command; what the settings or the database are to blame for is told in a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    try:
        execute_from_command_line(sys.argv)
    except (EnvError, OperationalError) as error:
        if "--traceback" in sys.argv:
            raise
        if isinstance(error, EnvError):
            sys.exit(f'{error}\nREADME.md, "Settings", tells what each may hold.')
        sys.exit(
            f"The database says: {str(error).strip()}\n"
            "Does it run, does DATABASE_URL lead to it, and was `migrate` run?"
        )


if __name__ == "__main__":
    main()
