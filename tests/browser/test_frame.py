"""The pop inside another site's frame: cookies, sign-in, what survives."""

import re
import ssl
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site, Workbench

NewAgent = Callable[..., Agent]


def test_this_browser_blocks_third_party_cookies(new_agent: NewAgent, site: Site) -> None:
    """What the other tests rely on: an unpartitioned cookie does not reach the frame."""
    agent = new_agent(sign_in=False)
    agent.context.add_cookies(
        [{"name": "plain", "value": "1", "url": site.origin, "secure": True, "sameSite": "None"}]
    )
    with agent.page.expect_request(re.compile("/pop/session/")) as asked:
        agent.page.reload()
    assert "plain=1" not in asked.value.all_headers().get("cookie", "")
    assert "__Host-pop-probe=1" in asked.value.all_headers().get("cookie", "")


def test_the_sign_in_survives_hashes_reloads_and_a_new_tab(agent: Agent, number: str) -> None:
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    agent.page.reload()
    agent.card("ringing").wait_for()
    agent.page.evaluate("document.getElementById('pop').contentWindow.postMessage(1, '*')")
    tab = agent.context.new_page()
    tab.goto(agent.page.url)
    expect(tab.frame_locator("#pop").locator("article[data-state=ringing]")).to_be_visible()


def test_signing_out_removes_the_cookie(agent: Agent, site: Site) -> None:
    def cookies() -> set[str]:
        return {c["name"] for c in agent.context.cookies() if c["domain"] == "localhost"}

    assert "__Host-pop" in cookies()
    agent.pop.locator("[data-action=sign-out]").click()
    agent.status("signed-out").wait_for()
    assert "__Host-pop" not in cookies()


def test_a_wrong_password_says_so_and_the_right_one_works_then(new_agent: NewAgent) -> None:
    agent = new_agent(sign_in=False)
    agent.sign_in(password="wrong")
    expect(agent.pop.locator("[data-sign-in-error]")).to_contain_text("用户名或密码不对")
    agent.sign_in()
    agent.status("waiting").wait_for()


def test_whoever_signs_in_before_the_scripts_are_there_waits_for_them(
    new_agent: NewAgent, site: Site
) -> None:
    agent = new_agent(sign_in=False)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    agent.context.route(re.compile(rf"^{site.origin}/static/.*/pop/pop\b.*\.js"), hold)
    agent.page.reload(wait_until="commit")
    form = agent.pop.locator("form[data-action=sign-in]")
    form.locator("[name=username]").fill(agent.username)
    form.locator("[name=password]").fill(PASSWORD)
    expect(form.locator("button[type=submit]")).to_be_disabled()
    form.locator("[name=password]").press("Enter")
    expect(form.locator("[name=username]")).to_have_value(agent.username)
    held[0].continue_()
    form.locator("button[type=submit]").click()
    agent.status("waiting").wait_for()


def test_someone_without_a_role_is_told(new_agent: NewAgent) -> None:
    agent = new_agent(sign_in=False, username="nobody")
    agent.sign_in()
    expect(agent.pop.locator("[data-sign-in-error]")).to_contain_text("没有坐席权限")


def test_another_parent_may_not_frame_the_pop(
    chromium: Browser, site: Site, workbench: Workbench
) -> None:
    page = chromium.new_context(ignore_https_errors=True).new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text))
    other = workbench.origin.replace("workbench.example", "evil.example")
    page.goto(f"{other}/?pop={site.origin}/pop/")
    page.wait_for_function("() => true")
    expect(page.frame_locator("#pop").locator("main")).to_have_count(0)
    assert any("frame-ancestors" in line for line in refused)
    page.context.close()


def test_a_session_that_ended_is_asked_for_over_the_page(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea[name=note]")
    note.fill("写到一半")
    expect(agent.card().locator("[data-draft-state]")).to_have_attribute(
        "data-draft-state", "saved"
    )
    agent.context.clear_cookies(name="__Host-pop")
    note.type("，会话过期")
    expect(agent.card().locator("[data-draft-state]")).to_have_attribute(
        "data-draft-state", "offline"
    )
    agent.status("signed-out").wait_for()
    expect(note).to_have_value("写到一半，会话过期")
    agent.sign_in()
    expect(agent.card().locator("[data-draft-state]")).to_have_attribute(
        "data-draft-state", "saved"
    )
    assert site.rows("select note from customers_leg where note like '写到一半%'") == [
        ("写到一半，会话过期",)
    ]


def without_cookies(site: Site) -> Callable[[Route], None]:
    """Carries requests to the server so that no cookie goes either way, as a browser that keeps none does."""
    trust = ssl.create_default_context(cafile=str(site.certificate[0]))

    def carry(route: Route) -> None:
        asked = route.request
        dropped = ("cookie", "accept-encoding")
        headers = {k: v for k, v in asked.all_headers().items() if k not in dropped and k[0] != ":"}
        request = Request(asked.url, asked.post_data_buffer, headers, method=asked.method)
        try:
            answer = urlopen(request, context=trust, timeout=20)
        except HTTPError as error:
            answer = error
        with answer:
            kept = {k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
            route.fulfill(status=answer.status, headers=kept, body=answer.read())

    return carry


def test_without_any_cookie_the_pop_up_window_signs_in(
    new_agent: NewAgent, site: Site, number: str
) -> None:
    agent = new_agent(sign_in=False)

    agent.context.route(re.compile(f"^{site.origin}/pop/(?!sign-in/popup/)"), without_cookies(site))
    agent.page.reload()
    agent.status("no-cookie").wait_for()
    agent.sign_in()
    expect(agent.pop.locator("[data-sign-in-error]")).to_contain_text("Cookie")
    with agent.context.expect_page() as opened:
        agent.pop.locator("[data-action=popup-sign-in]").click()
    window = opened.value
    window.fill("[name=username]", agent.username)
    window.fill("[name=password]", PASSWORD)
    window.click("button[type=submit]")
    agent.status("waiting").wait_for()
    agent.call(number, 100)
    expect(agent.card("ringing").locator("[data-customer-name]")).to_contain_text("客户")
    agent.card().locator("textarea").fill("没有 Cookie 也能记")
    expect(agent.card().locator("[data-draft-state]")).to_have_attribute(
        "data-draft-state", "saved"
    )
    assert site.rows("select count(*) from screenpop_signincode") == [(0,)]
