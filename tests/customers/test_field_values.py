"""Values of business fields: what people type, what is kept, what is shown."""

import pytest

from customers.field_values import (
    FieldSpec,
    RefusedValueError,
    read_choices,
    read_value,
    show_value,
    typed_value,
)

KINDS = ("text", "choice", "date", "number", "yes-no")


def spec(kind: str) -> FieldSpec:
    return FieldSpec(1, "k", "名", kind, ("基础", "尊享"))


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        *((kind, blank, None) for kind in KINDS for blank in ("", " \t ", "\0")),
        ("text", "  粤B\n12 ", "粤B 12"),
        ("text", "a\0b", "a b"),
        ("choice", "尊享", "尊享"),
        ("date", "2026-03-01", "2026-03-01"),
        ("date", "2026/3/1", "2026-03-01"),
        ("date", "２０２６年３月１日", "2026-03-01"),
        ("date", "2026.3.1", "2026-03-01"),
        ("date", "2026-03-01 00:00:00", "2026-03-01"),
        ("number", "1,280.50", "1280.50"),
        ("number", "-3", "-3"),
        ("number", "1e3", "1000"),
        ("number", "１２", "12"),
        ("yes-no", "yes", True),
        ("yes-no", "是", True),
        ("yes-no", "0", False),
        ("yes-no", "没有", False),
    ],
)  # fmt: skip
def test_read(kind: str, typed: str, value: object) -> None:
    assert read_value(spec(kind), typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "长" * 201),
        ("choice", "豪华"),
        ("date", "2026-02-30"),
        ("date", "明年三月"),
        ("date", "2026-3"),
        ("number", "一"),
        ("number", "nan"),
        ("number", "1e999999999"),
        ("number", "1" * 21),
        ("number", "1_000"),
        ("yes-no", "也许"),
    ],
)
def test_refused_in_words(kind: str, typed: str) -> None:
    with pytest.raises(RefusedValueError, match=r".+。"):
        read_value(spec(kind), typed)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "typed"),
    [
        ("text", None, "", ""),
        ("text", "甲", "甲", "甲"),
        ("text", 7, "7", "7"),
        ("text", ["甲", "乙"], "甲 乙", "甲 乙"),
        ("yes-no", True, "是", "yes"),
        ("yes-no", False, "否", "no"),
        ("yes-no", "有", "有", "yes"),
        ("yes-no", "大概", "大概", "大概"),
        ("date", "2026/3/1", "2026/3/1", "2026-03-01"),
        ("date", "三月", "三月", "三月"),
        ("number", "1,200", "1,200", "1200"),
        ("choice", "旧", "旧", "旧"),
    ],
)
def test_shown_and_in_a_control(kind: str, value: object, shown: str, typed: str) -> None:
    assert show_value(kind, value) == shown
    assert typed_value(spec(kind), value) == typed


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_read_goes_through_a_form_unchanged(kind: str) -> None:
    for typed in ("尊享", "2026-03-01", "12.50", "yes"):
        try:
            value = read_value(spec(kind), typed)
        except RefusedValueError:
            continue
        assert read_value(spec(kind), typed_value(spec(kind), value)) == value


def test_options_each_once() -> None:
    assert read_choices(" 甲 \n\n乙\r\n甲\n") == ("甲", "乙")
