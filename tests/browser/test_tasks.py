"""What an agent does all day, with the mouse away: twelve tasks, and how many keys each takes.

A text that is typed counts as no key; whatever else is pressed does. The count stands in the report of the run.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]
Within = Callable[..., "Hands"]
SHARED = "075586013388"


class Hands:
    """An agent's hands on the keyboard, which are counted. The frame has the focus, nothing in it has."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.keys = 0
        agent.page.frames[1].evaluate("document.activeElement.blur(); window.focus()")
        agent.page.locator("#pop").focus()

    def press(self, *keys: str) -> None:
        """Press one after the other."""
        for key in keys:
            self.agent.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """Type a text, which counts as no key."""
        self.agent.page.keyboard.type(text)


@pytest.fixture
def within(record_property: Callable[[str, object], None]) -> Iterator[Within]:
    """Gives hands to an agent, and says at the end how many keys they took, which `most` bounds."""
    taken: list[tuple[Hands, int]] = []

    def hands(agent: Agent, most: int) -> Hands:
        taken.append((Hands(agent), most))
        return taken[-1][0]

    yield hands
    for one, most in taken:
        record_property("keys", one.keys)
        assert one.keys <= most


def saved(agent: Agent, state: str = "connected") -> None:
    note = agent.card(state).locator("[data-draft-state]")
    expect(note).to_have_attribute("data-draft-state", "saved")


def test_pop(agent: Agent, number: str, within: Within) -> None:
    hands = within(agent, 1)
    agent.call(number, 100)
    expect(agent.card("ringing").locator("[data-customer-name]")).to_have_text(f"客户{number[-2:]}")
    agent.call(number, 200)
    agent.card("connected").wait_for()
    hands.press("Alt+KeyN")
    hands.type("要改地址")
    expect(agent.card("connected").locator("textarea")).to_have_value("要改地址")


def test_confirm(agent: Agent, number: str, within: Within) -> None:
    hands = within(agent, 1)
    agent.call(number, 200)
    agent.card("connected").wait_for()
    hands.press("Alt+KeyY")
    expect(agent.card().locator("[data-action=confirm-match]")).to_have_count(0)
    expect(agent.card()).to_have_attribute("data-match", "known")


def test_wrong_person(agent: Agent, number: str, within: Within) -> None:
    hands = within(agent, 1)
    agent.call(number, 200)
    agent.card("connected").wait_for()
    hands.press("Alt+KeyX")
    expect(agent.card()).not_to_have_attribute("data-match", "known")
    expect(agent.card().locator("[data-customer-name]")).not_to_contain_text("客户")


def test_shared_number(agent: Agent, within: Within) -> None:
    hands = within(agent, 1)
    agent.set(f"#?mobile={SHARED}&status=200&type=phone")
    expect(agent.card()).to_have_attribute("data-match", "several")
    name = agent.card().locator(".candidate strong").nth(1).inner_text()
    hands.press("Digit2")
    expect(agent.card().locator("[data-customer-name]")).to_have_text(name)


def test_create(agent: Agent, within: Within) -> None:
    hands = within(agent, 2)
    agent.set("#?mobile=13655551001&status=200&type=phone")
    agent.card("connected").wait_for()
    hands.press("Alt+KeyC")
    hands.type("诸葛建国")
    hands.press("Enter")
    expect(agent.card()).to_have_attribute("data-match", "known")
    expect(agent.card().locator("[data-customer-name]")).to_have_text("诸葛建国")


def test_link(agent: Agent, within: Within) -> None:
    """Three keys besides what is searched for; the first word of an answer never links by itself."""
    hands = within(agent, 3)
    agent.set("#?mobile=13655551002&status=200&type=phone")
    agent.card("connected").wait_for()
    hands.press("Alt+KeyL")
    hands.type("xjj")
    hands.press("Enter")
    expect(agent.card().get_by_role("button", name="关联 小君君")).to_be_focused()
    # What the pause in typing asks for comes later, and leaves the focus where it is.
    agent.page.wait_for_timeout(500)
    expect(agent.card().get_by_role("button", name="关联 小君君")).to_be_focused()
    hands.press("Digit1")
    expect(agent.card().locator("[data-customer-name]")).to_have_text("小君君")


def test_note_under_a_second_ring(agent: Agent, number: str, within: Within) -> None:
    hands = within(agent, 3)
    agent.call(number, 200)
    agent.card("connected").wait_for()
    hands.press("Alt+KeyN")
    hands.type("前一半")
    agent.set(f"#?mobile={SHARED}&status=100&type=phone")
    agent.pop.locator("[data-ringing-strip]").wait_for()
    hands.type("后一半")
    note = agent.card("connected").locator("textarea")
    expect(note).to_have_value("前一半后一半")
    hands.press("F2")
    expect(agent.card("ringing")).to_be_focused()
    hands.press("Alt+ArrowUp")
    expect(agent.card("connected")).to_be_focused()
    saved(agent)


def test_wrap_up(agent: Agent, number: str, site: Site, within: Within) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    agent.card("wrap-up").locator("textarea").focus()
    agent.page.keyboard.type("十二项之小结")
    hands = within(agent, 4)
    agent.card("wrap-up").locator("textarea").focus()
    # Faster than the note saves: it follows.
    with agent.page.expect_response(re.compile("/note/")):
        hands.press("Control+Enter", "Digit1", "Digit1", "Control+Enter")
        expect(agent.card("closed")).to_contain_text("咨询 / 已解决")
    query = "select count(*) from customers_leg where note = '十二项之小结' and wrapped_up_at is not null"
    assert site.rows(query) == [(1,)]


def test_promise(agent: Agent, number: str, site: Site, within: Within) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    hands = within(agent, 5)
    hands.press("Control+Enter", "Digit1", "Digit3", "Digit1")
    hands.type("十二项之承诺")
    hands.press("Control+Enter")
    agent.card("closed").wait_for()
    query = "select kind from customers_followup where text = '十二项之承诺'"
    assert site.rows(query) == [("promise",)]
    agent.call(number, 100)
    expect(agent.card("ringing").locator("[data-part=why]")).to_contain_text("十二项之承诺")


def test_dial_back(agent: Agent, number: str, within: Within) -> None:
    hands = within(agent, 1)
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    agent.call(number, 400)
    agent.card("missed").wait_for()
    hands.press("Alt+KeyB")
    agent.card("dialled").wait_for()
    assert agent.posted()[0]["payload"]["message"]["phoneNumber"] == number


def test_search(agent: Agent, within: Within) -> None:
    hands = within(agent, 3)
    hands.press("Slash")
    hands.type("zqm")
    hands.press("Enter")
    expect(agent.pop.get_by_role("button", name="拨打 周启明 0755")).to_be_focused()
    hands.press("Enter")
    agent.card("dialled").wait_for()
    message: Any = agent.posted()[0]
    assert message["payload"]["message"]["phoneNumber"] == SHARED


def test_transfer(new_agent: NewAgent, number: str, within: Within) -> None:
    first, second = new_agent(), new_agent()
    giver = within(first, 2)
    first.call(number, 200)
    first.card("connected").wait_for()
    giver.press("Alt+KeyY", "Alt+KeyN")
    giver.type("要开发票，转财务")
    saved(first)
    second.page.wait_for_timeout(1100)
    taker = within(second, 1)
    second.call(number, 100)
    card = second.card("ringing")
    expect(card.locator("[data-colleague-note]")).to_have_text("要开发票，转财务")
    second.call(number, 200)
    second.card("connected").wait_for()
    taker.press("Alt+KeyN")
    taker.type("已开")
    expect(second.card("connected").locator("textarea")).to_have_value("已开")


def test_letters_typed_without_a_caret_do_nothing_grave(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    Hands(agent).press(*(f"Key{letter}" for letter in "BCDLMNXY"))
    expect(agent.card()).to_have_attribute("data-match", "known")
    expect(agent.card().locator("[data-action=confirm-match]")).to_have_count(1)
    expect(agent.card()).to_have_count(1)
    assert agent.posted() == []
