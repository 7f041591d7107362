"""What the environment says, read once at start.

A value may also stand in a file whose path is in NAME_FILE (Docker and systemd credentials), so that secrets need not
stand in the process table; the line end of the file is no part of it. A real environment variable beats what `var/`
holds.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from environs import EnvError, FileAwareEnv

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


class _Env(FileAwareEnv):
    def _get_value(self, env_key: str, default: Any) -> Any:
        path = os.environ.get(f"{env_key}_FILE")
        try:
            value = super()._get_value(env_key, default)
            # An editor ends the file with a line end. Blanks may be part of a password and stay.
            return value.strip("\r\n") if path and isinstance(value, str) else value
        except ValueError:
            # Not told by the library: which file, and that the reader is the service's user, who is seldom root.
            raise EnvError(
                f"{env_key}_FILE names {path}, which this user cannot read as a text file."
            ) from None


env = _Env()


def words(name: str, default: str = "") -> list[str]:
    """A list separated by spaces, as CSP writes its sources."""
    return str(env.str(name, default)).split()


def commas(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in str(env.str(name, default)).split(",") if part.strip()]


def secret(name: str) -> str:
    """A password or the like; "" when it is not set."""
    return str(env.str(name, "")).strip("\r\n")


def secret_key() -> str:
    """SECRET_KEY, or the key kept in `var/secret-key`, made on first use and readable by its owner only."""
    given = str(env.str("SECRET_KEY", ""))
    if given:
        return given
    path = VAR_DIR / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f"secret-key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    # Two processes may start at once: link() fails for the second one, which then reads the first one's key.
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
