"""CSV, as spreadsheet programs and other systems write it."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

from django.utils.translation import gettext as _

from customers.file_import_reading import (
    MOST_COLUMNS,
    MOST_ROWS,
    RawRow,
    RefusedFileError,
    Source,
    clean_cell,
    not_a_table,
    too_many_columns,
    too_many_rows,
)

_DELIMITERS = ",\t;|"
_DELIMITER_LINES = 10
# Follows the last row: should a quotation mark be left open, it is swallowed.
_END = "\x00end of file\x00"
# With fewer letters outside ASCII than this nothing can be said about the encoding by counting.
_WORTH_COUNTING = 20


def read_csv(data: bytes) -> Source:
    """The rows of a CSV file in UTF-8, GB18030 or UTF-16."""
    text, form = decode(data)
    if text.count("\0") * 20 > len(text):
        raise RefusedFileError(not_a_table())
    delimiter = _delimiter(text)
    return Source(form=f"CSV · {form}", rows=_rows(text, delimiter))


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. The bytes decide; a mark at their beginning is only a hint."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise RefusedFileError(_unknown_encoding()) from None
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return body.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(body):
            line = body.count(b"\n", 0, error.start) + 1
            raise RefusedFileError(
                _("第 %(line)s 行有读不出的字符，文件可能已损坏。请重新导出后再导入。")
                % {"line": line}
            ) from None
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        raise RefusedFileError(_unknown_encoding()) from None
    if not _looks_chinese(text):
        raise RefusedFileError(_unknown_encoding())
    return text, "GB18030"


def _unknown_encoding() -> str:
    return _("认不出文件的编码。请另存为“CSV UTF-8”或 .xlsx 再导入。")


def _is_damaged_utf8(body: bytes) -> bool:
    """Whether nearly everything is good UTF-8. GB18030 would read the rest too, as other characters."""
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for c in text if not c.isascii()) - bad
    return good > 4 * bad


def _looks_chinese(text: str) -> bool:
    """Whether the characters are mostly the usual ones; bytes of another encoding give rare ones."""
    letters = [c for c in text if not c.isascii()][:5000]
    if len(letters) < _WORTH_COUNTING:
        return True
    usual = "".join(letters).encode("gb2312", "ignore")
    return len(usual) > len(letters)


def _delimiter(text: str) -> str:
    lines = text[:20_000].splitlines()[:_DELIMITER_LINES]
    return max(_DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))


def _rows(text: str, delimiter: str) -> Iterator[RawRow]:
    closing = "\n" if not text.endswith(("\n", "\r")) else ""
    lines = chain(io.StringIO(text, newline=""), [closing] if closing else [], [_END])
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    try:
        for cells in reader:
            if cells == [_END]:
                return
            number += 1
            if number > MOST_ROWS + 1:
                raise RefusedFileError(too_many_rows())
            if cells and _END in cells[-1]:
                break
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise RefusedFileError(too_many_columns())
            yield RawRow(number, [clean_cell(cell) for cell in cells[:MOST_COLUMNS]])
    except csv.Error:
        number += 1
    raise RefusedFileError(
        _("第 %(row)s 行的引号没有配对，后面的内容读不出来。请改正后再导入。") % {"row": number}
    )
