"""Texts that could be read in two ways, masks as evidence, and the word before an extension."""

import pytest

from customers.models import Endpoint
from customers.number_view import view_number
from customers.phone import Category, can_match_by_tail, matches_mask, read
from customers.phone_display import show
from customers.phone_masks import is_telling, starts_of_masked


@pytest.mark.parametrize(
    "raw",
    [
        *("0755-86013388 801", "0755 8601 3388 801", "（0755）86013388 801", "075586013388 801"),
        *("+86 755 86013388 801", "0086-755-86013388  801", "电话 0755-86013388 801 前台"),
    ],
)
def test_a_group_behind_a_whole_landline_is_its_extension(raw):
    assert read(raw).value == "+8675586013388;ext=801"
    assert read(raw, area_code="010").value == "+8675586013388;ext=801"


@pytest.mark.parametrize(
    "raw",
    [
        # a number of its own, or the start of one
        *("0755-86013388 120", "0755-86013388 10086", "0755-86013388 12345", "0755-86013388 95588"),
        *(
            "0755-86013388 0755",
            "0755 138 0013 8000",
            "0755-2812345 2812346",
            "0755-86013388 86013389",
        ),
        # not a whole landline: seven digits where all have eight, no such area, no 0, odd groups
        *("010-6234123 4567", "0466-86013388 801", "755 86013388 801", "0755-860 133 801"),
        *("0755-86013388 801 802", "0755-16013388 801"),
        # another sort of number
        *("13800138000 801", "400-928-2737 801"),
    ],
)
def test_a_group_that_may_be_something_else_is_no_extension(raw):
    assert read(raw).extension == ""
    assert read(raw).category is Category.UNKNOWN
    assert not can_match_by_tail(read(raw), read("0755-86013388"))


def test_an_area_that_was_not_written_is_not_taken_for_a_whole_landline():
    assert read("+86 8020514 531", area_code="0755").extension == ""


def test_the_digits_together_come_first():
    assert read("0755-2812345 8").value == "+8675528123458"
    assert read("0772-281 2345 8").value == "+8677228123458"
    assert read("0772-2812345 88").value == "+867722812345;ext=88"


@pytest.mark.parametrize(
    "raw", ["+86 755 12345", "+8675512345", "008675512345", "+86 755 95588", "+86 10 12345"]
)
@pytest.mark.parametrize("area_code", ["", "0755"])
def test_a_citys_service_without_its_0_equals_no_local_number(raw, area_code):
    number = read(raw, area_code=area_code)
    assert number.category is Category.UNKNOWN
    assert number.value.startswith("+86")
    local = read(number.value.removeprefix("+86"), area_code=area_code)
    assert local.value != number.value
    assert not can_match_by_tail(number, local)
    assert read("0086 0755 12345").value == "075512345"
    assert read("+86 86013388").value == "86013388"


@pytest.mark.parametrize(
    ("mask", "telling", "starts"),
    [
        ("138****8000", True, ["+86138", "138"]),
        ("1380013****", True, ["+861380013", "1380013"]),
        ("0755-****3388", True, ["+86755"]),
        ("400***2737", True, ["+86400", "400"]),
        ("+65 912****7", False, ["+65912"]),
        ("+65 9123***7", False, ["+659123"]),
        ("+852 281***56", False, ["+852281"]),
        ("+44 7911 ***456", True, ["+447911"]),
        ("138****", False, ["+86138", "138"]),
        ("尾号8000", False, []),
        ("****80013800", True, []),
    ],
)
def test_masks_as_evidence(mask, telling, starts):
    number = read(mask)
    assert is_telling(number) is telling
    assert starts_of_masked(number) == starts


@pytest.mark.parametrize("raw", ["13800138000", "0755-86013388", "400-928-2737", "+447911123456"])
def test_the_value_behind_a_mask_begins_as_told(raw):
    number = read(raw)
    whole = number.base if number.category is Category.FOREIGN else number.digits
    if number.category is Category.LANDLINE:
        whole = "0" + whole
    mask = read(whole[:7] + "**" + whole[9:])
    assert matches_mask(mask, number.value)
    assert number.value.startswith(tuple(starts_of_masked(mask)))


@pytest.mark.parametrize("value", ["+65****4567", "138****8000", "a@example.com", "95588", ""])
def test_a_mask_agrees_with_numbers_alone(value):
    assert not matches_mask(read("+65****4567"), value)
    assert not matches_mask(read("955****8"), value)


def test_the_word_before_an_extension():
    value = "+8675586013388;ext=801"
    assert show(value) == "0755-8601 3388 转 801"
    assert show(value, extension_word="ext.") == "0755-8601 3388 ext. 801"
    assert show(value, masked=True, extension_word="ext.") == "0755-**** 3388 ext. ***"
    assert show("138****8000;ext=1", "masked", extension_word="ext.") == "138 **** 8000 ext. 1"
    both = f"{value}/+8613800138000"
    assert show(both, extension_word="x") == "0755-8601 3388 x 801 / 138 0013 8000"


def test_the_word_is_translated(monkeypatch, settings):
    settings.MASK_NUMBERS = False
    monkeypatch.setattr("customers.number_view.gettext", lambda text: {"转": "ext."}[text])
    seen = view_number(Endpoint(kind="phone", value="+8675586013388;ext=801"), None)
    assert seen.text == "0755-8601 3388 ext. 801"


@pytest.mark.parametrize(
    "written",
    [
        "+88605555880",
        "+886005555880",
        "+4900632060306",
        "+82045649702",
        "+820045649702",
        "+39061234",
    ],
)
def test_what_was_read_once_reads_the_same_again(written: str) -> None:
    value = read(written).value
    assert read(value).value == value
