"""What is typed into the search of the panel: a number to dial, or somebody's name."""

from typing import Any

import pytest

from screenpop.home import typed_number


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("１３８ ００１３ ８０００", "138 0013 8000"),
        ("电话：13800138000", "138 0013 8000"),
        ("+86 138-0013-8000", "138 0013 8000"),
        ("0755-86013388 转 2", "0755-8601 3388 转 2"),
        ("10086", "10086"),
        ("zqm", None),
        ("zhang3", None),
        ("lin yue", None),
        ("A1234567", None),
        ("3M中国", None),
        ("云帆科技2", None),
        ("欧阳", None),
        ("", None),
    ],
)
def test_only_what_is_written_as_a_number_is_offered_to_be_dialled(
    settings: Any, typed: str, shown: str | None
) -> None:
    settings.MASK_NUMBERS = False
    _address, number = typed_number(typed, None)
    assert (number.text if number else None) == shown


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("138", "归属地未知"),
        ("138001", "归属地未知"),
        ("1380013", "北京 · 移动"),
        ("138 0013 800", "北京 · 移动"),
        ("+86 1380013", "北京 · 移动"),
        ("0138001380", "北京 · 移动"),
        ("13800138000", "北京 · 移动"),
        ("0755", "广东 深圳"),
        ("0755-8601", "广东 深圳"),
        ("010", "北京"),
        ("07", "归属地未知"),
        ("86013388", "归属地未知"),
        ("4008001", "归属地未知"),
        ("10086", "归属地未知"),
    ],
)
def test_the_place_is_told_while_the_number_is_typed(typed: str, place: str, settings: Any) -> None:
    settings.MASK_NUMBERS = False
    _address, number = typed_number(typed, None)
    assert number is not None
    assert number.place == place
