"""`make check`: all that can be said about the code without running its tests.

It stops at the end, not at the first fault.
"""

import os
import re
import secrets
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence

from deploy.problem import ROOT, make_var

Command = Sequence[str]

# import-linter has no `python -m` of its own.
IMPORT_RULES = "from importlinter.cli import lint_imports_command as lint; lint()"


def python(*arguments: str) -> list[str]:
    """A command of this virtual environment."""
    return [sys.executable, *arguments]


def steps() -> list[tuple[str, Command]]:
    """Name and command of each, the quick ones first."""
    manage = str(ROOT / "manage.py")
    concise = ("--quiet", "--output-format", "concise")
    deploy = ("check", "--deploy", "--fail-level", "WARNING")
    found: list[tuple[str, Command]] = [
        ("lock files", python("-m", "deploy.check_all", "--locks")),
        ("format", python("-m", "ruff", "format", "--check", *concise, ".")),
        ("lint", python("-m", "ruff", "check", *concise, ".")),
        ("templates", python("-m", "djlint", "templates", "--lint", "--quiet")),
        ("import rules", python("-c", IMPORT_RULES)),
        ("translations", python("-m", "deploy.translations")),
        ("served JavaScript", python("-m", "deploy.check_js")),
        ("migrations", python(manage, "makemigrations", "--check", "--dry-run")),
        ("deployment", python(manage, *deploy)),
        ("types", python("-m", "mypy")),
    ]
    return found


def production_like() -> dict[str, str]:
    """The environment of a careful production; nothing of this machine's own settings gets in."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "CI")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "crm.example.com",
        "DATABASE_URL": "sqlite://:memory:",
        "SIMULATOR": "off",
        "DEBUG": "off",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }


def run(name: str, command: Command, environment: Mapping[str, str]) -> bool:
    """One step; its output is shown when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - began
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'}  {name:<18} {seconds:5.1f} s", flush=True)
    if done.returncode:
        print("\n".join(f"      {line}" for line in done.stdout.strip().splitlines()), flush=True)
    return done.returncode == 0


def lock_faults() -> list[str]:
    """Pins of pyproject.toml that the lock files do not hold: somebody forgot `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }
    faults = []
    for name, pins in wanted.items():
        text = (ROOT / name).read_text()
        locked = set(re.findall(r"^([a-z0-9.-]+==[^ ;\\]+)", text, re.MULTILINE))
        plain = [re.sub(r"\[[^]]*]", "", pin).lower() for pin in pins]
        faults += [f"{pin} is not in {name}; run: make lock" for pin in plain if pin not in locked]
        if re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links)\b", text, re.MULTILINE):
            faults.append(f"{name} names a package index of its own")
    return faults


def main() -> int:
    """Returns the exit code."""
    if sys.argv[1:] == ["--locks"]:
        faults = lock_faults()
        print("\n".join(faults))
        return 1 if faults else 0
    make_var()
    environment = production_like()
    failed = [name for name, command in steps() if not run(name, command, environment)]
    if failed:
        print(f"== {len(failed)} of {len(steps())} checks failed: {', '.join(failed)} ==")
        return 1
    print(f"== all {len(steps())} checks passed ==")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
