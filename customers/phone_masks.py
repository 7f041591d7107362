"""Numbers of which some digits are hidden: 138****8000."""

from __future__ import annotations

import re

from customers.numbering import country_code, is_area_code, split_area
from customers.phone_number import Number


def mask_base(text: str) -> str:
    """Digits and stars in the form in which a mainland number is dialled: "0755****3388"."""
    body = re.sub(r"[^\d*]", "", text)
    if "+" in text and not body.startswith("86"):
        return "+" + body
    for prefix, shortest in (("0086", 7), ("86", 12 if "+" not in text else 5)):
        if body.startswith(prefix) and len(body) >= shortest:
            body = body.removeprefix(prefix)
            break
    if re.match(r"00[1-9]", body):
        return "+" + body[2:]
    if len(body) == 12 and re.match(r"01[3-9*]", body):
        return body[1:]
    area, subscriber = split_area(body)
    if is_area_code(area) and len(subscriber) in ((8,) if len(area) == 2 else (7, 8)):
        return "0" + body
    return body


def shows_enough(pattern: str) -> bool:
    """Three digits before the stars and four behind them, or seven altogether."""
    leading, trailing = pattern.index("*"), len(pattern) - 1 - pattern.rindex("*")
    return (leading >= 3 and trailing >= 4) or len(pattern) - pattern.count("*") >= 7


def is_telling(masked: Number) -> bool:
    """Whether a masked number shows enough digits to be evidence at all."""
    pattern = masked.base
    if pattern.startswith("+"):
        pattern = pattern[1 + len(country_code(pattern.partition("*")[0][1:])) :]
    return "*" in pattern and shows_enough(pattern)


def starts_of_masked(masked: Number) -> list[str]:
    """What the value of a number behind the mask may begin with; nothing when the mask begins at once."""
    start = masked.base.partition("*")[0]
    if not start or start.startswith("+"):
        return [start] if start else []
    return ["+86" + start[1:]] if start.startswith("0") else ["+86" + start, start]
