"""One stage of the tests: a command that writes a JUnit report, and what the report says."""

import dataclasses
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from deploy.problem import ROOT, VAR

REPORTS = VAR / "test-results"
NOTHING_COLLECTED = 5  # pytest's exit code


@dataclasses.dataclass
class Stage:
    """What came out of it."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: list[str] = dataclasses.field(default_factory=list)
    seconds: float = 0.0
    # Why the whole stage did not run; such a gap is a failure in continuous integration.
    missing: str = ""
    # Left out because the person asked for a selection that says nothing about it.
    left_out: str = ""
    # A tool was made available for this stage alone: a test that skips itself here is a gap as
    # well.
    needs_tool: bool = False
    broken: bool = False

    @property
    def line(self) -> str:
        """Its part of the closing line."""
        if self.missing:
            return f"{self.name} SKIPPED"
        if self.left_out:
            return f"{self.name} left out"
        return f"{self.name} {self.passed + self.failed}{' BROKEN' if self.broken else ''}"

    def gaps(self) -> list[str]:
        """Everything that did not run, a line each."""
        if self.missing:
            return [f"{self.name}: all of it, because {self.missing}"]
        if self.left_out:
            return [f"{self.name}: all of it, because {self.left_out}"]
        return [f"{self.name}: {line}" for line in self.skipped]

    def is_gap_for_ci(self) -> bool:
        """True when continuous integration must not be content with it."""
        return bool(self.missing or (self.needs_tool and self.skipped))


def run_stage(stage: Stage, command: Sequence[str], environment: Mapping[str, str]) -> Stage:
    """Runs the command, whose report goes where `report_path` says, and reads the report."""
    print(f"\n== {stage.name} ==", flush=True)
    report = REPORTS / f"{slug(stage.name)}.xml"
    REPORTS.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment).returncode
    stage.seconds = time.monotonic() - began
    if report.exists() and report.stat().st_size:
        # Our own command wrote it just now.
        read_report(stage, ET.parse(report).getroot())  # noqa: S314
    # A stage may end badly without a failed test: a broken import, a crashed worker, a thread that
    # would not end.
    stage.broken = code not in (0, NOTHING_COLLECTED) and not stage.failed
    return stage


def read_report(stage: Stage, root: ET.Element) -> None:
    """Counts cases. pytest writes one flat suite, Node nests them by file."""
    for case in root.iter("testcase"):
        name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            stage.failed += 1
        elif skip is not None:
            stage.skipped.append(f"{name} ({skip.get('message') or 'no reason given'})")
        else:
            stage.passed += 1


def report_path(name: str) -> str:
    """Where the stage of that name must write its report."""
    return str(REPORTS / f"{slug(name)}.xml")


def slug(name: str) -> str:
    """A file name."""
    return name.lower().replace(" ", "-")
