"""Reading numbers: what platforms, spreadsheets and people write, then generated pairs."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customers.phone import (
    Category,
    Kind,
    can_match_by_tail,
    matches_mask,
    read,
    searchable_tail,
    split,
)
from customers.regions import AREA_CODES

MOBILE = "+8613800138000"
LANDLINE = "+8675586013388"

SAME: dict[str, list[object]] = {
    MOBILE: [
        *["13800138000", "+8613800138000", "008613800138000", "8613800138000", "013800138000"],
        *["+86 138 0013 8000", "0086-138-0013-8000", "86 138 0013 8000", "+86(0)13800138000"],
        *["0086 013800138000", "+86-013800138000", "(+86)13800138000", "+(86) 138 00138000"],
        *["+0086 13800138000", "+86 86 13800138000", "086-13800138000", "0 138 0013 8000"],
        *[
            "１３８００１３８０００",
            "＋８６１３８００１３８０００",
            "١٣٨٠٠١٣٨٠٠٠",
            "138\xa00013\xa08000",
        ],
        *[
            "\u202d13800138000\u202c",
            "138\u200b0013\u200b8000",
            "\t13800138000\t",
            "138\xad00138000",
        ],
        *[
            "\ufeff13800138000",
            "13800138000\r\n",
            "138.0013.8000",
            "138/0013/8000",
            "138·0013·8000",
        ],
        *["1380013 8000", "13800 138000", "138—0013—8000", "138‑0013‑8000", "(138)00138000"],
        *[13800138000, 13800138000.0, Decimal(13800138000), "13800138000.0", "13800138000.00"],
        *["1.3800138E+10", "1.3800138000e10", "'13800138000", "’13800138000", '="13800138000"'],
        *["13,800,138,000", "tel:13800138000", "tel:+86-138-0013-8000", "手机：138 0013 8000"],
        *["手机号码13800138000", "M: 13800138000", "Tel. 13800138000", "Mobile 138-0013-8000"],
        *["138 0013 8000（张三）", "13800138000 张三", "张三 13800138000", "13800138000(John)"],
        *["13800138000【微信同号】", "【手机】13800138000", "13800138000 (home)", "• 13800138000"],
        *["17951 13800138000", "1795113800138000", "17911-13800138000", "12593 13800138000"],
        *["17900 13800138000", "1790113800138000", "17909 138 0013 8000", "10193 13800138000"],
        *["17951 013800138000", "℡13800138000", "call: 13800138000", "86+13800138000"],
        *["tel:13800138000;phone-context=+86", "①3800138000", "13800138000;"],
    ],
    LANDLINE: [
        *["0086075586013388", "+8675586013388", "+86075586013388", "075586013388", "75586013388"],
        *[
            "0755-86013388",
            "(0755)86013388",
            "（0755）8601 3388",
            "0755—86013388",
            "0755——86013388",
        ],
        *["86-755-86013388", "86 0755 86013388", "8675586013388", "86075586013388"],
        *["+86 (0)755-86013388", "+86 755 8601 3388", "+86 (0755) 8601-3388", "0086-755-86013388"],
        *["755 8601 3388", "755-86013388", "(755) 8601-3388", "0755/86013388", "0755.8601.3388"],
        *[
            "电话:0755-86013388",
            "Tel: (0755) 86013388",
            "办公电话：0755 8601 3388",
            "T: 0755-8601-3388",
        ],
        *["0755-86-01-33-88", 75586013388, 75586013388.0, "7.5586013388E+10", "+075586013388"],
        *["17951 075586013388", "17911 0755-86013388", "tel:86013388;phone-context=+86755"],
        *["0755-86013388（前台）", "深圳0755-86013388", "0755-86013388 总机", "0755 － 86013388"],
    ],
    LANDLINE + ";ext=801": [
        *[
            "0755-86013388-801",
            "0755-86013388转801",
            "0755-86013388 轉 801",
            "075586013388 ext 801",
        ],
        *["075586013388ext.801", "0755-86013388x801", "0755-86013388 x 801", "0755-86013388#801"],
        *["0755-86013388,801", "0755-86013388，801", "0755-86013388;801", "0755-86013388分机801"],
        *["0755-86013388 分机号：801", "+8675586013388;ext=801", "0755-86013388（转801）"],
        *["0755-86013388(801)", "0755-86013388 转分机 801", "+86-755-86013388-801"],
        *["tel:+86-755-86013388;ext=801", "0755-8601-3388-801", "0755-86013388转801（前台）"],
        *[
            "（0755）86013388—801",
            "０７５５－８６０１３３８８－８０１",
            "0755-86013388 Extension 801",
        ],
        *["0755-86013388,,801", "0755-86013388 EXT:801", "0755-86013388按801"],
    ],
    "+862066247698": [
        "008602066247698",
        "020-66247698",
        "20 6624 7698",
        "2066247698",
        "02066247698",
    ],
    "+861012345678": ["008601012345678", "010-12345678", "010 1234 5678", "+86 10 12345678"],
    "+867722812345": ["0772-2812345", "0772 281 2345", "7722812345", "+86 772 281-2345"],
    "+867722812345;ext=8": ["0772-2812345-8", "0772-2812345转8"],
    "+86218888888": ["0218888888", "021-8888888"],
    "4009282737": [
        *["4009282737", "400-928-2737", "400 928 2737", "+864009282737", "00864009282737"],
        *[
            "864009282737",
            "4009-282-737",
            "400-9282737",
            "04009282737",
            "400－928－2737",
            4009282737,
        ],
    ],
    "4009282737;ext=1": ["400-928-2737转1", "400-928-2737-1", "4009282737,1", "4009282737 按1"],
    "8008208820": ["800-820-8820", "0800-820-8820"],
    "95588": ["95588", "+8695588", "008695588", "86-95588"[3:], 95588, "955-88", "95588（工行）"],
    "10086": ["10086", "008610086", "+8610086", "+86 10086", 10086.0],
    "12345": ["12345", "+86 12345"],
    "075512345": ["0755-12345", "0755 12345", "0086 0755 12345"],
    "95013123456": ["95013123456", "+8695013123456", "95013 123456"],
    "86013388": [
        "86013388",
        "8601 3388",
        "8601-3388",
        "+86 86013388",
        "电话 86013388",
        "8601.3388",
    ],
    "86013388;ext=801": ["86013388-801", "86013388转801", "8601-3388-801", "86013388 ext 801"],
    "86013388;ext=1234": ["86013388-1234", "8601-3388-1234"],
    "2812345": ["2812345", "281-2345", "281 2345"],
    MOBILE + ";ext=1234": ["13800138000-1234", "13800138000转1234", "138 0013 8000,1234"],
    "+85228123456": ["+852 2812 3456", "0085228123456", "852-28123456", "(852) 2812-3456"],
    "+85366123456": ["+853 6612 3456", "0085366123456", "853-6612-3456"],
    "+886912345678": ["+886 912 345 678", "00886912345678", "+8860912345678", "886-912-345-678"],
    "+6591234567": ["+65 9123 4567", "006591234567", "0065-9123-4567", "tel:+6591234567"],
    "+442079460958": ["+44 20 7946 0958", "+44 (0)20 7946 0958", "00442079460958"],
    "+390612345678": ["+39 06 12345678", "00390612345678"],
    "+13800138000": ["+13800138000", "+1 380 013 8000", "0013800138000", "+1 (380) 013-8000"],
}


@pytest.mark.parametrize(("value", "raw"), [(v, raw) for v, raws in SAME.items() for raw in raws])
def test_one_number_has_one_value(value: str, raw: object) -> None:
    number = read(raw)
    assert (number.kind, number.value) == (Kind.PHONE, value)
    assert number.base == value.partition(";ext=")[0]
    assert number.extension == value.partition(";ext=")[2]
    assert read(number.value).value == value
    assert number.raw == str(raw)


@pytest.mark.parametrize(
    ("raw", "category"),
    [
        ("13800138000", Category.MOBILE),
        ("075586013388", Category.LANDLINE),
        ("4009282737", Category.TOLL_FREE),
        *[
            (s, Category.SERVICE)
            for s in ("110", "119", "10010", "12306", "95588", "96822", "116114")
        ],
        *[
            (s, Category.SERVICE)
            for s in ("95512345", "96512345", "9501712345678", "106912345678901")
        ],
        *[(s, Category.LOCAL) for s in ("86013388", "2812345", "91234567")],
        *[(s, Category.SHORT) for s in ("8001", "30133", "801234")],
        *[(s, Category.FOREIGN) for s in ("+6591234567", "+85328123456", "+13800138000")],
        *[
            (s, Category.UNKNOWN)
            for s in ("801", "6591234567890", "+999123456789", "12345678901234")
        ],
        ("85228123456", Category.UNKNOWN),  # without + or 00 nothing says that it is Hong Kong's
        ("139abcdefg", Category.NOT_PHONE),
    ],
)
def test_category(raw: str, category: Category) -> None:
    assert read(raw).category is category


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("138****8000", Kind.MASKED, "138****8000"),
        ("138xxxx8000", Kind.MASKED, "138****8000"),
        ("138XXXX8000", Kind.MASKED, "138****8000"),
        ("138••••8000", Kind.MASKED, "138****8000"),
        ("138＊＊＊＊8000", Kind.MASKED, "138****8000"),
        ("138----8000", Kind.MASKED, "138****8000"),
        ("+86 138 **** 8000", Kind.MASKED, "138****8000"),
        ("0086-138-****-8000", Kind.MASKED, "138****8000"),
        ("86138****8000", Kind.MASKED, "138****8000"),
        ("手机：138****8000", Kind.MASKED, "138****8000"),
        ("138****8000转1234", Kind.MASKED, "138****8000;ext=1234"),
        ("0086158xxxxxxxx", Kind.MASKED, "158********"),
        ("138****", Kind.MASKED, "138****"),
        ("0755-****3388", Kind.MASKED, "0755****3388"),
        ("+86 755 **** 3388", Kind.MASKED, "0755****3388"),
        ("008607558601****", Kind.MASKED, "07558601****"),
        ("+65****4567", Kind.MASKED, "+65****4567"),
        ("1380013800x", Kind.MASKED, "1380013800*"),
        ("尾号8000", Kind.MASKED, "*******8000"),
        ("139abcdefg", Kind.MAPPED, "139abcdefg"),
        (" ABABABABA ", Kind.MAPPED, "ABABABABA"),
        ("abABabAB9", Kind.MAPPED, "abABabAB9"),
        ("1 800 FLOWERS", Kind.MAPPED, "1 800 FLOWERS"),
        ("1-800-555-FLWR", Kind.MAPPED, "1-800-555-FLWR"),
        ("QQ：12345678", Kind.MAPPED, "QQ：12345678"),
        ("1+3800138000", Kind.MAPPED, "1+3800138000"),
        ("sip:3013@1400xxx.tccc.qcloud.com", Kind.SIP, "3013@1400xxx.tccc.qcloud.com"),
        ("1011@1400XXX.TCCC.qcloud.com", Kind.SIP, "1011@1400xxx.tccc.qcloud.com"),
        ('"Z" <sip:3013@h.cn:5061;transport=tls>', Kind.SIP, "3013@h.cn"),
        ("sip:Anna@example.com", Kind.SIP, "sip:Anna@example.com"),
        ("Zhang.San@Example.COM", Kind.EMAIL, "zhang.san@example.com"),
        ("12345678@qq.com", Kind.EMAIL, "12345678@qq.com"),
        ("邮箱：a@b.cn", Kind.EMAIL, "a@b.cn"),
        ("anonymous@anonymous.invalid", Kind.NONE, ""),
    ],
)
def test_other_kinds(raw: str, kind: Kind, value: str) -> None:
    number = read(raw)
    assert (number.kind, number.value, number.category) == (kind, value, Category.NOT_PHONE)
    assert read(number.value).value == value


@pytest.mark.parametrize(
    "raw",
    [
        *[None, True, False, [], {}, (), b"13800138000", float("nan"), float("inf"), 10**200],
        *["", " ", "\t\n", "-", "--", "+", "0", "0000", "00000000000", "+86", "0086", "*", "***"],
        *["anonymous", "Anonymous", "ANONYMOUS", "unknown", "withheld", "private", "restricted"],
        *[
            "unavailable",
            "null",
            "undefined",
            "None",
            "NaN",
            "N/A",
            "#N/A",
            "未知",
            "匿名",
            "隐藏号码",
        ],
        *["<unknown>", "(null)", "张三", "无", "1" * 129, "1.38E+10", "1.38001E+10"],
    ],
)
def test_no_number(raw: object) -> None:
    number = read(raw)
    assert (number.kind, number.value) == (Kind.NONE, "")


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("13800138000/13900139000", ["13800138000", "13900139000"]),
        ("13800138000；13900139000", ["13800138000", "13900139000"]),
        ("13800138000、0755-86013388", ["13800138000", "0755-86013388"]),
        ("138 0013 8000\n139 0013 9000", ["138 0013 8000", "139 0013 9000"]),
        ("8601338/8601339", ["8601338", "8601339"]),
        ("8601338 8601339", ["8601338", "8601339"]),
        ("13800138000（张三），13900139000（李四）", ["13800138000(张三)", "13900139000(李四)"]),
        ("10086/95588", ["10086", "95588"]),
        ("0755/86013388", ["0755/86013388"]),
        ("138/0013/8000", ["138/0013/8000"]),
        ("86013388,801", ["86013388,801"]),
        ("86013388,10086", ["86013388,10086"]),
        ("13,800,138,000", ["13,800,138,000"]),
        ("0755-86013388/89", ["0755-86013388/89"]),
        ("", []),
    ],
)
def test_split(raw: str, parts: list[str]) -> None:
    assert split(raw) == parts


def test_two_numbers_in_one_cell_are_neither_of_them() -> None:
    both = read("13800138000/13900139000")
    assert both.category is Category.UNKNOWN
    assert both.value == "+8613800138000/+8613900139000"
    assert both.digits == ""
    assert read(both.value).value == both.value
    assert not can_match_by_tail(both, read("13900139000"))


@pytest.mark.parametrize("area_code", ["0755", "755", "+86755"])
def test_home_area_completes_local_numbers(area_code: str) -> None:
    assert read("86013388", area_code=area_code).value == LANDLINE
    assert read("8601-3388-801", area_code=area_code).value == LANDLINE + ";ext=801"
    assert read("95588", area_code=area_code).value == "95588"
    assert read("13800138000", area_code=area_code).value == MOBILE
    assert read("86013388", area_code="nonsense").value == "86013388"


def test_home_region_reads_bare_digits_first() -> None:
    assert read("28123456", region="HK").value == "+85228123456"
    assert read("13012345678", region="US").value == "+13012345678"
    assert read("13800138000", region="HK").value == MOBILE
    assert read("008613800138000", region="HK").value == MOBILE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800138000", "+13800138000"),
        ("13800138000", "0013800138000"),
        ("075586013388", "+75586013388"),
        ("95588", "0755-95588"),
        ("0755-12345", "010-12345"),
        ("4009282737", "+4009282737"),
        ("91234567", "+6591234567"),
        ("8601338-8", "86013388"),
        ("0772-2812345-8", "0772-28123458"),
        ("86013388-801", "86013388801"),
        ("12345678@qq.com", "12345678"),
        ("138****8000", "1388000"),
        ("138----8000", "1388000"),
        ("abababaBA", "ABABABABA"),
    ],
)
def test_different_numbers_differ(one: str, other: str) -> None:
    assert read(one).value != read(other).value


@pytest.mark.parametrize(
    ("one", "other", "maybe"),
    [
        ("86013388", "0755-86013388", True),
        ("86013388-801", "0755-86013388", True),
        ("0755-86013388-801", "0755-86013388", True),
        ("0755-86013388-801", "0755-86013388-802", True),
        ("85228123456", "+85228123456", True),
        ("6591234567", "+6591234567", True),
        ("3800138000", "+13800138000", True),
        ("86013388", "010-86013388", True),
        ("6013388", "0755-86013388", False),
        ("00138000", "13800138000", False),
        ("80138000", "13880138000", False),
        ("9282737", "4009282737", False),
        ("91234567", "+6591234567", False),
        ("13800138000", "+13800138000", False),
        ("0755-86013388", "010-86013388", False),
        ("13800138000", "13800138001", False),
        ("95588", "95588", False),
        ("8001", "8001", False),
        ("3388", "86013388", False),
        ("801", "801", False),
        ("", "", False),
        ("139abcdefg", "139abcdefg", False),
    ],
)
def test_tail(one: str, other: str, maybe: bool) -> None:
    assert can_match_by_tail(read(one), read(other)) is maybe
    assert can_match_by_tail(read(other), read(one)) is maybe


@pytest.mark.parametrize(
    ("mask", "other", "maybe"),
    [
        ("138****8000", "13800138000", True),
        ("+86138****8000", "008613800138000", True),
        ("0086138xxxx8000", MOBILE + ";ext=1", True),
        ("0755-****3388", LANDLINE, True),
        ("07558601****", LANDLINE, True),
        ("1380013****", "13800138000", True),
        ("+65 9123 ****", "+6591234567", False),  # four digits seen
        ("+65 912****7", "+6591234567", False),
        ("+86 138****8000", "+13800138000", False),
        ("138****8000", "13800138001", False),
        ("138****8000", "13900138000", False),
        ("138***8000", "13800138000", False),
        ("138****", "13800138000", False),
        ("138********", "13800138000", False),
        ("*******8000", "13800138000", False),
        ("13800138000", "13800138000", False),
        ("138****8000", "", False),
    ],
)
def test_mask(mask: str, other: str, maybe: bool) -> None:
    assert matches_mask(read(mask), read(other).value) is maybe


@pytest.mark.parametrize(
    ("raw", "tail"),
    [
        ("138****8000", "8000"),
        ("1380013****", ""),
        ("138*****000", ""),
        ("86013388", "86013388"),
        ("13800138000", "13800138000"),
        ("0755-86013388-801", "75586013388"),
        ("+6591234567", "91234567"),
        ("95588", ""),
        ("8001", ""),
        ("139abcdefg", ""),
        ("", ""),
    ],
)
def test_searchable_tail(raw: str, tail: str) -> None:
    assert searchable_tail(read(raw)) == tail


# --- generated pairs -------------------------------------------------------------------------

Style = Callable[[random.Random, str], str]


def _grouped(r: random.Random, digits: str, *sizes: int) -> str:
    parts, start = [], 0
    for size in sizes:
        parts.append(digits[start : start + size])
        start += size
    return r.choice(["", " ", "-", "\xa0", "－", "–", "."]).join([*parts, digits[start:]])


_MOBILE_PREFIXES = [
    *[
        "",
        "",
        "+86",
        "+86 ",
        "+86-",
        "0086",
        "0086-",
        "86",
        "86 ",
        "86-",
        "0",
        "0 ",
        "(+86)",
        "(86)",
    ],
    *[
        "+86(0)",
        "+86 0",
        "00860",
        "+86 (0)",
        "+0086",
        "00 86 ",
        "086-",
        "＋８６",
        "17951",
        "17951 ",
    ],
    *["12593", "10193 ", "17911-", "17909", "１７９５１"],
]
_AREA_FORMS = [
    *[
        "0{a}",
        "0{a}-",
        "0{a} ",
        "(0{a})",
        "（0{a}）",
        "0{a}—",
        "0{a}——",
        "0{a}/",
        "０{a}",
        "17951 0{a}",
    ],
    *["+86{a}", "+86 {a} ", "+86-{a}-", "+86 (0){a}-", "+86(0{a})", "0086{a}", "00860{a}"],
    *["0086-0{a}-", "86-{a}-", "860{a}", "86{a}", "{a}-", "{a} ", "({a})", "{a}"],
]


def _mobile(r: random.Random) -> tuple[str, Callable[[], str]]:
    digits = "1" + r.choice("3456789") + "".join(r.choices("0123456789", k=9))

    def write() -> str:
        body = _grouped(r, digits, *r.choice([(3, 4), (3, 3), (4, 4), (), (5,)]))
        return r.choice(_MOBILE_PREFIXES) + body

    return "+86" + digits, write


def _landline(r: random.Random) -> tuple[str, Callable[[], str]]:
    area = r.choice(sorted(AREA_CODES))
    size = 8 if len(area) == 2 else r.choice([7, 8])
    subscriber = r.choice("2345678") + "".join(r.choices("0123456789", k=size - 1))

    def write() -> str:
        body = _grouped(r, subscriber, size - 4) if r.random() < 0.5 else subscriber
        lead = r.choice(_AREA_FORMS)
        # An area code without 0 that runs into grouped digits would look like a local number.
        return lead.format(a=area) + (subscriber if lead in ("{a}", "86{a}") else body)

    return "+86" + area + subscriber, write


def _toll_free(r: random.Random) -> tuple[str, Callable[[], str]]:
    digits = r.choice(["400", "800"]) + "".join(r.choices("0123456789", k=7))

    def write() -> str:
        prefix = r.choice(["", "", "+86", "0086", "86", "86-", "+86 ", "0086-"])
        return prefix + _grouped(r, digits, *r.choice([(3, 3), (3, 4), (4, 3), (), (3,)]))

    return digits, write


# Country code and a pattern of a real mobile or landline, N for 2-9 and # for any digit.
_ABROAD = [
    *[("852", "9NNN####"), ("852", "2NNN####"), ("853", "66NN####"), ("886", "91#######")],
    *[("65", "9NNN####"), ("65", "6NNN####"), ("81", "90N#######"), ("82", "10N#######")],
    *[("44", "7911######"), ("44", "207946####"), ("49", "1512#######"), ("33", "612######")],
    *[("61", "41#######"), ("60", "12N######"), ("66", "81#######"), ("84", "912######")],
    *[("7", "916#######"), ("1", "212NNN####"), ("1", "415NNN####"), ("39", "347#######")],
    *[("971", "50#######"), ("91", "98########"), ("63", "917#######"), ("62", "812#######")],
]
_NO_TRUNK_ZERO = {"852", "853", "65", "1", "39", "7"}


def _foreign(r: random.Random) -> tuple[str, Callable[[], str]]:
    code, pattern = r.choice(_ABROAD)
    digits = "".join(
        r.choice("23456789") if c == "N" else r.choice("0123456789") if c == "#" else c
        for c in pattern
    )

    def write() -> str:
        trunk = r.choice(["", "", "(0)", "0"]) if code not in _NO_TRUNK_ZERO else ""
        prefix = r.choice(
            ["+{c}", "00{c}", "+{c} ", "00{c}-", "+{c}-", "(+{c})", "00 {c} ", "＋{c}"]
        )
        return (
            prefix.format(c=code)
            + trunk
            + _grouped(r, digits, *r.choice([(3, 3), (4,), (2, 4), ()]))
        )

    return "+" + code + digits, write


_AROUND = [
    "{}",
    "{}",
    "{}",
    " {} ",
    "\t{}",
    "\u202d{}\u202c",
    "{}\u200b",
    "'{}",
    "手机：{}",
    "电话:{}",
]
_AROUND += [
    "{}（张三）",
    "{} 李四",
    "Tel: {}",
    "M:{}",
    "联系人 {}",
    "{}(王总)",
    "tel:{}",
    "\ufeff{}",
]
_EXTENSIONS = ["-{}", "转{}", " 转 {}", "轉{}", " ext {}", "ext.{}", " x{}", "#{}", ",{}", "分机{}"]
_EXTENSIONS += [";ext={}", "，{}", "（转{}）", " 分机：{}", "－{}", "x{}"]


def _any_number(r: random.Random) -> tuple[str, Callable[[], str]]:
    make = r.choices([_mobile, _landline, _toll_free, _foreign], [4, 4, 1, 3])[0]
    value, write = make(r)
    extension = ""
    if r.random() < 0.25:
        extension = "".join(
            r.choices("0123456789", k=r.choice([3, 4] if make is _foreign else [1, 2, 3, 4]))
        )

    def write_all() -> str:
        text = write()
        if extension:
            # A dash before a foreign extension may be part of the number itself.
            endings = _EXTENSIONS[1:14] if make is _foreign else _EXTENSIONS
            text += r.choice(endings).format(extension)
        return r.choice(_AROUND).format(text)

    return value + (f";ext={extension}" if extension else ""), write_all


def test_generated_formats_of_one_number_agree() -> None:
    r = random.Random(20240607)
    missed = []
    for _ in range(24_000):
        value, write = _any_number(r)
        missed += [
            (value, text, n) for text in (write(), write()) if (n := read(text).value) != value
        ]
    assert missed[:20] == []


def test_generated_near_misses_differ() -> None:
    r = random.Random(7)
    equal = []
    for _ in range(24_000):
        value, write = _any_number(r)
        base, sign, extension = value.partition(";ext=")
        place = r.randrange(1 if base[0] == "+" else 0, len(base))
        digit = r.choice([d for d in "0123456789" if d != base[place]])
        near = [
            base[:place] + digit + base[place + 1 :] + sign + extension,  # one digit changed
            base[:place] + base[place + 1 :] + sign + extension,  # one lost
            base[:place] + digit + base[place:] + sign + extension,  # one too many
            base[:-2] + base[-1] + base[-2] + sign + extension,  # the last two exchanged
            "+1" + base.lstrip("+") + sign + extension,  # another country
        ]
        # A 0 put before the national number is its trunk 0: the same number, rightly.
        trunk = {value[:cut] + "0" + value[cut:] for cut in range(5)}
        text = write()
        found = read(text).value
        equal += [
            (text, other)
            for other in near
            if other not in trunk | {value} and read(other).value == found
        ]
    assert equal == []


@settings(max_examples=1500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text("0123456789+-() *x转,;/.@aE86", max_size=30)))
@example("+44002079460958")
@example("8601338 8601339")
def test_any_text_is_read_and_its_value_is_stable(text: str) -> None:
    number = read(text)
    again = read(number.value)
    assert again.value == number.value
    assert (again.kind, again.category) == (number.kind, number.category)
    assert number.raw == text
    assert bool(number.value) is (number.kind is not Kind.NONE)
    split(text)
    searchable_tail(number)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.integers(), st.floats(), st.decimals(), st.booleans(), st.none()))
def test_any_scalar_is_read(raw: object) -> None:
    assert read(raw).raw in (str(raw), "")


@settings(max_examples=500, deadline=None)
@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{7,11}", fullmatch=True),
)
def test_international_digits_never_become_a_mainland_mobile(mobile: str, abroad: str) -> None:
    if not abroad.startswith("86"):
        assert read("+" + abroad).value != read(mobile).value
        assert not can_match_by_tail(read("+" + abroad), read(mobile))
