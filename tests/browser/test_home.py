"""The panel while nothing rings."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]


def test_a_customer_is_found_by_initials_and_dialled(agent: Agent, site: Site) -> None:
    agent.pop.locator("#home-term").press_sequentially("zqm")
    agent.pop.get_by_role("button", name="拨打 周启明").click()
    expect(agent.card("dialled").locator("[data-customer-name]")).to_have_count(1)
    assert agent.posted()[0]["payload"]["message"]["phoneNumber"] == "075586013388"
    # The number is shared by two: nobody's name is sent.
    assert agent.posted()[0]["payload"]["message"]["desc"] == ""


def test_a_typed_number_shows_its_place_and_is_dialled(agent: Agent) -> None:
    agent.pop.locator("#home-term").press_sequentially("13800138000")
    found = agent.pop.locator("[data-home-found]")
    expect(found).to_contain_text("138 0013 8000")
    expect(found).to_contain_text("北京")
    found.get_by_role("button", name="拨打").click()
    agent.card("dialled").wait_for()
    assert agent.posted()[0]["payload"]["message"]["phoneNumber"] == "13800138000"


def test_what_is_not_wrapped_up_is_listed_and_opened(agent: Agent, number: str, site: Site) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    leg = agent.card().get_attribute("data-leg")
    with site.write() as database:
        database.execute(
            "update customers_leg set last_signal_at = datetime('now', '-30 hours') where id = ?",
            (leg,),
        )
    agent.page.reload()
    agent.pop.locator(f'[data-open-leg="{leg}"]').click()
    expect(agent.card("wrap-up")).to_be_visible()
    agent.page.wait_for_timeout(3500)
    expect(agent.card("wrap-up")).to_be_visible()
    agent.card("wrap-up").locator("form[data-action=wrap-up] button[type=submit]").click()
    expect(agent.card("closed")).to_be_visible()


def test_axe_finds_nothing(agent: Agent) -> None:
    agent.pop.locator("#home-term").press_sequentially("客户")
    agent.pop.locator("[data-home-found] button").first.wait_for()
    found = Axe().run(agent.page.frames[1]).response["violations"]
    assert [v["id"] for v in found] == []
