"""axe finds nothing, in every state, light and dark, narrow and wide; nothing overflows."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site

NewAgent = Callable[..., Agent]
LOOKS = [
    pytest.param({"color_scheme": "light", "locale": "zh-CN"}, 360, id="light-zh-360"),
    pytest.param({"color_scheme": "dark", "locale": "en-US"}, 480, id="dark-en-480"),
]


def violations(agent: Agent) -> list[str]:
    """What axe finds inside the frame."""
    frame = agent.page.frames[1]
    found = Axe().run(frame)
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found.response["violations"]]


def overflow(agent: Agent) -> bool:
    """Whether the page in the frame is wider than the frame."""
    wide: bool = agent.page.frames[1].evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return wide


def narrow(agent: Agent, width: int) -> None:
    agent.page.evaluate("width => { document.getElementById('pop').width = width; }", width)


@pytest.mark.parametrize(("look", "width"), LOOKS)
def test_axe_finds_nothing_in_any_state(
    new_agent: NewAgent, site: Site, number: str, look: dict[str, str], width: int
) -> None:
    agent = new_agent(sign_in=False, **look)
    with site.write() as database:
        follow_the_system = "update crm_user set theme = 'system' where username = ?"
        database.execute(follow_the_system, [agent.username])
    narrow(agent, width)
    assert violations(agent) == []
    agent.sign_in()
    agent.status("waiting").wait_for()
    assert violations(agent) == []
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    assert violations(agent) == []
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.set("#?mobile=075586013388&status=100&type=phone")
    agent.pop.locator("[data-ringing-strip]").wait_for()
    assert violations(agent) == []
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    agent.call("18600000000", 100, agentEmail="agent79%40centre.example")
    agent.pop.locator("[data-seat-locked]").wait_for()
    agent.set("#?userId=u1&nickName=%E5%B0%8F%E5%90%9B&type=oim&status=200")
    expect(agent.card()).to_have_count(4)
    agent.set("#/nonsense")
    agent.pop.locator("[data-notice]").wait_for()
    assert violations(agent) == []
    assert not overflow(agent)


def test_a_new_call_is_announced_once_and_takes_no_focus(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").locator("textarea").focus()
    frame = agent.page.frames[1]
    frame.evaluate(
        "window.said = []; new MutationObserver(() => said.push(1))"
        ".observe(document.querySelector('[data-announce]'), {childList: true, characterData: true})"
    )
    for _ in range(2):
        agent.set("#?mobile=075586013388&status=100&type=phone")
        agent.card("ringing").wait_for()
        agent.page.wait_for_timeout(300)
    assert frame.evaluate("said.length") == 1
    expect(agent.card("connected").locator("textarea")).to_be_focused()


def test_no_clock_speaks(agent: Agent, number: str) -> None:
    """A clock inside what is read aloud by itself would be read every second."""
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.set("#?mobile=075586013388&status=100&type=phone")
    agent.pop.locator("[data-ringing-strip]").wait_for()
    assert agent.pop.locator("[data-clock]").count() >= 3
    for live in ("[aria-live]", "[role=status]", "[role=alert]", "[role=timer]", "[role=log]"):
        assert agent.pop.locator(f"{live} [data-clock], {live}[data-clock]").count() == 0


PAGES = (
    *("/", "/customers/", "/customers/1/", "/customers/import/", "/interactions/", "/follow-ups/"),
    *("/reconciliation/", "/account/", "/simulator/", "/pop/self-test/", "/sign-in/password/"),
    *("/setup/", "/setup/seats/", "/setup/users/1/", "/setup/groups/", "/setup/dispositions/"),
    *("/setup/dispositions/1/", "/setup/fields/", "/setup/verification/", "/setup/messages/"),
    *("/setup/messages/1/", "/setup/messages/new/?kind=card", "/setup/lines/"),
    *("/setup/do-not-call/", "/setup/do-not-call/changes/", "/setup/centre/", "/setup/sync/"),
)
PAGE_LOOKS = [
    pytest.param("light", "zh-CN", 360, id="light-zh-360"),
    pytest.param("dark", "en-US", 1280, id="dark-en-1280"),
]


@pytest.mark.parametrize(("theme", "locale", "width"), PAGE_LOOKS)
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, site: Site, theme: str, locale: str, width: int
) -> None:
    with site.write() as database:
        database.execute("update crm_user set theme = ? where username = 'boss'", [theme])
    context = chromium.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": 900}, locale=locale
    )
    page = context.new_page()
    page.goto(f"{site.origin}/sign-in/")
    page.fill("[name=username]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site.origin}/customers/")
    found: dict[str, object] = {}
    for path in PAGES:
        answer = page.goto(site.origin + path)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        problems = [v["id"] for v in Axe().run(page).response["violations"]]
        problems += ["overflow"] if page.evaluate(wide) else []
        problems += [] if answer and answer.ok else ["does not answer"]
        if problems:
            found[path] = problems
    context.close()
    assert found == {}
