"""What the pages share that take a pasted list of numbers, or a file of them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from customers.addresses import read_address
from customers.file_import_csv import decode
from customers.file_import_reading import RefusedFileError
from customers.number_list import MOST_ROWS, Listing, Row, parse_numbers

_MOST_BYTES = 2 * 1024 * 1024


def pasted_text(request: HttpRequest) -> str:
    """The field `numbers`, or the chosen `file`. Raises RefusedFileError."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("numbers", "")
    if (file.size or 0) > _MOST_BYTES:
        raise RefusedFileError(_("文件太大，一次最多 %(n)d 个号码。") % {"n": MOST_ROWS})
    data = file.read()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedFileError(
            _("这是 Excel 文件。请在 Excel 里复制这几列，粘贴到下面；或另存为 CSV。")
        )
    text, _form_name = decode(data)
    return text


def read_listing(text: str) -> Listing:
    """The rows, each number read with the centre's region and area code."""
    return parse_numbers(text, lambda raw: read_address("phone", raw))


def problem_words(row: Row) -> str:
    """What is wrong with a row, and its mend."""
    texts = {
        "not-a-number": _("没有读到号码"),
        "masked": _("掩码号码不能登记，请写完整号码"),
        "several": _("一行只写一个号码"),
        "extension": _("请去掉分机号"),
        "no-area-code": _("固定电话请写上区号"),
        "unreadable": _("认不出这是什么号码"),
        "repeated": _("与第 %(line)d 行重复"),
        "no-reason": _("请写明原因"),
    }
    text = texts.get(row.problem, "")
    return text % {"line": row.repeats} if row.repeats else text


def refused(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows with a problem, for the page."""
    return [{"row": row, "problem": problem_words(row)} for row in rows if row.problem]


def left_over(rows: list[Row]) -> str:
    """The rows with a problem as text again, to be mended in place; what was only repeated is left out."""
    bad = [row for row in rows if row.problem and row.problem != "repeated"]
    return "\n".join(", ".join(part for part in (row.raw, row.remark) if part) for row in bad)
