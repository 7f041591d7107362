"""How long a pop takes, beside the least that the same server could do in the same minute.

`python -m bench.pop --customers 10000 --interactions 20000 [--database postgres] [--events 200]`
`python -m bench.pop --grow 10000,1000000 --interactions 20000`
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from bench import calls, report
from bench.site import Site, running
from bench.weight import first_load
from deploy.problem import Problem
from deploy.processes import Stopped, stop_on_signals

WARM_UP = 20
TURN = 10


def measure(sites: Sequence[Site], rounds: int) -> list[calls.Answers]:
    """Every site's answers. Sites take turns, so that whatever else the machine does meets all of them."""
    for site in sites:
        site.agent.client.reconnect()
        calls.run(site.agent, site.numbers[:WARM_UP])
    found = [calls.Answers() for _ in sites]
    for begin in range(WARM_UP, WARM_UP + rounds, TURN):
        end = min(begin + TURN, WARM_UP + rounds)
        for site, answers in zip(sites, found, strict=True):
            answers.add(calls.run(site.agent, site.numbers[begin:end]))
    return found


def run(options: argparse.Namespace) -> None:
    """Every scale asked for, and the growth from the first to the last."""
    scales: list[int] = options.grow or [options.customers]
    with ExitStack() as stack:
        sites = []
        for customers in scales:
            print(f"preparing {customers:,} customers …", file=sys.stderr, flush=True)
            interactions = _interactions(options, customers)
            site = running(options.database, customers, interactions, options.events + WARM_UP)
            sites.append(stack.enter_context(site))
        found = measure(sites, options.events)
        weights = [first_load(site.agent.client) for site in sites]
    lines = [report.lines_of(answers) for answers in found]
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; times in ms"
    for customers, table, weight, answers in zip(scales, lines, weights, found, strict=True):
        size = f"{customers:,} customers, {_interactions(options, customers):,} interactions"
        report.show(f"{options.database}, {size}; {machine}", table, weight, answers.painted_twice)
    if len(scales) > 1:
        report.show_growth((scales[0], lines[0]), (scales[-1], lines[-1]))


def _interactions(options: argparse.Namespace, customers: int) -> int:
    """As many for each customer at every scale: a customer without history is painted faster."""
    scales: list[int] = options.grow or [customers]
    given: int = options.interactions
    return given * customers // scales[0]


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 also when an aim is missed, as a busy machine misses them all."""
    parser = argparse.ArgumentParser(prog="bench.pop", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--interactions", type=int, default=20_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--events", type=int, default=200, help="rounds of each kind of request")
    parser.add_argument("--grow", type=_scales, help="two numbers of customers: 10000,1000000")
    stop_on_signals()
    try:
        run(parser.parse_args(arguments))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped:
        return 130
    return 0


def _scales(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
