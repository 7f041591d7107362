"""Files to import, made by hand: no library stands between the test and what a file may hold."""

import zipfile
from pathlib import Path
from typing import Any

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def column_name(at: int) -> str:
    """0 → A."""
    return column_name(at // 26 - 1) + chr(65 + at % 26) if at >= 26 else chr(65 + at)


def cell(reference: str, value: Any) -> str:
    """One cell: text, or a number as a spreadsheet keeps it."""
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


def xlsx(
    path: Path, rows: dict[int, list[Any]], merges: tuple[str, ...] = (), more: str = ""
) -> Path:
    """A workbook; `rows` by row number, None leaves a cell out; `more` is put after the last row."""
    lines = []
    for number, values in rows.items():
        cells = [
            cell(f"{column_name(at)}{number}", value)
            for at, value in enumerate(values)
            if value is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in merges)
    sheet = (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}{more}</sheetData>'
        + (f'<mergeCells count="{len(merges)}">{merged}</mergeCells>' if merges else "")
        + "</worksheet>"
    )
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="客户" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    root = _links("officeDocument", "xl/workbook.xml")
    links = _links("worksheet", "worksheets/sheet1.xml")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", root)
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", links)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def _links(kind: str, target: str) -> str:
    link = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}">{link}</Relationships>'
