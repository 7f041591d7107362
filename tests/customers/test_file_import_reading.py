"""Files of customers: what they are, their rows as text, and what their columns mean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from customers.field_values import FieldSpec
from customers.file_import import stage, staged_rows
from customers.file_import_csv import decode
from customers.file_import_mapping import all_targets, guess, guess_all, mapping_problems
from customers.file_import_reading import MOST_ROWS, RefusedFileError
from tests.customers.sheets import xlsx

HEADER = "客户编号,姓名,公司,手机\n"


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Whatever language another test's request has left behind."""
    with translation.override("zh-hans"):
        yield


def staged(tmp_path: Path, data: bytes | str) -> Any:
    path = tmp_path / "given"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return stage(path, tmp_path)


def refusal(tmp_path: Path, data: bytes | str) -> str:
    with pytest.raises(RefusedFileError) as refused:
        staged(tmp_path, data)
    return str(refused.value)


def cells(tmp_path: Path) -> list[tuple[int, list[str]]]:
    return [(row.number, row.cells) for row in staged_rows(tmp_path, 0)[0]]


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path, encoding):
    text = HEADER + "1,王小明,深圳某某公司,13800138000\n2,李四㐀,广州某某公司,13900139000\n"
    assert staged(tmp_path, text.encode(encoding)).total == 2
    assert cells(tmp_path)[1] == (3, ["2", "李四㐀", "广州某某公司", "13900139000"])


def test_a_mark_that_lies_about_the_encoding_is_not_believed(tmp_path):
    text = HEADER + "1,王小明,深圳某某公司,13800138000\n"
    staged(tmp_path, b"\xef\xbb\xbf" + text.encode("gb18030"))
    assert cells(tmp_path)[0][1][1] == "王小明"


def test_damaged_utf8_is_not_read_as_something_else(tmp_path):
    data = (HEADER + "1,王小明,深圳某某公司,13800138000\n" * 5).encode()
    broken = data[:-30] + b"\xff" + data[-29:]
    assert "第 6 行" in refusal(tmp_path, broken)


def test_another_encoding_is_refused_in_words(tmp_path):
    text = "姓名,公司,電話\n" + "陳小姐,臺灣電腦股份有限公司,0223456789\n" * 10
    assert "编码" in refusal(tmp_path, text.encode("big5"))


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_delimiters(tmp_path, sign):
    staged(tmp_path, sign.join(["姓名", "手机"]) + "\n" + sign.join(["王小明", "13800138000"]))
    assert cells(tmp_path) == [(2, ["王小明", "13800138000"])]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    text = '某某公司客户名单\n\n姓名,手机,备注\n王小明,13800138000,"两行\n备注"\n,,\n\n李四,13900139000,\n'
    found = staged(tmp_path, text)
    assert found.header_row == 3
    assert (found.total, found.empty) == (2, 2)
    assert [number for number, _cells in cells(tmp_path)] == [4, 7]


def test_invisible_marks_and_formula_texts(tmp_path):
    staged(tmp_path, '姓名,手机\n"王\0小\u200b明","=""13800138000"""\n')
    assert cells(tmp_path) == [(2, ["王小明", "13800138000"])]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\n\n,,\n", "没有内容"),
        ("姓名,手机\n", "没有数据"),
        (b"%PDF-1.7 ...", "不是表格"),
        (b"\x00\x01\x02\x00" * 100, "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Excel"),
        (b"PK\x03\x04 and then nothing", "读不出来"),
        ('姓名,手机\n王小明,13800138000\n"李四,13900139000\n赵五,13700137000\n', "第 3 行的引号"),
        ("王小明,13800138000\n李四,13900139000\n", "没有找到表头"),
        ("姓名,手机" + ",x" * 200 + "\n", "列"),
    ],
)
def test_what_is_no_list_of_customers_is_refused_in_words(tmp_path, data, words):
    assert words in refusal(tmp_path, data)


def test_too_many_rows_and_too_many_bytes_are_refused_in_words(tmp_path, monkeypatch):
    assert f"{MOST_ROWS:,}" in refusal(tmp_path, "手机\n" + "1\n" * (MOST_ROWS + 1))
    assert "MB" in refusal(tmp_path, b"x" * (21 * 1024 * 1024))


def test_decode_tells_what_it_found():
    assert decode("姓名".encode())[1] == "UTF-8"
    assert decode("姓名".encode("gb18030"))[1] == "GB18030"


# --- XLSX -------------------------------------------------------------------------------------


def test_a_workbook(tmp_path):
    path = xlsx(
        tmp_path / "book.xlsx",
        {
            2: [None, "客户名单"],
            4: [None, "客户编号", "姓名", "手机", "生日"],
            7: [None, "00123", "王小明", 13800138000, "1990-01-01"],
            9: [None, 124, "李四", 1.23456789012345e17, None],
        },
    )
    found = stage(path, tmp_path)
    assert found.form == "XLSX · 工作表“客户”"
    assert (found.header_row, found.total, found.empty) == (4, 2, 3)
    assert cells(tmp_path)[0] == (7, ["", "00123", "王小明", "13800138000", "1990-01-01"])
    assert cells(tmp_path)[1][1][1:4] == ["124", "李四", "1.23456789012345e+17"]


def test_a_header_over_several_columns_names_them_all(tmp_path):
    path = xlsx(
        tmp_path / "book.xlsx",
        {1: ["姓名", "电话", None, None], 2: ["王小明", 13800138000, 13900139000, "重要"]},
        merges=("B1:C1",),
    )
    assert stage(path, tmp_path).headers == ["姓名", "电话", "电话"]


def test_two_cells_in_far_corners_end_nothing_but_their_reader(tmp_path):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = xlsx(tmp_path / "book.xlsx", {1: ["姓名", "手机"], 2: ["甲", 13800138000]}, more=far)
    assert path.stat().st_size < 4096
    with pytest.raises(RefusedFileError, match="太大"):
        stage(path, tmp_path)


def test_a_zip_bomb_is_refused(tmp_path):
    path = xlsx(tmp_path / "book.xlsx", {1: ["姓名", "手机"]}, more=" " * (401 * 1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    with pytest.raises(RefusedFileError, match="太大"):
        stage(path, tmp_path)


def test_a_million_rows_in_a_workbook_are_refused_in_words(tmp_path):
    path = xlsx(
        tmp_path / "book.xlsx",
        {1: ["姓名"], 2: ["甲"]},
        more='<row r="1000000"><c r="A1000000"><v>1</v></c></row>',
    )
    with pytest.raises(RefusedFileError, match="行"):
        stage(path, tmp_path)


# --- mapping ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("姓名*", "name"),
        ("客户姓名（必填）", "name"),
        ("Name", "name"),
        ("手机号码", "phone"),
        ("手机号2", "phone"),
        ("备用电话", "phone"),
        ("Mobile Number", "phone"),
        ("Phone 1", "phone"),
        ("号码", "phone"),
        ("Tel.", "phone"),
        ("公司名称", "company"),
        ("微信", "openid"),
        ("微信号", None),
        ("E-mail", "email"),
        ("own id", "own_id"),
        ("owner username", "owner"),
        ("QQ号码", None),
        ("身份证号码", None),
        ("手机归属地", None),
        ("电话时间", None),
        ("Hotel", None),
        ("备注", None),
    ],
)
def test_headers(header, target):
    assert guess(header) == target


def test_a_second_column_for_one_place_is_left_out():
    assert guess_all(["姓名", "姓名", "手机", "电话", "车牌", "车牌", ""]) == [
        *["name", "", "phone", "phone", "attribute", "", ""]
    ]


@pytest.mark.parametrize(
    ("headers", "mapping", "words"),
    [
        (["甲", "乙", "丙"], ["name", "name", "phone"], "只能对应一列"),
        (["甲", "甲", "丙"], ["attribute", "attribute", "phone"], "不能同名"),
        (["甲", ""], ["phone", "attribute"], "没有列名"),
        (["甲", "乙"], ["name", "company"], "分不清谁是谁"),
        (["甲", "乙"], ["phone"], "不完整"),
        (["甲"], ["password"], "不完整"),
    ],
)
def test_mappings_that_cannot_be_used(headers, mapping, words):
    assert words in "".join(mapping_problems(headers, mapping))


CHOSEN = (FieldSpec(1, "车牌", "Plate", "text"), FieldSpec(2, "回访电话", "回访电话", "text"))


def test_business_fields_have_a_column_each():
    headers = ["姓名", "电话", "Plate", "车牌", "回访电话", "颜色"]
    mapping = guess_all(headers, fields=CHOSEN)
    assert mapping == ["name", "phone", "field:车牌", "", "field:回访电话", "attribute"]
    assert mapping_problems(headers, mapping, CHOSEN) == []
    assert all_targets(CHOSEN)["field:车牌"] == "业务字段 · Plate"
    assert "不完整" in "".join(mapping_problems(headers, mapping))
    both = [
        "attribute" if header == "车牌" else target
        for header, target in zip(headers, mapping, strict=True)
    ]
    assert "请只留一列" in "".join(mapping_problems(headers, both, CHOSEN))


def test_a_business_field_beats_the_words_that_are_known_for_something_else():
    member = FieldSpec(1, "会员号", "会员号", "text")
    headers = ["会员号", "客户编号", "姓名"]
    assert guess_all(headers, fields=[member]) == ["field:会员号", "own_id", "name"]
    assert guess_all(["会员号"]) == ["own_id"]
