"""Reading the body of a push: whatever was sent becomes a JSON object, or a reason in words; pure."""

import codecs
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

# Of a body over the limit so much is kept: enough to see what it was.
HEAD_BYTES = 64 * 1024
# More digits are no whole number that anything here counts, and take long to read.
_MOST_DIGITS = 30
# What PostgreSQL takes in no text: NUL, and halves of surrogate pairs.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAY_HOLD_UNSTORABLE = re.compile(r"\x00|\\u0000|\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Content:
    """A body as it arrived: the bytes that are kept, and size (bytes) and SHA-256 (hex) of all of it."""

    kept: bytes
    size: int
    digest: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was cut off."""
        return len(self.kept) == self.size


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says. `body` is None where it cannot be read; `problem` then says why."""

    body: dict[str, Any] | None
    problem: str = ""
    sdk_app_id: str = ""
    session_id: str = ""


def whole(raw: bytes) -> Content:
    """The content of a body that is kept to its last byte."""
    return Content(raw, len(raw), hashlib.sha256(raw).hexdigest())


def storable(kept: bytes) -> tuple[str, bytes | None]:
    """The body's text, or the bytes where they are no text that every database can hold."""
    try:
        text = kept.decode()
    except UnicodeDecodeError:
        return "", kept
    return ("", kept) if "\x00" in text else (text, None)


def read_body(raw: bytes) -> Reading:
    """Read a body. Of a key that stands there twice the last one counts, as the platform's own sample has it."""
    if not raw.strip():
        return Reading(None, _("内容是空的"))
    text = as_text(raw)
    try:
        body = json.loads(
            text, strict=False, parse_int=_whole_number, parse_constant=lambda name: None
        )
        if _MAY_HOLD_UNSTORABLE.search(text):
            body = _storable_value(body)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        return Reading(None, _("不是完整的 JSON（第 %(line)d 行第 %(column)d 列）") % place)
    except (ValueError, RecursionError):
        return Reading(None, _("JSON 嵌套太深，或有读不了的数值"))
    if not isinstance(body, dict):
        return Reading(None, _("JSON 的最外层不是对象"))
    folded = {key.lower(): value for key, value in body.items()}
    return Reading(
        body,
        sdk_app_id=_scalar(folded.get("sdkappid"))[:20],
        session_id=_scalar(folded.get("sessionid"))[:64],
    )


def as_text(raw: bytes) -> str:
    """The text of these bytes, for reading and showing: a broken character costs itself, not the record."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8-sig", "replace")


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _storable_value(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_storable_value(item) for item in value]
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", key): _storable_value(item) for key, item in value.items()}
    return value


def _scalar(value: Any) -> str:
    """A name or a number as text; "" for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return "".join(c for c in str(value).strip() if c.isprintable())
