"""The value that reading a number gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from customers.numbering import Category, country_code


class Kind(StrEnum):
    """What the text turned out to be."""

    PHONE = "phone"
    MASKED = "masked"
    MAPPED = "mapped"
    EMAIL = "email"
    SIP = "sip"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Number:
    """One number as read.

    `value` is canonical: E.164 ("+8613800138000"), bare digits where there is no E.164 ("95588",
    "4009282737", the local "86013388"), both with ";ext=801" where an extension was given; masked
    digits are stars ("138****8000"); "" when there is no number. `base` is `value` without the
    extension, `raw` is what was received.
    """

    raw: str
    kind: Kind
    value: str
    base: str
    extension: str
    category: Category

    @property
    def digits(self) -> str:
        """Digits of a phone's base without country code or trunk 0; "" for other kinds."""
        if self.kind is not Kind.PHONE or "/" in self.base:
            return ""
        if not self.base.startswith("+"):
            return self.base
        return self.base[1 + len(country_code(self.base[1:])) :]
