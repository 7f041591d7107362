"""How long a push takes, and how many a second, beside a bare view that inserts one row.

`python -m bench.push --interactions 20000 [--database postgres] [--pushes 200] [--senders 4]`
`python -m bench.push --grow 2000,200000`
"""

import argparse
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from bench.client import Client
from bench.push_kinds import CDR, FLOOR, Answers, Platform, show, show_growth
from bench.site import Site, running
from deploy.problem import ROOT, Problem
from deploy.processes import Stopped, stop_on_signals

WARM_UP = 20
TURN = 10


def measure(sites: Sequence[Site], rounds: int) -> list[Answers]:
    """Every site's answers. Sites take turns, so that whatever else the machine does meets all of them."""
    platforms = [platform_of(site) for site in sites]
    found = [Answers() for _ in sites]
    for platform, site in zip(platforms, sites, strict=True):
        platform.rounds(site.numbers[:WARM_UP], Answers())
    for begin in range(WARM_UP, WARM_UP + rounds, TURN):
        end = min(begin + TURN, WARM_UP + rounds)
        for platform, site, answers in zip(platforms, sites, found, strict=True):
            platform.rounds(site.numbers[begin:end], answers)
    return found


def platform_of(site: Site) -> Platform:
    """A sender with a connection of its own and the right credentials."""
    client = Client(int(site.environment["PORT"]))
    both = f"{site.environment['TCCC_PUSH_USERNAME']}:{site.environment['TCCC_PUSH_PASSWORD']}"
    client.more["Authorization"] = "Basic " + b64encode(both.encode()).decode()
    return Platform(client)


def throughput(site: Site, kind: str, pushes: int, senders: int) -> float:
    """Answers per second, sent by several at once."""
    platforms = [platform_of(site) for _ in range(senders)]
    for platform in platforms:
        platform.one(FLOOR, "")
    share = [site.numbers[first : max(pushes, senders) : senders] for first in range(senders)]
    with ThreadPoolExecutor(senders) as pool:
        began = time.perf_counter()
        done = list(pool.map(partial(_send, kind), platforms, share))
        return sum(done) / (time.perf_counter() - began)


def _send(kind: str, platform: Platform, numbers: Sequence[str]) -> int:
    for number in numbers:
        platform.one(kind, number)
    return len(numbers)


def run(options: argparse.Namespace) -> None:
    """Every scale asked for, and the growth from the first to the last."""
    scales: list[int] = options.grow or [options.interactions]
    with ExitStack() as stack:
        sites = []
        for interactions in scales:
            print(f"preparing {interactions:,} interactions …", file=sys.stderr, flush=True)
            customers = options.customers or max(100, interactions // 2)
            site = running(options.database, customers, interactions, options.pushes + WARM_UP)
            sites.append(stack.enter_context(site))
        found = measure(sites, options.pushes)
        speeds = [
            {kind: throughput(site, kind, options.pushes, options.senders) for kind in (FLOOR, CDR)}
            for site in sites
        ]
        left = [_left_over(site) for site in sites]
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; times in ms"
    for interactions, answers, speed, rest in zip(scales, found, speeds, left, strict=True):
        title = f"{options.database}, {interactions:,} interactions; {machine}"
        show(title, answers, speed, options.senders, rest)
    if len(scales) > 1:
        show_growth((scales[0], found[0]), (scales[-1], found[-1]))


def _left_over(site: Site) -> str:
    """What the command for it says of pushes that failed or wait: a push that fails at once is quick."""
    command = [sys.executable, "manage.py", "replay_pushes", "--dry-run"]
    done = subprocess.run(
        command, cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return " ".join(done.stdout.split())


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bench.push", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--interactions", type=int, default=20_000)
    parser.add_argument("--customers", type=int, default=0, help="default: half the interactions")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--pushes", type=int, default=200, help="rounds of each kind of push")
    parser.add_argument("--senders", type=int, default=4, help="connections at once, for the rate")
    parser.add_argument("--grow", type=_scales, help="two numbers of interactions: 2000,200000")
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
