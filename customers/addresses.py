"""One way to read whatever names a customer's end of a contact: a number, an openid, an e-mail."""

from dataclasses import dataclass

from django.conf import settings

from customers import phone

_OPAQUE = {"openid", "user", "mapped"}
_LONGEST = 190


@dataclass(frozen=True, slots=True)
class Address:
    """What was read. `value` is canonical and "" when there is nothing to reach; `number` is set for number kinds."""

    kind: str
    value: str
    digits: str = ""
    number: phone.Number | None = None


def read_address(kind: str, raw: object) -> Address:
    """Read `raw` as `kind`: "phone", "openid", "user", "mapped", "email" or "sip".

    A phone that turns out to be masked, mapped, an e-mail or a SIP address comes back as that kind.
    Openids and user ids are opaque: compared exactly, case and all.
    """
    if kind in _OPAQUE:
        text = "".join(c for c in str(raw or "").strip() if c.isprintable())
        return Address(kind, text if len(text) <= _LONGEST else "")
    number = read_number(raw)
    if number.kind is phone.Kind.NONE or len(number.value) > _LONGEST:
        return Address(kind, "", number=number)
    return Address(str(number.kind), number.value, phone.searchable_tail(number)[-32:], number)


def read_number(raw: object) -> phone.Number:
    """Read a number with the centre's region and area code."""
    return phone.read(raw, region=settings.DEFAULT_REGION, area_code=settings.HOME_AREA_CODE)
