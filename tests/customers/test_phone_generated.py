"""Numbers made up by the thousand: forms of one number agree, near misses differ, any text is read."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from customers.phone import (
    Kind,
    can_match_by_tail,
    read,
    searchable_tail,
    split,
)
from customers.regions import AREA_CODES

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
@example("001转0")
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
