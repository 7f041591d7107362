"""A day in one frame: call after call, in a real Chromium, and what is left behind of them.

`python -m bench.day [--calls 400]`; needs what `make test` installs.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import CDPSession, Frame, Page, expect, sync_playwright

from deploy.browsers import find_chromium
from deploy.certificate import make_pair
from deploy.problem import Problem
from deploy.processes import Stopped, stop_on_signals
from tests.browser.conftest import FLAGS
from tests.browser.people import PASSWORD
from tests.browser.site import Site, Workbench

MB = 1024 * 1024
WARM_UP = 20
HEAP_AIM, INTERACTION_AIM = 10 * MB, 100.0
# Runs before the page's own scripts: every shift and every interaction, whoever caused it.
WATCH = """
window.seen = { shifts: [], interactions: [] };
const name = (node) => node && node.dataset ? `${node.className || node.nodeName} ${node.dataset.state || ""}` : "text";
const at = (rect) => `y ${rect.y}, height ${rect.height}`;
const moved = (s) => `${name(s.node)}: ${at(s.previousRect)} → ${at(s.currentRect)}`;
const shift = (e) => seen.shifts.push({ value: e.value, who: (e.sources || []).map(moved) });
const shifts = new PerformanceObserver((list) => list.getEntries().forEach(shift));
shifts.observe({ type: "layout-shift", buffered: true });
// A frame later nothing of what was painted is on its way any more.
window.shiftsSoFar = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  shifts.takeRecords().forEach(shift);
  done(seen.shifts.length);
})));
const keep = (e) => e.interactionId && seen.interactions.push(e.duration);
new PerformanceObserver((list) => list.getEntries().forEach(keep))
  .observe({ type: "event", durationThreshold: 16, buffered: true });
"""
NOTE = "客户问发票抬头，周四回电。"
# Every so many calls a second caller rings while the note of the first is typed, and gives up.
SECOND_RING = 4


@dataclass(frozen=True, slots=True)
class Weight:
    """What a frame holds after its garbage was collected."""

    heap: float
    nodes: float
    listeners: float


class Day:
    """One agent's frame."""

    def __init__(self, page: Page, frame: Frame, cdp: CDPSession) -> None:
        self.page, self.frame, self.cdp = page, frame, cdp
        self.typing_shifts: list[dict[str, Any]] = []
        cdp.send("Performance.enable")

    def call(self, n: int) -> None:
        """Ring, answer, a note typed key by key (a second ring beside it now and then), end, wrap-up."""
        number = f"1390001{n % 80:04}"
        self._set(number, 100, "ringing")
        card = self._set(number, 200, "connected")
        note = card.locator("textarea[name=note]")
        note.click()
        before = self.frame.evaluate("shiftsSoFar()")
        if n % SECOND_RING == 0:
            self._second_ring(n, note)
        note.press_sequentially(NOTE)
        expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "saved")
        end = self.frame.evaluate("shiftsSoFar()")
        self.typing_shifts += self.frame.evaluate(f"seen.shifts.slice({before}, {end})")
        card = self._set(number, 400, "wrap-up")
        card.locator("form[data-action=wrap-up] [type=submit]").click()
        expect(self.frame.locator('article[data-state="wrap-up"]')).to_have_count(0)
        missed = self.frame.locator('article[data-state="missed"]')
        if missed.count():
            # 知道了, also where the card has folded.
            missed.last.locator("form[data-action=wrap-up] [type=submit]").dispatch_event("click")
            expect(missed).to_have_count(0)

    def _second_ring(self, n: int, note: Any) -> None:
        number = f"1390001{80 + n % 20:04}"
        note.press_sequentially(NOTE)
        self._announce(number, 100)
        self.frame.locator("[data-ringing-strip]").wait_for()
        note.press_sequentially(NOTE)
        self._announce(number, 400)
        expect(self.frame.locator("[data-ringing-strip]")).to_have_count(0)

    def _announce(self, number: str, status: int) -> None:
        self.page.evaluate("hash => set(hash)", f"#?mobile={number}&status={status}&type=phone")

    def _set(self, number: str, status: int, state: str) -> Any:
        self._announce(number, status)
        card = self.frame.locator(f'article[data-leg][data-state="{state}"]')
        card.wait_for()
        return card

    def weigh(self) -> Weight:
        """Now."""
        self.cdp.send("HeapProfiler.collectGarbage")
        found = {m["name"]: m["value"] for m in self.cdp.send("Performance.getMetrics")["metrics"]}
        return Weight(found["JSHeapUsedSize"], found["Nodes"], found["JSEventListeners"])


def run(options: argparse.Namespace) -> None:
    """One server, one workbench on another site, one frame."""
    chromium = find_chromium()
    if chromium is None:
        raise Problem("There is no Chromium; `make test` installs one.")
    with TemporaryDirectory(prefix="screenpop-day-") as name, ExitStack() as stack:
        folder = Path(name)
        certificate = (folder / "cert.pem", folder / "key.pem")
        make_pair(*certificate)
        workbench = Workbench(certificate)
        stack.callback(workbench.close)
        site = Site(folder, certificate, workbench.origin)
        site.prepare()
        site.start()
        stack.callback(site.kill)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        stack.callback(browser.close)
        context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 480, "height": 1020}, locale="zh-CN"
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(f"{workbench.origin}/?pop={site.origin}/pop/")
        pop = page.frame_locator("#pop")
        pop.locator("[name=username]").fill("agent01")
        pop.locator("[name=password]").fill(PASSWORD)
        pop.locator("form[data-action=sign-in] button[type=submit]").click()
        pop.locator('main[data-pop-status="waiting"]').wait_for()
        frame = next(one for one in page.frames if one.url.startswith(site.origin))
        day = Day(page, frame, context.new_cdp_session(frame))
        show(options.calls, *measure(day, options.calls))


def measure(day: Day, calls: int) -> tuple[Weight, Weight, list[dict[str, Any]], list[float]]:
    """Weights before and after, shifts while typing, milliseconds from an interaction to its paint."""
    for n in range(WARM_UP):
        day.call(n)
    before = day.weigh()
    for n in range(calls):
        day.call(n)
        if (n + 1) % 50 == 0:
            print(f"{n + 1} calls …", file=sys.stderr, flush=True)
    after = day.weigh()
    return before, after, day.typing_shifts, day.frame.evaluate("seen.interactions")


def show(
    calls: int,
    before: Weight,
    after: Weight,
    shifts: list[dict[str, Any]],
    interactions: list[float],
) -> None:
    """Prints the table."""
    print(f"\n{calls} calls in one frame; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    grown = after.heap - before.heap
    _line(
        "heap",
        f"{before.heap / MB:.2f} → {after.heap / MB:.2f} MB",
        grown <= HEAP_AIM,
        "≤ 10 MB more",
    )
    nodes = after.nodes - before.nodes
    _line(
        "DOM nodes",
        f"{before.nodes:.0f} → {after.nodes:.0f}",
        nodes <= before.nodes / 10,
        "no growth",
    )
    _line("event listeners", f"{before.listeners:.0f} → {after.listeners:.0f}", True, "")
    moved = sum(shift["value"] for shift in shifts)
    _line("layout shifts while typing", f"{moved:.4f} in {len(shifts)}", not moved, "0")
    for shift in shifts[:10]:
        print(f"    {shift['value']:.4f}", *shift["who"], sep="\n        ")
    # The browser reports those of 16 ms and more, in steps of 8.
    slow = quantiles(interactions, n=50)[-1] if len(interactions) > 1 else 0.0
    words = f"p98 {slow:.0f} ms, median {median(interactions or [0]):.0f} ms of {len(interactions)} over 16 ms"
    _line("interaction to next paint", words, slow <= INTERACTION_AIM, "≤ 100 ms")


def _line(name: str, words: str, passed: bool, aim: str) -> None:
    verdict = f"{'pass' if passed else 'OVER'} ({aim})" if aim else ""
    print(f"{name:28}{words:52}{verdict}".rstrip())


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 also when an aim is missed."""
    parser = argparse.ArgumentParser(prog="bench.day", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=400)
    stop_on_signals()
    try:
        run(parser.parse_args(arguments))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except Stopped:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
