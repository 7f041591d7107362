"""axe finds nothing, in every state, light and dark, narrow and wide; nothing overflows."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Agent
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
