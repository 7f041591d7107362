"""`make test`: Python tests on SQLite and PostgreSQL, JavaScript tests, real-browser tests."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from deploy import browsers, postgres
from deploy.node import find_node
from deploy.problem import ROOT, VAR, Problem, make_var, sqlite_url
from deploy.test_stages import Stage, report_path, run_stage

JAVASCRIPT_TESTS = ("*.test.js", "*.test.mjs", "test_*.js", "*_test.js")


def pytest(name: str, *arguments: str) -> list[str]:
    """pytest with a report for the summary."""
    report = f"--junitxml={report_path(name)}"
    return [sys.executable, "-m", "pytest", "-q", report, *arguments]


def test_environment(**changes: str) -> dict[str, str]:
    """The tests' own database whatever a local run uses: a real one is never touched."""
    return {**os.environ, "DATABASE_URL": sqlite_url(VAR / "test.sqlite3"), **changes}


def sqlite_stage(selection: Sequence[str]) -> Stage:
    """Everything that needs neither a browser nor PostgreSQL."""
    stage = Stage("SQLite")
    command = pytest(stage.name, "-n", "2", "-m", "not browser and not postgres", *selection)
    return run_stage(stage, command, test_environment())


def postgres_stage(selection: Sequence[str]) -> Stage:
    """Once more on PostgreSQL, without the tests that use no database: they would say the same."""
    # No needs_tool: a test may skip itself here with good reason, when it is about SQLite.
    stage = Stage("PostgreSQL")
    with postgres.database() as (url, reason):
        if not url:
            stage.missing = f"there is no PostgreSQL ({reason})"
            return stage
        command = pytest(stage.name, "-n", "2", "-m", "not browser", "--only-database", *selection)
        return run_stage(stage, command, test_environment(DATABASE_URL=url))


def javascript_stage(selection: Sequence[str]) -> Stage:
    """Node's own test runner; a file is named for what it tests: `listen.test.js`."""
    stage = Stage("JavaScript", needs_tool=True)
    folder = ROOT / "tests" / "js"
    files = sorted({str(path) for name in JAVASCRIPT_TESTS for path in folder.rglob(name)})
    if selection:
        stage.left_out = "ARGS chooses among the Python tests"
        return stage
    node = find_node()
    if not node:
        stage.missing = "there is no Node"
        return stage
    if not files:
        return stage
    command = [str(node), "--test", "--test-reporter=spec", "--test-reporter-destination=stdout"]
    command += ["--test-reporter=junit", f"--test-reporter-destination={report_path(stage.name)}"]
    return run_stage(stage, [*command, *files], test_environment())


def browser_stage(selection: Sequence[str]) -> Stage:
    """Tests that drive Chromium; its path reaches them as CHROMIUM."""
    stage = Stage("browser", needs_tool=True)
    browser: Path | None = None
    try:
        browser, reason = browsers.find_or_install()
    except Problem as problem:
        reason = str(problem)
    if not browser:
        stage.missing = f"there is no Chromium ({reason})"
        return stage
    command = pytest(stage.name, "-m", "browser", *selection)
    return run_stage(stage, command, test_environment(CHROMIUM=str(browser)))


def summary(stages: Sequence[Stage], seconds: float, strict: bool) -> int:
    """Prints what was skipped and the closing line; returns the exit code."""
    passed = sum(stage.passed for stage in stages)
    failed = sum(stage.failed for stage in stages)
    skipped = sum(len(stage.skipped) for stage in stages)
    broken = [stage.name for stage in stages if stage.broken]
    gaps = [line for stage in stages for line in stage.gaps()]
    forbidden = [stage.name for stage in stages if strict and stage.is_gap_for_ci()]
    print()
    if gaps:
        print("Not run:")
        print("\n".join(f"  {line}" for line in gaps))
    if forbidden:
        print(f"With CI=true these must run in full: {', '.join(forbidden)}")
    if broken:
        print(f"Ended badly without a failed test, see above: {', '.join(broken)}")
    if not passed + failed + skipped:
        print("No test was found.")
    counts = [f"{failed} failed"] if failed else []
    counts += [f"{passed} passed"] + ([f"{skipped} skipped"] if skipped else [])
    parts = ", ".join(stage.line for stage in stages)
    bad = bool(failed or broken or forbidden or not passed + skipped)
    verdict = "FAILED: " if bad else ""
    print(f"== {verdict}{', '.join(counts)} in {seconds:.1f} s ({parts}) ==", flush=True)
    return 1 if bad else 0


def main(selection: Sequence[str]) -> int:
    """Returns the exit code."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # A polite kill tidies up (the database cluster) exactly as Ctrl-C does.
    signal.signal(signal.SIGTERM, interrupt)
    make_var()
    began = time.monotonic()
    run = (sqlite_stage, postgres_stage, javascript_stage, browser_stage)
    try:
        stages = [stage(selection) for stage in run]
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    strict = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    return summary(stages, time.monotonic() - began, strict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
