"""What is read from the environment, and from the files that it names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crm.environment import env, secret, secret_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def in_file(tmp_path, monkeypatch):
    """Gives a function that puts a value into the file that NAME_FILE names."""

    def put(name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(path))

    return put


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_line_end_of_a_file_is_no_part_of_its_value(in_file, end):
    in_file("SECRET_KEY", b"k" * 50 + end)
    in_file("SOME_PASSWORD", b" pass word " + end)
    in_file("SOME_NUMBER", b"12" + end)
    in_file("DATABASE_URL", b"sqlite:////srv/crm/db.sqlite3" + end)
    assert secret_key() == "k" * 50
    # Blanks may be meant.
    assert env.str("SOME_PASSWORD") == " pass word "
    assert secret("SOME_PASSWORD") == " pass word "
    assert env.int("SOME_NUMBER") == 12
    assert env.dj_db_url("DATABASE_URL")["NAME"] == "/srv/crm/db.sqlite3"


def test_a_value_without_a_file_stays_as_it_is(monkeypatch):
    monkeypatch.setenv("SOME_TEXT", "two\n")
    assert env.str("SOME_TEXT") == "two\n"
    assert env.str("NOT_SET", "default") == "default"


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "TCCC_SECRET_ID", "TCCC_SECRET_KEY", "TCCC_PUSH_PASSWORD", "TCCC_ENDPOINT"],
)
def test_the_settings_hold_no_line_end(in_file, name):
    in_file(name, b"http://127.0.0.1:9\n")
    show = f"from crm import settings; print(repr(settings.{name}))"
    environment = {**os.environ, "SECRET_KEY": "x" * 60, f"{name}_FILE": os.environ[f"{name}_FILE"]}
    environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == repr("http://127.0.0.1:9"), done.stderr
