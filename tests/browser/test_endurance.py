"""A day at work: the line goes down, cookies go, the server is upgraded at noon, and call follows call."""

import re
from collections.abc import Callable

from playwright.sync_api import Frame, Locator, Response, expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]
NOTES = "select note from customers_leg where note like ?"
CALLS = 40
KB = 1024


def saved(agent: Agent, state: str = "saved") -> None:
    mark = agent.card().first.locator("[data-draft-state]")
    expect(mark).to_have_attribute("data-draft-state", state)


def frame_of(agent: Agent) -> Frame:
    return next(frame for frame in agent.page.frames if "/pop/" in frame.url)


def test_a_minute_offline_loses_nothing_and_doubles_nothing(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.press_sequentially("断网前")
    saved(agent)
    agent.page.clock.install()
    agent.context.set_offline(True)
    note.press_sequentially("，断网中")
    agent.page.clock.run_for(3000)
    saved(agent, "offline")
    agent.status("offline").wait_for()
    agent.call(number, 400)
    agent.page.clock.run_for(60_000)
    expect(note).to_have_value("断网前，断网中")
    agent.context.set_offline(False)
    agent.page.clock.run_for(3000)
    agent.page.clock.resume()
    agent.card("wrap-up").wait_for()
    saved(agent)
    assert site.rows(NOTES, "断网前%") == [("断网前，断网中",)]
    pairs = site.rows(
        "select pairs from screenpop_popevent where pairs like ? order by id", f"%{number}%"
    )
    assert [re.findall(r'"status", "(\d+)"', row[0])[0] for row in pairs] == ["200", "400"]


def test_a_sleeping_computer_goes_on_where_it_was(agent: Agent, number: str, site: Site) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.press_sequentially("合盖前")
    agent.page.clock.install()
    agent.page.clock.fast_forward("03:00:00")
    agent.page.clock.resume()
    note.press_sequentially("，开盖后")
    saved(agent)
    assert site.rows(NOTES, "合盖前%") == [("合盖前，开盖后",)]


def upgrade(site: Site, release: str) -> None:
    site.environment["RELEASE"] = release
    site.start()


def test_an_upgrade_at_noon_never_reloads_a_page_in_use(
    agent: Agent, number: str, site: Site
) -> None:
    frame_of(agent).evaluate("window.sameDocument = true")
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.press_sequentially("升级前")
    saved(agent)
    site.kill()
    note.press_sequentially("，升级时")
    saved(agent, "offline")
    upgrade(site, "noon")
    saved(agent)
    for _ in range(2):
        with agent.page.expect_response("**/pop/cards/") as told:
            pass
        assert told.value.headers["x-pop-release"] == "noon"
    expect(note).to_have_value("升级前，升级时")
    expect(note).to_be_focused()
    assert frame_of(agent).evaluate("window.sameDocument")
    assert site.rows(NOTES, "升级前%") == [("升级前，升级时",)]


def test_an_idle_page_is_made_anew_after_an_upgrade(agent: Agent, number: str, site: Site) -> None:
    agent.page.reload()
    agent.status("waiting").wait_for()
    site.kill()
    upgrade(site, "afternoon")
    expect(agent.pop.locator('main[data-release="afternoon"]')).to_be_visible(timeout=20_000)
    agent.status("waiting").wait_for()
    agent.call(number, 100)
    agent.card("ringing").wait_for()


def test_many_calls_leave_nothing_behind(agent: Agent, number: str) -> None:
    """The measured whole day is `bench/day.py`; this one keeps it from going wrong unnoticed."""
    cdp = agent.context.new_cdp_session(frame_of(agent))
    cdp.send("Performance.enable")
    take_calls(agent, number, 10)
    before = weigh(cdp)
    take_calls(agent, number, CALLS)
    after = weigh(cdp)
    assert after["Nodes"] - before["Nodes"] < 300, (before, after)
    assert after["JSEventListeners"] - before["JSEventListeners"] < 60, (before, after)
    # 10 MB for 400 calls.
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < 1000 * KB, (before, after)


WATCH = """() => {
    window.moved = [];
    const named = (node) => (node && node.dataset ? `${node.className} ${node.dataset.state || ""}` : "text");
    const keep = (entry) => moved.push(entry.sources.map((one) => named(one.node)).join(", "));
    window.watcher = new PerformanceObserver((list) => list.getEntries().forEach(keep));
    watcher.observe({ type: "layout-shift" });
}"""
MOVED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    watcher.takeRecords().forEach((entry) => moved.push("late"));
    done(moved);
})))"""


def test_nothing_in_sight_moves_while_somebody_types_and_another_caller_rings_and_gives_up(
    agent: Agent, number: str
) -> None:
    tail = int(number[-2:])
    others = [f"1390001{(tail + n) % 100:04}" for n in (31, 32, 33)]
    take_calls(agent, number, 1)
    for other in others[:2]:
        agent.call(other, 100)
        agent.card("ringing").wait_for()
        agent.call(other, 400)
        expect(agent.card("ringing")).to_have_count(0)
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.click()
    frame = frame_of(agent)
    folded = agent.pop.locator("article[data-folded]")
    before = folded.count()
    frame.evaluate(WATCH)
    strip = agent.pop.locator("[data-ringing-strip]")
    refreshes: list[str] = []

    def answered(response: Response) -> None:
        refreshes.extend([response.url] * response.url.endswith("/pop/cards/"))

    agent.page.on("response", answered)
    note.press_sequentially("客户问发票抬头")
    agent.call(others[2], 100)
    type_until(note, strip.is_visible)
    agent.call(others[2], 400)
    type_until(note, lambda: not strip.count())
    # A refresh comes in between, which names the cards that are to go.
    refreshes.clear()
    type_until(note, lambda: bool(refreshes))
    note.press_sequentially("。")
    assert frame.evaluate(MOVED) == []
    assert folded.count() == before
    saved(agent)
    # Once nobody types any more, room is made.
    expect(folded).to_have_count(before + 2, timeout=15_000)


def type_until(note: Locator, done: Callable[[], bool]) -> None:
    """Key after key, however long it takes: nobody who types pauses for seconds."""
    for _ in range(150):
        note.press_sequentially("嗯", delay=100)
        if done():
            return
    raise AssertionError("typed in vain")


def take_calls(agent: Agent, number: str, count: int) -> None:
    for _ in range(count):
        agent.call(number, 100)
        agent.card("ringing").wait_for()
        agent.call(number, 200)
        agent.card("connected").locator("textarea").fill("客户问发票")
        saved(agent)
        agent.call(number, 400)
        card = agent.card("wrap-up")
        card.wait_for()
        card.locator("form[data-action=wrap-up] [type=submit]").click()
        expect(agent.card("wrap-up")).to_have_count(0)


def weigh(cdp) -> dict[str, float]:
    cdp.send("HeapProfiler.collectGarbage")
    metrics = cdp.send("Performance.getMetrics")["metrics"]
    wanted = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
    return {one["name"]: one["value"] for one in metrics if one["name"] in wanted}
