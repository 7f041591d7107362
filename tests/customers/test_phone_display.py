"""How numbers look, in full and masked, and how they are dialled."""

from __future__ import annotations

import pytest

from customers.phone import read
from customers.phone_display import DialForm, dial_form, show


@pytest.mark.parametrize(
    ("value", "kind", "full", "masked"),
    [
        ("+8613800138000", "phone", "138 0013 8000", "138 **** 8000"),
        ("+8613800138000;ext=12", "phone", "138 0013 8000 转 12", "138 **** 8000 转 **"),
        ("+8675586013388", "phone", "0755-8601 3388", "0755-**** 3388"),
        ("+8675586013388;ext=801", "phone", "0755-8601 3388 转 801", "0755-**** 3388 转 ***"),
        ("+867722812345", "phone", "0772-281 2345", "0772-*** 2345"),
        ("+861062341234", "phone", "010-6234 1234", "010-**** 1234"),
        ("86013388", "phone", "8601 3388", "**** 3388"),
        ("2812345", "phone", "281 2345", "*** 2345"),
        ("4009282737", "phone", "400-928-2737", "400-928-2737"),
        ("95588", "phone", "95588", "95588"),
        ("075512345", "phone", "0755-12345", "0755-12345"),
        ("8001", "phone", "8001", "8001"),
        ("+6561234567", "phone", "+65 6123 4567", "+65 **** 4567"),
        ("+85228123456", "phone", "+852 2812 3456", "+852 **** 3456"),
        ("+13800138000", "phone", "+1 380-013-8000", "+1 **** 8000"),
        ("85228123456", "phone", "85228123456", "**** 3456"),
        ("801", "phone", "801", "**** 1"),
        ("+999123456789", "phone", "+999123456789", "**** 6789"),
        (
            *("+8613800138000/+8613900139000", "phone"),
            *("138 0013 8000 / 139 0013 9000", "138 **** 8000 / 139 **** 9000"),
        ),
        ("138****8000", "masked", "138 **** 8000", "138 **** 8000"),
        ("0755****3388", "masked", "0755-**** 3388", "0755-**** 3388"),
        ("+65****4567", "masked", "+65****4567", "+65****4567"),
        ("138****8000;ext=1234", "masked", "138 **** 8000 转 1234", "138 **** 8000 转 1234"),
        ("139abcdefg", "mapped", "139abcdefg", "13***"),
        ("oAbCdEfGhIjKlMnOp", "openid", "oAbCdEfGhIjKlMnOp", "oAbC…MnOp"),
        ("zhang.san@example.com", "email", "zhang.san@example.com", "z***@example.com"),
        ("3013@x.tccc.qcloud.com", "sip", "3013@x.tccc.qcloud.com", "3***@x.tccc.qcloud.com"),
        ("", "phone", "", ""),
        ("", "mapped", "", ""),
        ("139abcdefg", "phone", "139abcdefg", "13***"),
        ("138****8000", "phone", "138 **** 8000", "138 **** 8000"),
    ],
)
def test_show(value: str, kind: str, full: str, masked: str) -> None:
    assert show(value, kind) == full
    assert show(value, kind, masked=True) == masked


@pytest.mark.parametrize("raw", ["13800138000", "0755-86013388", "+6591234567", "86013388"])
def test_a_masked_number_hides_four_digits(raw: str) -> None:
    number = read(raw)
    assert number.digits[-8:-4] not in show(number.value, masked=True)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("+8613800138000", DialForm("13800138000", "", "")),
        ("+8613800138000;ext=1234", DialForm("13800138000", "1234", "")),
        ("+8675586013388;ext=801", DialForm("075586013388", "801", "")),
        ("+861062341234", DialForm("01062341234", "", "")),
        ("+85228123456", DialForm("0085228123456", "", "")),
        ("+886912345678", DialForm("00886912345678", "", "")),
        ("+13800138000", DialForm("0013800138000", "", "")),
        ("4009282737", DialForm("4009282737", "", "")),
        ("95588", DialForm("95588", "", "")),
        ("86013388", DialForm("86013388", "", "")),
        ("8001", DialForm("8001", "", "")),
        ("139abcdefg", DialForm("139abcdefg", "", "")),
        ("138****8000", DialForm("", "", "masked")),
        ("", DialForm("", "", "withheld")),
        ("anonymous", DialForm("", "", "withheld")),
        ("a@example.com", DialForm("", "", "not-a-number")),
        ("3013@x.tccc.qcloud.com", DialForm("", "", "not-a-number")),
        ("+8613800138000/+8613900139000", DialForm("", "", "not-a-number")),
        ("QQ：12345678", DialForm("", "", "not-a-number")),
    ],
)
def test_dial_form(value: str, form: DialForm) -> None:
    assert dial_form(value) == form
    assert dial_form(read(value)) == form


@pytest.mark.parametrize(
    "raw", ["13800138000", "0755-86013388", "+6591234567", "4009282737", "95588"]
)
def test_what_is_dialled_or_shown_reads_as_the_same_number(raw: str) -> None:
    value = read(raw).value
    assert read(dial_form(value).text).value == value
    assert read(show(value)).value == value
