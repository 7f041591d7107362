"""Which leg is which part: tables of times in seconds, no database."""

from datetime import UTC, datetime, timedelta

import pytest

from screenpop.part_match import Assignment, PartTimes, Seen, assign

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
A, B = frozenset({"a"}), frozenset({"b"})


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else START + timedelta(seconds=seconds)


def part(rang: float | None, ended: float | None, email: str = "a", **more: object) -> PartTimes:
    return PartTimes(email, at(rang), at(rang), None, at(ended), **more)  # type: ignore[arg-type]


def leg(
    key: int, rang: float, ended: float | None = None, emails: frozenset[str] = A, **more: object
) -> Seen:
    return Seen(key, emails, START + timedelta(seconds=rang), at(rang), None, at(ended), **more)  # type: ignore[arg-type]


CASES = {
    "nobody there": ([part(0, 60)], [], {}, {}),
    "one of one": ([part(0, 60)], [leg(1, 0, 60)], {0: 1}, {}),
    "another seat's": ([part(0, 60)], [leg(1, 0, 60, B)], {}, {}),
    "one that still goes on": ([part(0, 60)], [leg(1, 1)], {0: 1}, {}),
    "rang after the end": ([part(0, 20)], [leg(1, 26, 50)], {}, {}),
    "over before the start": ([part(60, 90)], [leg(1, 10, 54)], {}, {}),
    "within the slack of two clocks": ([part(0, 20)], [leg(1, 24, 50)], {0: 1}, {}),
    "too far": ([part(0, 600)], [leg(1, 121, 500)], {}, {}),
    "the nearest by far": ([part(0, 600)], [leg(1, 2), leg(2, 12)], {0: 1}, {}),
    "the nearest by little": ([part(0, 600)], [leg(1, 2), leg(2, 11)], {}, {0: (1, 2)}),
    "a leg goes to one part": (
        [part(0, 600), part(30, 600)], [leg(1, 1), leg(2, 31)], {0: 1, 1: 2}, {},
    ),
    "two parts near one leg": ([part(0, 600), part(8, 600)], [leg(1, 4)], {}, {0: (1,), 1: (1,)}),
    "of nobody's seat": ([part(0, 60)], [leg(1, 0, 60, frozenset())], {}, {0: (1,)}),
    "doubtful": ([part(0, 60)], [leg(1, 0, 60, doubtful=True)], {}, {0: (1,)}),
    "sure before doubtful": (
        [part(0, 60)], [leg(1, 9, 60), leg(2, 0, 60, frozenset())], {0: 1}, {},
    ),
    "outside": ([part(0, 60, "", outside=True)], [leg(1, 0, 60)], {}, {}),
    "nothing told but the end": ([part(None, 60)], [leg(1, 0, 61)], {0: 1}, {}),
    "dialled": ([part(100, 160, outbound=True)], [leg(1, 10, dialled=True)], {0: 1}, {}),
    "dialled after the start": ([part(100, 160, outbound=True)], [leg(1, 106, dialled=True)], {}, {}),
    "dialled long before": ([part(200, 260, outbound=True)], [leg(1, 19, dialled=True)], {}, {}),
    "a dial is no inbound call": ([part(100, 160)], [leg(1, 99, dialled=True)], {}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "legs", "pairs", "waits"), CASES.values(), ids=CASES)
def test_the_table(
    parts: list[PartTimes],
    legs: list[Seen],
    pairs: dict[int, int],
    waits: dict[int, tuple[int, ...]],
) -> None:
    assert assign(parts, legs) == Assignment(pairs, waits)


def test_what_is_fixed_takes_its_leg_from_the_rest() -> None:
    assert assign([part(0, 600), part(9, 600)], [leg(1, 2), leg(2, 11)], {0: 1}).pairs == {
        0: 1,
        1: 2,
    }
