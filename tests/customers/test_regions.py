"""Places and carriers of numbers, and the table of area codes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from customers.regions import (
    AREA_CODES,
    Location,
    area_locations,
    country_code,
    is_area_code,
    locate,
    split_area,
)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("+8613800138000", Location("北京", "北京", "移动")),
        ("+8615211470000", Location("湖南", "衡阳", "移动")),
        ("+8675586013388", Location("广东", "深圳")),
        ("+8675586013388;ext=801", Location("广东", "深圳")),
        ("+861062341234", Location("北京", "北京")),
        ("+862888888888", Location("四川", "成都/眉山/资阳")),
        ("+8673188888888", Location("湖南", "长沙/株洲/湘潭")),
        ("+8689866666666", Location("海南", "")),
        ("+864798888888", Location("内蒙古", "锡林郭勒")),
        ("+867328888888", Location("湖南", "湘潭")),  # merged into 0731, still in address books
        ("+85228123456", Location("香港")),
        ("+85366123456", Location("澳门")),
        ("+886912345678", Location("台湾")),
        ("+6591234567", Location("新加坡")),
        ("+12125551234", Location("美国/加拿大")),
        ("+77012345678", Location("哈萨克斯坦")),
        ("+74951234567", Location("俄罗斯")),
        ("4009282737", Location()),
        ("95588", Location()),
        ("86013388", Location()),
        ("138****8000", Location()),
        ("139abcdefg", Location()),
        ("+999123456789", Location()),
        ("+8613800138000/+8613900139000", Location()),
        ("", Location()),
    ],
)
def test_locate(value: str, place: Location) -> None:
    assert locate(value) == place


def test_area_codes_hold_every_code_of_the_data_file() -> None:
    known = area_locations()
    assert len(AREA_CODES) == 321
    assert set(known) >= AREA_CODES
    assert all(known[code].province for code in AREA_CODES)


def test_area_codes() -> None:
    assert is_area_code("755")
    assert is_area_code("10")
    assert not is_area_code("0755")
    assert not is_area_code("13")
    assert split_area("75586013388") == ("755", "86013388")
    assert split_area("1062341234") == ("10", "62341234")


def test_country_code() -> None:
    assert country_code("8613800138000") == "86"
    assert country_code("85228123456") == "852"
    assert country_code("13800138000") == "1"
    assert country_code("999123") == ""
    assert country_code("") == ""


def test_reading_a_mainland_number_loads_neither_data_nor_parser() -> None:
    program = (
        "import sys; from customers import phone, regions; phone.read('0755-86013388-801');"
        "assert 'phonenumbers' not in sys.modules;"
        "assert regions._phone_data.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
