"""The workbench simulator, as an administrator uses it: on one host, with the pop on the other."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.people import PASSWORD
from tests.browser.site import Site


def open_simulator(chromium: Browser, site: Site) -> tuple[Page, FrameLocator]:
    """Signed in at both hosts."""
    context = chromium.new_context(
        ignore_https_errors=True, viewport={"width": 1280, "height": 1000}, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"https://127.0.0.1:{site.port}/simulator/")
    page.fill("[name=username]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    pop = page.frame_locator("iframe[data-pop-frame]")
    form = pop.locator("form[data-action=sign-in]")
    form.locator("[name=username]").fill("agent77")
    form.locator("[name=password]").fill(PASSWORD)
    form.locator("button[type=submit]").click()
    pop.locator('main[data-pop-status="waiting"]').wait_for()
    return page, pop


def test_three_calls_and_a_call_back(chromium: Browser, site: Site) -> None:
    page, pop = open_simulator(chromium, site)
    for status, state in ((100, "ringing"), (200, "connected"), (400, "wrap-up")):
        page.locator(f'[data-signal="{status}"]').click()
        expect(pop.locator(f'article[data-state="{state}"]')).to_have_count(1)
    pop.locator("article button[data-dial]").first.click()
    expect(page.locator("[data-posted]").first).to_contain_text('"callOut"')
    assert Axe().run(page).response["violations"] == []
    page.context.close()


def test_an_agent_may_not_open_it(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"https://127.0.0.1:{site.port}/simulator/")
    page.fill("[name=username]", "agent76")
    page.fill("[name=password]", PASSWORD)
    with page.expect_response(
        lambda r: r.url == f"https://127.0.0.1:{site.port}/simulator/"
    ) as answered:
        page.click("main button[type=submit]")
    assert answered.value.status == 403
    context.close()
