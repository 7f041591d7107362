"""The administrator's lists with the keyboard, and a follow-up dialled from the panel."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site


def test_outcomes_are_ordered_and_tried_from_the_keyboard(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{site.origin}/sign-in/")
    page.fill("[name=username]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.goto(f"{site.origin}/setup/dispositions/?direction=outbound")
    names = page.locator(".levels > .level > .level-line .level-name")
    expect(names.first).to_have_text("已接通")
    down = page.get_by_role("button", name="下移 已接通")
    down.focus()
    page.keyboard.press("Enter")
    expect(names.first).to_have_text("未接通")
    # The focus stays where it was, so that the next key goes on.
    expect(down).to_be_focused()
    page.get_by_role("button", name="上移 已接通").press("Enter")
    expect(names.first).to_have_text("已接通")
    page.locator("[data-preview] input[name=reason]").first.focus()
    page.keyboard.press("Digit1")
    page.keyboard.press("Digit3")
    chosen = page.locator("[data-preview] input[name=outcome]:checked")
    expect(chosen.locator("xpath=..")).to_contain_text("约时间")
    assert problems == []
    context.close()


def test_a_follow_up_is_dialled_from_the_panel_and_closed_by_its_wrap_up(
    agent: Agent, site: Site
) -> None:
    with site.write() as database:
        database.execute(
            "insert into customers_followup (kind, text, due_at, created_at, attempts, missed_times, owner_id, endpoint_id)"
            " select 'promise', '补寄发票', datetime('now', '-1 hours'), datetime('now'), 0, 0, u.id, e.id"
            " from crm_user u, customers_endpoint e where u.username = ? and e.value = '+8613900010079'",
            (agent.username,),
        )
    agent.page.reload()
    agent.pop.locator("[data-owed]", has_text="补寄发票").get_by_role("button").click()
    card = agent.card("dialled")
    expect(card.locator("[data-attempts]")).to_have_attribute("data-attempts", "1")
    assert agent.posted()[0]["payload"]["message"]["phoneNumber"] == "13900010079"
    card.locator("[data-outcome=connected]").click()
    card = agent.card("wrap-up")
    expect(card.get_by_label("办完了", exact=True)).to_be_checked()
    card.locator("textarea").focus()
    for key in ("Control+Enter", "Digit1", "Digit1", "Control+Enter"):
        agent.page.keyboard.press(key)
    agent.card("closed").wait_for()
    done = "select attempts, done_at is not null from customers_followup where text = '补寄发票'"
    assert site.rows(done) == [(1, 1)]
