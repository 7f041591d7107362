"""The customer in the card: edited from the keyboard, verified first, and nothing typed is lost to a refresh."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site
from tests.browser.test_accessibility import narrow, overflow, violations
from tests.browser.test_preferences import choose

GATED = "svip"


@pytest.fixture
def setup(site: Site) -> Iterator[None]:
    """Two fields, one of them sensitive, and a gate before one level; taken away again afterwards."""
    with site.write() as database:
        database.executemany(
            "insert into customers_cardfield"
            " (key, name_zh, name_en, kind, choices, position, is_sensitive, is_active)"
            " values (?, ?, '', ?, '', ?, ?, 1)",
            [("车牌", "车牌", "text", 1, 0), ("证件号", "证件号", "text", 2, 1)],
        )
        database.execute(
            "insert into customers_verificationitem (text_zh, text_en, position, is_active)"
            " values ('证件后四位', '', 1, 1)"
        )
        database.execute("insert into customers_gatedlevel (level) values (?)", (GATED,))
    yield
    with site.write() as database:
        database.execute("delete from customers_cardfield")
        database.execute("delete from customers_verificationitem")
        database.execute("delete from customers_gatedlevel")


def form(card: Locator) -> Locator:
    return card.locator("form[data-action=edit-customer]")


def change(site: Site, number: str, column: str, value: str) -> None:
    """As a colleague's edit would: the cards of all who see the customer are painted anew."""
    statements = {
        "company": "update customers_customer set company = ? where name = ?",
        "title": "update customers_customer set title = ? where name = ?",
        "level": "update customers_customer set level = ? where name = ?",
        "attributes": "update customers_customer set attributes = ? where name = ?",
    }
    name = f"客户{number[-2:]}"
    with site.write() as database:
        database.execute(statements[column], (value, name))
        database.execute(
            "update customers_customer set updated_at = strftime('%Y-%m-%d %H:%M:%f', 'now')"
            " where name = ?",
            (name,),
        )


def test_edit_from_the_keyboard_with_a_refresh_and_a_colleague_in_between(
    agent: Agent, number: str, site: Site, setup: None
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.focus()
    agent.page.keyboard.press("e")
    name = form(card).locator("[name=name]")
    expect(name).to_be_focused()
    company = form(card).locator("[name=company]")
    company.focus()
    agent.page.keyboard.press("Control+a")
    agent.page.keyboard.type("新公司")
    change(site, number, "title", "经理")
    change(site, number, "company", "别人公司")
    expect(card.locator(".who-company").first).to_contain_text("别人公司")
    expect(company).to_have_value("新公司")
    expect(company).to_be_focused()
    agent.page.keyboard.press("Control+Enter")
    slot = form(card).locator("[data-slot=company]")
    expect(slot.locator("[data-newer]")).to_contain_text("别人公司")
    expect(company).to_have_value("新公司")
    assert violations(agent) == []
    narrow(agent, 360)
    assert not overflow(agent)
    agent.page.keyboard.press("Control+Enter")
    expect(form(card)).to_have_count(0)
    expect(card.locator(".who-company").first).to_contain_text("新公司 · 经理")
    expect(agent.pop.locator("[data-toast]")).to_have_text("资料已保存")
    expect(card.locator("[data-action=open-edit]")).to_be_focused()
    expect(card).to_have_attribute("data-state", "connected")


def test_a_second_ring_leaves_the_form_alone_and_escape_throws_nothing_away(
    agent: Agent, number: str, setup: None
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.locator("[data-action=open-edit]").click()
    title = form(card).locator("[name=title]")
    title.press_sequentially("采购")
    agent.call("13911112222", 100)
    agent.card("ringing").wait_for()
    expect(title).to_be_focused()
    expect(title).to_have_value("采购")
    agent.page.keyboard.press("Escape")
    expect(form(card).locator("[data-action=cancel-edit]")).to_be_focused()
    agent.page.keyboard.press("Enter")
    expect(form(card)).to_have_count(0)


def test_what_is_typed_survives_a_reload_where_the_browser_keeps_anything(
    agent: Agent, number: str, site: Site, setup: None
) -> None:
    page = agent.context.new_page()
    page.goto(f"{site.origin}/pop/#?mobile={number}&status=200")
    page.locator("[name=username]").fill(agent.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[data-action=sign-in] button[type=submit]").click()
    card = page.locator("article[data-state=connected]")
    card.locator("[data-action=open-edit]").click()
    form(card).locator("[name=title]").fill("采购")
    form(card).locator("[name=company]").fill("甲公司")
    change(site, number, "company", "乙公司")
    page.reload()
    expect(form(card).locator("[name=title]")).to_have_value("采购")
    form(card).locator("button[type=submit]").click()
    expect(form(card).locator("[data-slot=company]")).to_contain_text("乙公司")
    form(card).locator("[data-action=take-newer]").click()
    expect(form(card).locator("[name=company]")).to_have_value("乙公司")
    form(card).locator("button[type=submit]").click()
    expect(form(card)).to_have_count(0)
    expect(card.locator(".who-company").first).to_have_text("乙公司 · 采购")
    page.reload()
    card.wait_for()
    expect(form(card)).to_have_count(0)


def test_the_gate_opens_from_the_keyboard_and_shows_what_was_folded(
    agent: Agent, number: str, site: Site, setup: None
) -> None:
    change(site, number, "level", GATED)
    change(site, number, "attributes", '{"证件号": "4403-SECRET"}')
    agent.call(number, 200)
    card = agent.card("connected")
    gate = card.locator("form[data-action=verify-identity]")
    expect(gate).to_have_attribute("data-gate", "shut")
    assert violations(agent) == []
    expect(card).not_to_contain_text("4403-SECRET")
    tick = gate.locator("[type=checkbox]")
    gate.get_by_role("button", name="核实通过").click()
    expect(gate.locator("[data-form-error]")).to_contain_text("证件后四位")
    tick.focus()
    agent.page.keyboard.press("Space")
    change(site, number, "title", "经理")
    expect(card.locator(".who-company").first).to_contain_text("经理")
    expect(tick).to_be_checked()
    agent.page.keyboard.press("Enter")
    expect(gate).to_have_attribute("data-gate", "open")
    expect(card.locator(".card-field", has_text="证件号")).to_contain_text("4403-SECRET")
    assert site.rows(
        "select passed from customers_identitycheck c join customers_customer p"
        " on p.id = c.customer_id where p.name = ?",
        f"客户{number[-2:]}",
    ) == [(1,)]


def test_an_open_form_speaks_another_language_with_all_that_was_typed_and_told(
    agent: Agent, number: str, site: Site, setup: None
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.locator("[data-action=open-edit]").click()
    company, level = form(card).locator("[name=company]"), form(card).locator("[name=level]")
    company.fill("新公司")
    level.select_option(index=1)
    chosen = level.input_value()
    form(card).locator("[name=number]").fill("123")
    change(site, number, "company", "别人公司")
    form(card).locator("[type=submit]").click()
    newer = form(card).locator("[data-newer]")
    expect(newer).to_contain_text("别人公司")
    number_problem = form(card).locator("[data-slot=number] .edit-problem")
    in_chinese = str(number_problem.text_content())
    choose(agent, "language", "en")
    agent.page.keyboard.press("Escape")
    expect(form(card).locator("[type=submit]")).to_contain_text("Save")
    expect(form(card).locator(".edit-title")).not_to_contain_text("资料")
    expect(form(card).locator("label[for$=-company]")).to_have_text("Company")
    expect(form(card).locator("[name=number-label]")).to_have_attribute(
        "placeholder", re.compile("^[ -~–…]+$")
    )
    # Told again as it was told, and nothing was saved by asking.
    expect(form(card).locator("[data-slot=company] .edit-problem")).not_to_contain_text("刚刚")
    expect(newer.locator("strong")).to_have_text("别人公司")
    expect(newer.locator("button")).not_to_have_text("用这个")
    expect(number_problem).not_to_have_text(in_chinese)
    expect(company).to_have_value("新公司")
    assert level.input_value() == chosen
    expect(level.locator("option").nth(1)).not_to_have_text(re.compile("[一-鿿]"))
    company_now = "select company from customers_customer where name = ?"
    assert site.rows(company_now, f"客户{number[-2:]}") == [("别人公司",)]
    form(card).locator("[name=number]").fill("")
    form(card).locator("[type=submit]").click()
    expect(form(card)).to_have_count(0)
    assert site.rows(company_now, f"客户{number[-2:]}") == [("新公司",)]
