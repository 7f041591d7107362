"""拨打 on the page of follow-ups: dialled by the pop in the workbench's frame."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site

NewAgent = Callable[..., Agent]
Owes = Callable[..., int]


@pytest.fixture
def owes(site: Site) -> Owes:
    """Writes down what an agent owes to a number, overdue since an hour."""

    def owe(username: str, number: str) -> int:
        script = f"""
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from crm.models import User
from customers.models import Endpoint, FollowUp
from customers.addresses import read_address
endpoint = Endpoint.objects.of(read_address("phone", "{number}"))
point = endpoint.contact_points.first()
FollowUp.objects.create(owner=User.objects.get(username="{username}"), customer=point.customer if point else None,
    endpoint=endpoint, text="{number}", due_at=timezone.now() - timedelta(hours=1))
"""
        site.run("-c", script)
        query = "select id from customers_followup where text = ? order by id desc limit 1"
        [(pk,)] = site.rows(query, number)
        return int(pk)

    return owe


def list_of(agent: Agent, site: Site) -> Page:
    """The page of follow-ups in a tab of its own, with its own sign-in."""
    page = agent.context.new_page()
    page.goto(f"{site.origin}/sign-in/?next=/follow-ups/")
    page.locator("[name=username]").fill(agent.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url("**/follow-ups/")
    return page


def row_of(page: Page, pk: int) -> Locator:
    """One line of the list."""
    return page.locator(f'[data-follow-up="{pk}"]')


def dialled(agent: Agent) -> list[Any]:
    """The numbers that the workbench was asked to dial."""
    asked = [one["payload"] for one in agent.posted() if one["payload"]["event"] == "callOut"]
    return [one["message"]["phoneNumber"] for one in asked]


def test_one_click_is_dialled_once_by_one_of_the_pops_and_its_outcome_is_given(
    agent: Agent, new_agent: NewAgent, site: Site, number: str, owes: Owes
) -> None:
    pk = owes(agent.username, number)
    second = new_agent(username=agent.username)
    page = list_of(agent, site)
    row = row_of(page, pk)
    row.get_by_role("button", name="拨打").click()
    # Both pops hear of it.
    expect(row.locator("[data-handed=taken]")).to_be_visible(timeout=20000)
    expect(row.locator("[data-attempts]")).to_have_attribute("data-attempts", "1")
    for pop in (agent, second):
        pop.card("dialled").wait_for()
    assert dialled(agent) + dialled(second) == [number]
    assert site.rows("select count(*) from screenpop_dialrequest where dialled = ?", number) == [
        (1,)
    ]
    assert Axe().run(page).response["violations"] == []
    row.get_by_role("button", name="完成").click()
    expect(row).to_contain_text("已完成")


def test_a_pop_that_comes_into_sight_dials_at_once(
    agent: Agent, site: Site, number: str, owes: Owes
) -> None:
    pk = owes(agent.username, number)
    frame = agent.page.frames[1]
    # As a tab behind another one: Playwright shows all of them at once.
    frame.evaluate(
        """() => Object.defineProperty(document, "visibilityState",
            { configurable: true, get: () => window.shown || "hidden" })"""
    )
    page = list_of(agent, site)
    row = row_of(page, pk)
    row.get_by_role("button", name="拨打").click()
    expect(row.locator("[data-handed=late]")).to_be_visible(timeout=10000)
    assert dialled(agent) == []
    frame.evaluate(
        "() => { window.shown = 'visible'; document.dispatchEvent(new Event('visibilitychange')); }"
    )
    agent.card("dialled").wait_for()
    assert dialled(agent) == [number]
    expect(row.locator("[data-handed=taken]")).to_be_visible()


def test_without_a_pop_in_the_workbench_the_page_says_what_to_do(
    new_agent: NewAgent, site: Site, number: str, owes: Owes
) -> None:
    agent = new_agent(sign_in=False)
    pk = owes(agent.username, number)
    # A pop that no workbench frames cannot dial, and takes it from nobody.
    alone = agent.context.new_page()
    alone.goto(f"{site.origin}/pop/")
    alone.locator("[name=username]").fill(agent.username)
    alone.locator("[name=password]").fill(PASSWORD)
    alone.locator("form[data-action=sign-in] button[type=submit]").click()
    alone.locator("main[data-pop-status=waiting]").wait_for()
    page = list_of(agent, site)
    row = row_of(page, pk)
    button = row.get_by_role("button", name="拨打")
    with alone.expect_response(lambda answer: "x-pop-dial" in answer.headers):
        button.press("Enter")
        expect(button).to_be_focused()
        expect(row.locator("[data-handed=late]")).to_be_visible(timeout=10000)
        assert Axe().run(page).response["violations"] == []
    with site.write() as database:
        database.execute(
            "update screenpop_handeddial set asked_at = datetime(asked_at, '-1 minute')"
            " where follow_up_id = ?",
            [pk],
        )
    expect(row.locator("[data-handed=expired]")).to_contain_text("请在工作台打开弹屏")
    expect(button).to_be_focused()
    assert site.rows("select count(*) from screenpop_dialrequest where dialled = ?", number) == [
        (0,)
    ]


def test_a_number_that_wants_no_calls_is_asked_about_and_a_wish_taken_back(
    agent: Agent, site: Site, owes: Owes
) -> None:
    pk = owes(agent.username, "13700001111")
    page = list_of(agent, site)
    row = row_of(page, pk)
    row.get_by_role("button", name="拨打").click()
    expect(row.locator("[data-question]")).to_contain_text("客户已登记勿扰")
    expect(row.get_by_role("button", name="不拨了")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.locator("[data-question]")).to_have_count(0)
    row.get_by_role("button", name="拨打").click()
    row.get_by_role("button", name="仍要拨打").click()
    expect(row.locator("[data-handed=taken]")).to_be_visible(timeout=20000)
    assert dialled(agent) == ["13700001111"]
