"""The differences that a fetching finds, and the whole of a short list; knows no table."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from screenpop.tencent import BROKEN_ANSWER, TencentError, call

# Pages of one list: beyond this the platform repeats itself.
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `fields`: [old, new] by name.

    `action`: "create", "update", "deactivate", "reactivate"; of a group's people "members"; of a call record that could
    not be taken "failed".

    Of lines `what` is a number: it is shown through the one door for numbers only.
    """

    action: str
    what: str
    fields: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """All rows of a list, each once. Not `complete` when the platform counts more: then nobody is missing for sure."""

    rows: list[dict[str, Any]]
    complete: bool


def read_all(
    action: str,
    name: str,
    key: Callable[[dict[str, Any]], str],
    *,
    size: int,
    tell: Callable[[int, int], object] = lambda done, total: None,
) -> Listing:
    """Every page of the list `name`; `tell(done, total)` after each. Raises TencentError."""
    found: dict[str, dict[str, Any]] = {}
    totals: set[int] = set()
    for page in range(_MOST_PAGES):
        answer = call(action, {"PageSize": size, "PageNumber": page})
        rows, total = rows_of(answer, name), count_of(answer)
        totals.add(total)
        found |= {key(row): row for row in rows if key(row)}
        tell(min(len(found), total), total)
        if not rows or len(found) >= total:
            break
    # When the count changed meanwhile, a row may have slipped from a later page to one that was read already.
    return Listing(list(found.values()), len(totals) == 1 and len(found) >= max(totals))


def rows_of(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The list in an answer; an empty one may come as null. Raises TencentError."""
    rows = [] if answer.get(name) is None else answer[name]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TencentError(BROKEN_ANSWER, name, str(answer.get("RequestId", "")))
    return rows


def count_of(answer: dict[str, Any]) -> int:
    """How many there are in all. Raises TencentError."""
    total = answer.get("TotalCount")
    if not isinstance(total, int):
        raise TencentError(BROKEN_ANSWER, "TotalCount", str(answer.get("RequestId", "")))
    return total


def changed(pairs: Iterable[tuple[str, Any, Any]]) -> dict[str, list[Any]]:
    """Of (name, old, new) those that differ."""
    return {name: [old, new] for name, old, new in pairs if old != new}
