"""Pasted lists of numbers, read into rows."""

import pytest

from customers import phone
from customers.addresses import Address
from customers.number_list import MOST_ROWS, parse_numbers


def read(raw: str) -> Address:
    number = phone.read(raw)
    if number.kind is phone.Kind.NONE:
        return Address("phone", "", number=number)
    return Address(str(number.kind), number.value, number=number)


def rows(text):
    return [(r.line, r.address.value, r.remark, r.problem) for r in parse_numbers(text, read).rows]


ONE, TWO = "+8613800138000", "+8613900139000"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("\n \n,,\n", []),
        ("13800138000", [(1, ONE, "", "")]),
        ("138 0013 8000，客户要求", [(1, ONE, "客户要求", "")]),
        ("13800138000 客户要求", [(1, ONE, "客户要求", "")]),
        ("138 0013 8000 说：别打 2 次，升级", [(1, ONE, "说：别打 2 次，升级", "")]),
        ("0755-86013388 转801", [(1, "+8675586013388;ext=801", "", "extension")]),
        ("13800138000\t投诉，骂人\t升级", [(1, ONE, "投诉，骂人，升级", "")]),
        ("13800138000；13900139000", [(1, ONE, "", ""), (1, TWO, "", "")]),
        ("13800138000、13900139000", [(1, ONE, "", ""), (1, TWO, "", "")]),
        ('"13800138000","说: ""别打"""', [(1, ONE, '说: "别打', "")]),
        ("号码,原因\n13800138000,要求\n13900139000,", [(2, ONE, "要求", ""), (3, TWO, "", "")]),
        ("姓名,手机号\n张三,13800138000", [(2, ONE, "", "")]),
        ("\ufeffPhone\tReason\n13800138000\tasked", [(2, ONE, "asked", "")]),
        ("13800138000\n\n+86 138-0013-8000", [(1, ONE, "", ""), (3, ONE, "", "repeated")]),
        ("13800138000,13800138000", [(1, ONE, "", ""), (1, ONE, "", "repeated")]),
        ("95588", [(1, "95588", "", "")]),
        ("138****8000", [(1, "138****8000", "", "masked")]),
        ("86013388", [(1, "86013388", "", "no-area-code")]),
        ("0755-86013388转801", [(1, "+8675586013388;ext=801", "", "extension")]),
        ("13800138000/13900139000", [(1, f"{ONE}/{TWO}", "", "several")]),
        ("张三", [(1, "", "", "not-a-number")]),
        ("a@b.cn", [(1, "a@b.cn", "", "not-a-number")]),
        ("1", [(1, "1", "", "unreadable")]),
    ],
)
def test_rows(text, found):
    assert rows(text) == found


def test_what_repeats_names_the_first():
    last = parse_numbers("13800138000\n13900139000\n13800138000", read).rows[-1]
    assert (last.problem, last.repeats) == ("repeated", 1)


def test_too_many_are_cut_and_said_so():
    text = "\n".join(f"138{n:08d}" for n in range(MOST_ROWS + 1))
    listing = parse_numbers(text, read)
    assert (len(listing.rows), listing.cut) == (MOST_ROWS, True)
    assert not parse_numbers(text.rpartition("\n")[0], read).cut
