"""Translations are committed compiled, so that nobody needs gettext; are they up to date?

`python -m deploy.translations` compares, `python -m deploy.translations --write` compiles.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import polib

from deploy.problem import ROOT


def sources() -> list[Path]:
    """Every .po file of the project: its own folder, and one inside an app if there is any."""
    return sorted([*ROOT.glob("locale/*/*/*.po"), *ROOT.glob("[a-z]*/locale/*/*/*.po")])


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    stale = []
    files = sources()
    for source in files:
        compiled = source.with_suffix(".mo")
        content = polib.pofile(str(source)).to_binary()
        if compiled.exists() and compiled.read_bytes() == content:
            continue
        stale.append(compiled)
        if "--write" in arguments:
            compiled.write_bytes(content)
    for path in stale:
        print(
            f"{path.relative_to(ROOT)} {'written' if '--write' in arguments else 'is out of date'}"
        )
    if stale and "--write" not in arguments:
        print("Compile with: .venv/bin/python -m deploy.translations --write")
        return 1
    print(f"{len(files)} translation files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
