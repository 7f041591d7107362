"""A Chromium for the browser tests: found, or installed.

`python -m deploy.browsers` prints its path.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.npm_chromium import install_from_npm
from deploy.problem import VAR, Problem, make_var
from deploy.system_packages import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN = VAR / "chromium" / "chromium"


def find_chromium() -> Path | None:
    """$CHROMIUM if set (and then no other), else the system's, else the one installed here."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not starts(Path(given)):
            raise Problem(f"CHROMIUM={given} does not start; name another browser, or unset it.")
        return Path(given)
    found = [shutil.which(name) for name in NAMES]
    for candidate in [*(Path(path) for path in found if path), OWN]:
        if starts(candidate):
            return candidate
    return None


def starts(browser: Path) -> bool:
    """Ubuntu's /usr/bin/chromium-browser, for one, is there and only says how to get it."""
    try:
        done = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "Chrom" in done.stdout


def find_or_install() -> tuple[Path | None, str]:
    """The browser, or None and why there is none."""
    browser = find_chromium()
    if browser:
        return browser, ""
    print("Installing Chromium for the browser tests (once) …", flush=True)
    # The font: a page without Chinese glyphs passes every test and shows nothing but boxes on a
    # screenshot.
    reasons = [apt_install("chromium", "fonts-wqy-zenhei")]
    browser = find_chromium()
    if browser is None:
        make_var()
        reasons.append(install_from_npm(OWN) or "the one from npm does not start here")
        browser = find_chromium()
    return browser, "" if browser else "; ".join(reason for reason in reasons if reason)


def main() -> int:
    """Prints the path, or why there is none."""
    try:
        browser, reason = find_or_install()
    except Problem as problem:
        browser, reason = None, str(problem)
    print(browser or f"No Chromium: {reason}", file=sys.stdout if browser else sys.stderr)
    return 0 if browser else 1


if __name__ == "__main__":
    sys.exit(main())
