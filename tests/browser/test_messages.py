"""Texts and cards into a chat: chosen on its card, received by the workbench around it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Agent
from tests.browser.site import Site


def open_chat(agent: Agent, user: str) -> Locator:
    """A connected chat's card with its list of templates open."""
    agent.set(f"#?userId={user}&nickName=%E5%B0%8F%E5%90%9B&type=im&status=200")
    card = agent.card("connected")
    card.locator("[data-messages] summary").click()
    card.locator("form[data-action=send-message]").wait_for()
    return card


def choose(card: Locator, name: str) -> None:
    """Find a template by typing and take it with Enter."""
    if card.locator("[data-messages]").get_attribute("open") is None:
        card.locator("[data-messages] summary").click()
    search = card.locator("[data-message-filter]")
    expect(search).to_be_focused()
    search.press_sequentially(name)
    expect(card.locator("[data-words]:not([hidden])")).to_have_count(1)
    search.press("Enter")


def test_the_workbench_receives_the_three_messages(agent: Agent, site: Site) -> None:
    card = open_chat(agent, "messages-1")
    choose(card, "wenhou")
    text = card.locator("[data-message-preview]:not([hidden]) textarea")
    expect(text).to_be_focused()
    expect(text).to_have_value(f"小君您好，我是坐席{agent.username[-2:]}。")
    assert Axe().run(agent.page.frames[1]).response["violations"] == []
    text.fill("小君您好，请稍等。")
    text.press("Control+Enter")
    expect(card.locator("[data-sent]")).to_have_count(1)
    for name, count in (("ddjd", 2), ("请打分", 3)):
        choose(card, name)
        send = card.locator("form[data-action=send-message] button[type=submit]")
        expect(send).to_be_focused()
        send.dblclick()
        expect(card.locator("[data-sent]")).to_have_count(count)
    shop = "https://shop.example.com"
    assert [message["payload"] for message in agent.posted()] == [
        {"event": "sendTextMessage", "message": "小君您好，请稍等。"},
        {
            "event": "sendCard",
            "message": {
                "header": "小君的订单",
                "desc": "点开查看",
                "pic": "",
                "url": f"{shop}/orders",
            },
        },
        {
            "event": "sendCustomMessage",
            "message": {
                "title": "请打分",
                "description": "",
                "iconUrl": "",
                "fromPostMessage": 1,
                "extension": {"type": 1},
            },
        },
    ]
    assert {message["source"] for message in agent.posted()} == {"ccc-sdk"}
    rows = site.rows("select kind from customers_sentmessage order by id desc limit 3")
    assert rows == [("custom",), ("card",), ("text",)]


def test_a_refusal_is_shown_and_the_changed_text_stays(agent: Agent) -> None:
    card = open_chat(agent, "messages-2")
    choose(card, "wenhou")
    text = card.locator("[data-message-preview]:not([hidden]) textarea")
    text.fill("看 https://evil.example/")
    text.press("Control+Enter")
    expect(card.locator(".message-form [data-form-error]")).to_contain_text(
        "evil.example 不在允许列表里"
    )
    assert agent.posted() == []
    for _ in range(2):
        card.locator("[data-messages] summary").click()
    choose(card, "wenhou")
    expect(text).to_have_value("看 https://evil.example/")


def test_a_text_is_sent_from_the_note_with_the_keyboard(agent: Agent) -> None:
    agent.set("#?userId=messages-keys&nickName=%E5%B0%8F%E5%90%9B&type=im&status=200")
    card = agent.card("connected")
    card.locator("textarea[name=note]").focus()
    agent.page.keyboard.press("Alt+KeyM")
    expect(card.locator("[data-message-filter]")).to_be_focused()
    card.locator("textarea[name=note]").focus()
    # Open already: the key goes there, and closes nothing.
    agent.page.keyboard.press("Alt+KeyM")
    expect(card.locator("[data-message-filter]")).to_be_focused()
    agent.page.keyboard.type("wenhou")
    for key in ("Enter", "Control+Enter"):
        agent.page.keyboard.press(key)
    expect(card.locator("[data-sent]")).to_have_count(1)
