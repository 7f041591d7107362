"""A program of its own: `python file_import_xlsx_rows.py FILE` writes the rows of a workbook as JSON.

A small workbook can ask its reader for any amount of memory (two cells in far corners are enough),
and the reader then ends its whole process. So it gets one that may end, with bounds. Only the
standard library and the reader are imported here.
"""

import datetime
import json
import resource
import sys
from typing import Any

import python_calamine

MOST_MEMORY = 1024**3
MOST_SECONDS = 15
MOST_MERGES = 20_000
# Beyond this a float has no exact whole number, and a long id has lost its last digits.
_EXACT = 10**15


def text_of(value: Any) -> str:
    """A cell as a person would write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return str(value)


def first_sheet(book: Any) -> tuple[Any, str]:
    """The first visible sheet that holds anything."""
    visible = python_calamine.SheetVisibleEnum.Visible
    ordinary = python_calamine.SheetTypeEnum.WorkSheet
    for at, about in enumerate(book.sheets_metadata):
        if about.visible == visible and about.typ == ordinary:
            sheet = book.get_sheet_by_index(at)
            if sheet.start is not None:
                return sheet, about.name
    return None, ""


def write_rows(path: str, most_rows: int, most_columns: int) -> None:
    """A line about the sheet, then one for each row that is not empty: number, cells, columns under a merge."""
    book = python_calamine.load_workbook(path)
    sheet, name = first_sheet(book)
    about: dict[str, Any] = {"sheet": name, "spans": []}
    if sheet is None:
        print(json.dumps({"problem": "empty"}))  # noqa: T201
        return
    bottom, right = sheet.end
    if bottom > most_rows or right >= most_columns:
        print(json.dumps({"problem": "rows" if bottom > most_rows else "columns"}))  # noqa: T201
        return
    covered: dict[int, set[int]] = {}
    for (first, start), (last, end) in (sheet.merged_cell_ranges or [])[:MOST_MERGES]:
        columns = range(start, min(end, most_columns) + 1)
        if first == last:
            about["spans"].append([first + 1, start, columns[-1]])
        for row in range(first + 1, min(last, bottom) + 1):
            covered.setdefault(row, set()).update(columns)
    print(json.dumps(about))  # noqa: T201
    # From A1 on, so that rows and columns keep their numbers.
    for number, values in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [text_of(value) for value in values]
        if any(cells):
            line = [number + 1, cells, sorted(covered.get(number, ()))]
            print(json.dumps(line))  # noqa: T201


def main() -> int:
    """Returns 1 for a file that is no workbook."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        write_rows(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except python_calamine.PasswordError:
        print(json.dumps({"problem": "password"}))  # noqa: T201
    except (python_calamine.CalamineError, OSError, ValueError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
