"""The table, with the aims beside the figures."""

from collections import Counter
from dataclasses import dataclass
from statistics import median, quantiles

from bench import calls
from bench.calls import Answers
from bench.client import Answer
from bench.weight import Weight

KB = 1024
FIRST_LOAD = 60 * KB
LATER_POP = 6 * KB
GROWTH = 1.2
# Kind of request → most times the floor, most queries.
AIMS = {calls.RING: (2.0, 14), calls.ANSWER: (1.5, 8), calls.REPEAT: (1.5, 8)}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of request."""

    kind: str
    n: int
    median: float
    p95: float
    ratio: float
    queries: int
    savepoints: int
    size: float
    heaviest: int

    @property
    def verdict(self) -> str:
        """`pass` or what is over; nothing where there is no aim."""
        if self.kind not in AIMS:
            return ""
        ratio, queries = AIMS[self.kind]
        over = [f"ratio > {ratio:g}"] if self.ratio > ratio else []
        over += [f"queries > {queries}"] if self.queries > queries else []
        return f"OVER: {', '.join(over)}" if over else f"pass (≤ {ratio:g}×, ≤ {queries})"


def lines_of(answers: Answers) -> list[Line]:
    """One line for each kind, the floor first."""
    floor = median(one.milliseconds for one in answers[calls.FLOOR])
    return [_line(kind, answers[kind], floor) for kind in calls.KINDS]


def _line(kind: str, answers: list[Answer], floor: float) -> Line:
    times = [one.milliseconds for one in answers]
    middle = median(times)
    return Line(
        kind=kind,
        n=len(times),
        median=middle,
        p95=quantiles(times, n=20)[-1],
        ratio=middle / floor,
        # A middle count would hide the dear ones.
        queries=max(one.queries for one in answers),
        savepoints=Counter(one.savepoints for one in answers).most_common(1)[0][0],
        size=median(one.size for one in answers),
        heaviest=max(one.size for one in answers),
    )


def show(title: str, lines: list[Line], weight: Weight, repainted: int) -> None:
    """Prints it all."""
    print(f"\n{title}")
    print(f"{'':24}{'n':>5}{'median':>9}{'p95':>9}{'ratio':>8}{'queries':>9}{'bytes':>8}  aim")
    for line in lines:
        queries = f"{line.queries}+{line.savepoints}" if line.savepoints else str(line.queries)
        print(
            f"{line.kind:24}{line.n:>5}{line.median:>9.2f}{line.p95:>9.2f}{line.ratio:>7.2f}×"
            f"{queries:>9}{line.size:>8.0f}  {line.verdict}".rstrip()
        )
    total = weight.total
    print(
        f"first load {total / KB:.1f} KB in {weight.files} files (HTML {weight.html}, CSS {weight.css}, "
        f"JS {weight.js} bytes)  {_verdict(total <= FIRST_LOAD, '≤ 60 KB')}"
    )
    heaviest = max(line.heaviest for line in lines if line.kind != calls.FLOOR)
    print(
        f"each later pop at most {heaviest / KB:.1f} KB  {_verdict(heaviest <= LATER_POP, '≤ 6 KB')}"
    )
    print(f"one request each: {repainted} cards painted twice  {_verdict(not repainted, '0')}")


def show_growth(small: tuple[int, list[Line]], large: tuple[int, list[Line]]) -> None:
    """Prints each kind's ratio to the floor at both scales, and the growth of its own median."""
    print(f"\ngrowth from {small[0]:,} to {large[0]:,} customers (median ÷ median)")
    for before, after in zip(small[1], large[1], strict=True):
        growth = after.median / before.median
        against_floor = after.ratio / before.ratio
        print(
            f"{before.kind:24}{before.median:>9.2f} → {after.median:.2f} ms {growth:>6.2f}×   "
            f"ratios to the floor {against_floor:>5.2f}×  {_verdict(growth <= GROWTH, '≤ 1.2×')}"
        )


def _verdict(passed: bool, aim: str) -> str:
    return f"pass ({aim})" if passed else f"OVER ({aim})"
