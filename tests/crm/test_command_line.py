"""What `manage.py` says when the settings or the database are to blame: a sentence, and no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(*command, **settings):
    """Run with nothing but these settings; gives exit code and what was written to stderr."""
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60, **settings}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SESSION_HOURS": "twelve"}, '"SESSION_HOURS" invalid: Not a valid integer'),
        ({"MASK_NUMBERS": "perhaps"}, '"MASK_NUMBERS" invalid'),
        ({"DATABASE_URL": "postgres//x"}, '"DATABASE_URL" invalid'),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE names /nowhere/key"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(settings, words):
    code, said = manage("check", **settings)
    assert code == 1
    assert words in said
    assert "README.md" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("url", ["postgres://x@127.0.0.1:1/x", "sqlite:////nowhere/db.sqlite3"])
def test_a_database_that_is_not_there_is_told_in_words(url):
    code, said = manage("migrate", DATABASE_URL=url)
    assert code == 1
    assert "DATABASE_URL" in said
    assert "Traceback" not in said
    _code, said = manage("migrate", "--traceback", DATABASE_URL=url)
    assert "Traceback" in said
