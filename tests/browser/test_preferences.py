"""Theme and language chosen in the frame: at once, without losing what is typed, with a cookie or without."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site
from tests.browser.test_frame import without_cookies

NewAgent = Callable[..., Agent]


def choose(agent: Agent, name: str, value: str) -> None:
    """Open the menu and pick."""
    menu = agent.pop.locator("[data-menu]")
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    # Not check(), which fails where the page has taken a refused choice back before it looks.
    menu.locator(f'input[name={name}][value="{value}"]').click()


def test_a_choice_is_made_in_place_and_nothing_typed_is_lost(agent: Agent, number: str) -> None:
    root = agent.pop.locator("html")
    agent.call(number, 200)
    agent.card("connected").wait_for()
    note = agent.card().locator("textarea[name=note]")
    note.fill("写到一半")
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    form = agent.card().locator('form[data-action="wrap-up"]')
    form.locator("input[name=reason]").first.check()
    agent.page.frames[1].evaluate("window.stayed = 1")
    choose(agent, "theme", "dark")
    expect(root).to_have_attribute("data-theme", "dark")
    choose(agent, "language", "en")
    expect(root).to_have_attribute("lang", "en")
    expect(agent.pop.locator("[data-action=sign-out]")).to_have_text("Sign out")
    expect(agent.card().locator(".card-state")).not_to_contain_text(re.compile("[一-鿿]"))
    expect(note).to_have_value("写到一半")
    expect(note).to_have_attribute("placeholder", re.compile("^[ -~–…]+$"))
    expect(form.locator("input[name=reason]").first).to_be_checked()
    assert agent.page.frames[1].evaluate("window.stayed") == 1
    found = Axe().run(agent.page.frames[1])
    assert [v["id"] for v in found.response["violations"]] == []
    agent.page.keyboard.press("Escape")
    expect(agent.pop.locator("[data-menu] summary")).to_be_focused()
    agent.page.reload()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("lang", "en")


def test_a_choice_that_could_not_be_saved_goes_back(agent: Agent, site: Site) -> None:
    agent.context.route(
        f"{site.origin}/pop/preferences/", lambda route: route.fulfill(status=400, body="")
    )
    choose(agent, "theme", "system")
    expect(agent.pop.locator("[data-toast]")).to_have_text("没有成功，请再试一次")
    expect(agent.pop.locator('[data-menu] input[name=theme][value=""]')).to_be_checked()
    expect(agent.pop.locator("html")).to_have_attribute("data-theme", "light")


def test_a_sign_in_brings_the_looks_and_a_bearer_ends_with_the_sign_out(
    new_agent: NewAgent, site: Site
) -> None:
    agent = new_agent(sign_in=False)
    chosen = "update crm_user set theme = 'dark', language = 'en' where username = ?"
    with site.write() as database:
        database.execute(chosen, [agent.username])
    agent.context.route(re.compile(f"^{site.origin}/pop/(?!sign-in/popup/)"), without_cookies(site))
    agent.page.reload()
    agent.status("no-cookie").wait_for()
    expect(agent.pop.locator("html")).to_have_attribute("data-theme", "light")
    with agent.context.expect_page() as opened:
        agent.pop.locator("[data-action=popup-sign-in]").click()
    window = opened.value
    window.fill("[name=username]", agent.username)
    window.fill("[name=password]", PASSWORD)
    window.click("button[type=submit]")
    agent.status("waiting").wait_for()
    expect(agent.pop.locator("html")).to_have_attribute("data-theme", "dark")
    expect(agent.pop.locator("[data-action=sign-out]")).to_have_text("Sign out")
    with agent.page.expect_request(re.compile("/pop/preferences/")) as asked:
        choose(agent, "theme", "system")
    bearer = asked.value.headers["authorization"]
    agent.page.keyboard.press("Escape")
    agent.pop.locator("[data-action=sign-out]").click()
    agent.status("no-cookie").wait_for()
    dead = agent.context.request.post(
        f"{site.origin}/pop/cards/", headers={"authorization": bearer}, form={"have": ""}
    )
    assert dead.status == 401


def test_the_list_of_shortcuts_speaks_the_chosen_language_and_keys_work_beside_the_menu(
    agent: Agent, number: str
) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    choose(agent, "language", "en")
    expect(agent.pop.locator("html")).to_have_attribute("lang", "en")
    agent.page.keyboard.press("Escape")
    agent.page.keyboard.press("Shift+Slash")
    dialog = agent.pop.locator("dialog[data-keys]")
    expect(dialog.get_by_role("heading")).to_have_text("Shortcuts")
    expect(dialog.locator("[data-keys-close]")).to_have_text("Close")
    agent.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    agent.pop.locator("[data-menu] summary").click()
    agent.page.keyboard.press("Alt+KeyN")
    expect(agent.card().locator("textarea[name=note]")).to_be_focused()
