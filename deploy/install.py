"""Makes .venv and installs the pinned packages: `python3 deploy/install.py run` or `dev`.

Runs on the system's own Python, so it uses the standard library alone. What was installed is
remembered by content, not by file time: a fresh checkout of the same lock installs nothing again.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}


def venv_works() -> bool:
    """False too for a half-made one, and when an upgrade of the system took its Python away."""
    if not VENV_PYTHON.exists():
        return False
    test = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([VENV_PYTHON, "-c", test], capture_output=True).returncode == 0


def make_venv() -> str | None:
    """Returns the sentence to print when it cannot be made."""
    # Debian ships venv without the ensurepip it needs, as a package of its own.
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            "Python's venv module is missing; on Debian or Ubuntu install it with: "
            f"sudo apt install python3-venv   (or python{version}-venv)"
        )
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True
    )
    if made.returncode:
        reason = (made.stderr or made.stdout).strip().splitlines() or ["no reason given"]
        return f"The virtual environment {VENV} could not be made: {reason[-1]}"
    return None


def fingerprint(locks: list[str]) -> str:
    """Of the lock files and of the interpreter they are installed for."""
    digest = hashlib.sha256(sys.version.encode())
    for name in locks:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def main() -> int:
    """Returns the exit code."""
    kind = sys.argv[1]
    locks = LOCKS[kind]
    stamp = VENV / f"installed-{kind}"
    wanted = fingerprint(locks)
    works = venv_works()
    if works and stamp.exists() and stamp.read_text() == wanted:
        return 0
    problem = None if works else make_venv()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Installing the packages of {' and '.join(locks)} (a minute or so, once) …", flush=True)
    command: list[str | Path] = [
        VENV_PYTHON,
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-input",
        "--require-hashes",
    ]
    command += ["--disable-pip-version-check"]
    for name in locks:
        command += ["-r", ROOT / name]
    if subprocess.run(command, cwd=ROOT).returncode:
        print(
            "The packages could not be installed (pip's own words stand above); "
            "see that the package registry can be reached and run the same command again.",
            file=sys.stderr,
        )
        return 1
    stamp.write_text(wanted)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
