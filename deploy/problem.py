"""What the programs here share: where things are, and how they say that something is wrong."""

from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


class Problem(Exception):  # noqa: N818 - it is a sentence for the person at the terminal, not an error of the program
    """Something the person at the terminal can mend; its text says how."""


def make_var() -> None:
    """The folder for all that a run writes, closed to other users of the machine."""
    VAR.mkdir(mode=0o700, exist_ok=True)
    VAR.chmod(0o700)


def sqlite_url(path: Path) -> str:
    """As DATABASE_URL wants it: a folder may hold any character, a URL may not."""
    return f"sqlite:///{quote(str(path))}"
