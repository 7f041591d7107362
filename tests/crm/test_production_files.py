"""What README.md has people install: the command with the service's settings."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def command(tmp_path):
    """The script with folders of the test's own; gives what `manage.py` would be told."""
    (tmp_path / "environment").write_text('DATABASE_URL="postgres://ours"\nALLOWED_HOSTS=a,b\n')
    runuser = tmp_path / "runuser"
    runuser.write_text('#!/bin/sh\necho "$DATABASE_URL $ALLOWED_HOSTS $*"\n')
    runuser.chmod(0o755)
    text = (ROOT / "deploy/screenpop-crm.example").read_text()
    script = tmp_path / "screenpop-crm"
    script.write_text(
        text.replace("/etc/screenpop-crm", str(tmp_path)).replace(
            "/opt/screenpop-crm", str(tmp_path)
        )
    )

    def run(*arguments, **given):
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **given}
        done = subprocess.run(
            ["/bin/sh", str(script), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    return run


def test_the_command_has_the_settings_of_the_service(command):
    said = command("migrate", "--plan")
    assert said == "postgres://ours a,b -u screenpop -- .venv/bin/python manage.py migrate --plan"


def test_a_database_of_the_command_line_beats_the_services(command):
    assert command("restore", "x.zip", DATABASE_URL="sqlite:////t").startswith("sqlite:////t a,b ")
