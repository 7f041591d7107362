"""`python -m bench.storm_desk hire|check FILE`, in the measured server's environment.

FILE holds the sheet and the script, as `write_plan` left them; `check` prints what is wrong and fails then.
"""

import json
import os
import sys
from pathlib import Path

import django

from bench.call_pushes import Script, read_script
from bench.call_sheet import Sheet, read_sheet


def write_plan(file: Path, sheet: Sheet, script: Script) -> None:
    """Keep both for those who work in the site's environment."""
    file.write_text(json.dumps({"sheet": sheet.as_json(), "script": script.as_json()}))


def read_plan(file: Path) -> tuple[Sheet, Script]:
    """Both, as they were written."""
    plan = json.loads(file.read_text())
    return read_sheet(plan["sheet"]), read_script(plan["script"])


def hire(file: Path) -> None:
    """Make the people and their clicks."""
    from bench import call_desk

    sheet, _script = read_plan(file)
    people = call_desk.hire(sheet, os.environ["BENCH_PASSWORD"])
    call_desk.click(sheet, people)


def check(file: Path) -> int:
    """Compare, settle what only a person can, compare again; gives the number of faults."""
    from bench import call_check, call_desk
    from screenpop.push import apply_waiting

    sheet, script = read_plan(file)
    # What a kill left between storing and applying: the next push takes it up, or `replay_pushes`.
    while apply_waiting(50):
        pass
    call_desk.backdate()
    found = _compare(sheet, script, call_check.limbo(sheet), "before anybody settled anything")
    wrong = [*call_desk.settle(sheet)]
    for fault in wrong:
        print(f"  could not be settled: {fault}")
    return found + len(wrong) + _compare(sheet, script, {}, "after a supervisor settled the rest")


def _compare(sheet: Sheet, script: Script, unsure: dict[str, str], when: str) -> int:
    from bench import call_board, call_check

    wrong = call_check.faults(sheet, script, unsure)
    wrong += call_board.board_faults(sheet, script, unsure)
    print(f"{when}: {len(wrong)} faults; board {call_board.board_counts(sheet, script, unsure)}")
    for fault in wrong[:40]:
        print(f"  {fault}")
    return len(wrong)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "hire":
        hire(Path(sys.argv[2]))
    elif check(Path(sys.argv[2])):
        sys.exit(1)
