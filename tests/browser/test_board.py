"""The board in a real browser: every heading, narrow and wide, light and dark; and from the keyboard."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site
from tests.browser.test_accessibility import overflow, violations

KINDS = (
    *("ambiguous", "customers", "no-record", "no-pop", "no-wrap-up", "no-recording"),
    *("pushes", "settled"),
)
# Set to a folder to look at the pages.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="module")
def told(site: Site) -> Site:
    site.run("-m", "tests.browser.board_rows")
    return site


@pytest.fixture(params=[(360, "light"), (1280, "dark")], ids=str)
def boss(request: pytest.FixtureRequest, chromium: Browser, told: Site) -> Iterator[Page]:
    width, scheme = request.param
    context = chromium.new_context(
        ignore_https_errors=True,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto(f"{told.origin}/sign-in/")
    page.fill("[name=username]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    yield page
    context.close()


def check(page: Page, name: str) -> None:
    if PICTURES:
        size = page.viewport_size or {"width": 0}
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found] == []
    assert not page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def test_every_heading_can_be_read_by_anybody(boss: Page, told: Site) -> None:
    for kind in KINDS:
        boss.goto(f"{told.origin}/reconciliation/?kind={kind}")
        check(boss, kind)
    boss.goto(f"{told.origin}/follow-ups/?tab=all")
    check(boss, "follow-ups")
    (pk,) = told.rows("SELECT id FROM customers_interaction WHERE session_id = 'two'")[0]
    boss.goto(f"{told.origin}/interactions/{pk}/")
    check(boss, "interaction")
    boss.goto(f"{told.origin}/interactions/")
    check(boss, "interactions")


def test_a_line_is_settled_from_the_keyboard(told: Site, boss: Page) -> None:
    boss.goto(f"{told.origin}/reconciliation/?kind=no-wrap-up")
    lines = boss.locator("[data-line]")
    before = lines.count()
    assert before
    lines.first.get_by_role("button", name="已核实").focus()
    boss.keyboard.press("Enter")
    expect(boss.get_by_role("status")).to_contain_text("已记为核实过")
    expect(lines).to_have_count(before - 1)


def test_a_reminder_reaches_the_agents_pop_and_is_said_once(
    told: Site, boss: Page, new_agent: Callable[..., Agent]
) -> None:
    boss.goto(f"{told.origin}/reconciliation/?kind=no-wrap-up")
    line = boss.locator("[data-line]", has_text="坐席70").first
    line.get_by_role("button", name=re.compile("提醒坐席|再提醒一次")).click()
    expect(boss.get_by_role("status")).to_contain_text("已提醒")
    expect(line.locator("[data-reminder=waiting]")).to_be_visible()
    check(boss, "reminded")

    agent = new_agent(sign_in=False, username="agent70")
    agent.page.evaluate("document.getElementById('pop').width = 360")
    agent.sign_in()
    asked = agent.pop.locator("[data-asked]")
    expect(asked).to_contain_text("请补小结")
    assert violations(agent) == []
    assert not overflow(agent)
    if PICTURES:
        agent.page.screenshot(path=Path(PICTURES) / "asked-360.png")
    leg = asked.get_attribute("data-asked")
    asked.get_by_role("button", name="打开").click()
    expect(asked).to_have_count(0)
    card = agent.pop.locator(f'article[data-leg="{leg}"]')
    expect(card.locator("[data-reminder]")).to_contain_text("请补小结")
    if PICTURES:
        agent.page.screenshot(path=Path(PICTURES) / "asked-card-360.png")
    agent.page.reload()
    expect(agent.card("wrap-up").first).to_be_visible()
    expect(asked).to_have_count(0)
    boss.reload()
    expect(line.locator("[data-reminder=told]")).to_be_visible()


def test_the_agents_own_card_tells_what_the_platform_told(
    told: Site, new_agent: Callable[..., Agent]
) -> None:
    agent = new_agent(sign_in=False, username="agent71")
    agent.page.evaluate("document.getElementById('pop').width = 360")
    agent.sign_in()
    card = agent.card("wrap-up").first
    card.wait_for()
    expect(card.locator("[data-part=told]")).to_contain_text("正常结束")
    expect(card.locator("[data-part=told]")).to_contain_text("有录音")
    if PICTURES:
        agent.page.screenshot(path=Path(PICTURES) / "card-360.png")
    assert violations(agent) == []
    assert not overflow(agent)
