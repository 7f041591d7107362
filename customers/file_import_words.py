"""What is wrong with a row, in words, and a file of such rows to mend and hand in again."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from customers.file_import_rows import Fault
from customers.models import ImportProblem

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def fault_words(fault: Sequence[str]) -> str:
    """The reason, as a person reads it."""
    _column, code, detail = fault
    words = {
        "beyond": _("比表头多出 %(detail)s 个单元格"),
        "merged": _("单元格与上一行合并，请取消合并并填好每一行"),
        "long": _("内容太长，最多 %(detail)s 个字"),
        "rounded": _("被表格软件改成了科学记数法，末尾的数字已丢失"),
        "level": _("没有这个等级，可填：普通、VIP、SVIP"),
        "owner": _("没有这位同事，请填登录名或显示名"),
        "field-text": _("业务字段太长，最多 200 个字"),
        "field-choice": _("不在这个业务字段的选项里"),
        "field-date": _("不是日期，请按 2026-03-01 的样子填写"),
        "field-number": _("不是数字"),
        "field-yes-no": _("请填是或否"),
        "openid": _("不是微信 OpenID"),
        "email": _("不是邮箱地址"),
        "number": _("不是号码"),
        "incomplete": _("号码不完整，或位数不对"),
        "own-line": _("这是本中心自己的号码"),
        "nobody": _("没有客户编号，也没有号码、微信或邮箱，分不清是谁"),
        "mask-only": _("只有带星号的号码，分不清是谁，请补上客户编号或完整号码"),
        "no-name": _("新客户缺少姓名"),
        "own-id-again": _("客户编号与第 %(detail)s 行相同"),
        "number-again": _("号码或账号与第 %(detail)s 行相同"),
        "merged-away": _("这位客户已并入另一位客户"),
        "shared": _("号码由多人共用，分不清是谁，请补上客户编号"),
        "several": _("号码属于不止一位客户，分不清是谁，请补上客户编号"),
        "different": _("几个号码属于不同的客户，请分行填写或补上客户编号"),
        "other-name": _("号码属于另一位客户，姓名完全不同。确是同一人时请补上客户编号"),
    }
    return words[code] % {"detail": detail}


def reason_of(faults: Iterable[Sequence[str]]) -> str:
    """All faults of a row in one line."""
    return _("；").join(fault_words(fault) for fault in faults)


def columns_of(faults: Iterable[Sequence[str]]) -> str:
    """The columns at fault; "" when it is the row as a whole."""
    return _("、").join(dict.fromkeys(fault[0] for fault in faults if fault[0]))


def problem_headers() -> list[str]:
    """The columns that come before those of the file."""
    return [_("行号"), _("列"), _("原因")]


def problem_cells(
    row: int, faults: Sequence[Fault | Sequence[str]], cells: Sequence[str]
) -> list[str]:
    """A line of the file of problems, safe to open in a spreadsheet program."""
    return [str(row), *map(_harmless, (columns_of(faults), reason_of(faults), *cells))]


def problem_file(headers: Sequence[str], problems: Iterable[ImportProblem]) -> Iterator[str]:
    """The lines of a CSV that Excel opens in the right encoding, and that can be imported again."""
    yield "\ufeff" + _line([*problem_headers(), *map(_harmless, headers)])
    for problem in problems:
        yield _line(problem_cells(problem.row, problem.faults, problem.cells))


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula. Reading it again drops the mark."""
    return "'" + cell if cell.startswith(_DANGEROUS) else cell
