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


def end_chat(agent: Agent, user: str) -> Locator:
    """The customer leaves; gives the card."""
    agent.set(f"#?userId={user}&nickName=%E5%B0%8F%E5%90%9B&type=im&status=400")
    agent.card("wrap-up").wait_for()
    return agent.card("wrap-up")


def test_a_text_that_was_not_sent_when_the_chat_ends_stays_under_the_caret(
    agent: Agent, site: Site
) -> None:
    card = open_chat(agent, "messages-unsent")
    choose(card, "wenhou")
    card.locator("textarea[name=note]").fill("问订单")
    text = card.locator("[data-message-preview]:not([hidden]) textarea")
    text.fill("小君您好，单号是 88")
    expect(text).to_be_focused()
    card = end_chat(agent, "messages-unsent")
    text = card.locator("[data-message-preview]:not([hidden]) textarea")
    expect(text).to_be_focused()
    agent.page.keyboard.type("12，请")
    expect(text).to_have_value("小君您好，单号是 8812，请")
    expect(card.locator("[data-ended-words]")).to_be_visible()
    expect(card.locator("[data-message-filter]")).to_be_hidden()
    assert Axe().run(agent.page.frames[1]).response["violations"] == []
    # What is sent now would go into another chat.
    text.press("Control+Enter")
    assert agent.posted() == []
    card.locator("[data-unsent-deed=copy]").click()
    expect(agent.pop.locator("[data-toast]")).to_have_text("已复制")
    card.locator("[data-unsent-deed=note]").click()
    expect(card.locator("[data-ended-words]")).to_have_count(0)
    note = card.locator("textarea[name=note]")
    expect(note).to_be_focused()
    expect(note).to_have_value("问订单\n小君您好，单号是 8812，请")
    expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "saved")
    assert site.rows("select count(*) from customers_leg where note like '%单号是 8812，请'") == [
        (1,)
    ]


def test_texts_typed_in_a_list_that_was_closed_or_read_anew_come_back_when_the_chat_ends(
    agent: Agent,
) -> None:
    card = open_chat(agent, "messages-closed")
    for name in ("wenhou", "第3条"):
        choose(card, name)
        card.locator("[data-message-preview]:not([hidden]) textarea").fill(f"改过的 {name}")
        card.locator("[data-message-filter]").fill("")
        card.locator("[data-message-filter]").focus()
    agent.context.route("**/messages/", lambda route: route.abort())
    for _ in range(2):
        card.locator("[data-messages] summary").click()
    card.get_by_role("button", name="再试一次").wait_for()
    card.locator("[data-messages] summary").click()
    card = end_chat(agent, "messages-closed")
    left = card.locator("[data-message-preview]:not([hidden]) textarea")
    expect(left).to_have_count(2)
    assert sorted(field.input_value() for field in left.all()) == ["改过的 wenhou", "改过的 第3条"]
    expect(card.get_by_role("button", name="再试一次")).to_be_hidden()
    # Nothing of it goes while the card stands, and wrapping up does not take it away.
    card.locator("form[data-action=wrap-up] button[type=submit]").click()
    closed = agent.card("closed")
    expect(closed.locator("[data-unsent]")).to_have_count(2)
    closed.locator("[data-unsent-deed=drop]").first.click()
    expect(left_on(closed)).to_have_count(1)
    closed.locator("[data-message-preview]:not([hidden]) [data-unsent-deed=drop]").click()
    expect(closed.locator("[data-message-preview]")).to_have_count(0)


def left_on(card: Locator) -> Locator:
    """What was not sent and still stands there."""
    return card.locator("[data-message-preview]:not([hidden]) textarea")


def test_a_text_that_was_not_sent_is_there_after_a_reload_where_the_browser_keeps_storage(
    agent: Agent, site: Site
) -> None:
    page = agent.context.new_page()
    page.goto(f"{site.origin}/pop/#?userId=messages-kept&type=im&status=200")
    page.locator("[name=username]").fill(agent.username)
    page.locator("[name=password]").fill("a-long-test-password")
    page.locator("form[data-action=sign-in] button[type=submit]").click()
    page.locator("[data-messages] summary").click()
    page.locator("[data-message-filter]").fill("wenhou")
    page.locator("[data-message-filter]").press("Enter")
    page.locator("[data-message-preview]:not([hidden]) textarea").fill("还没发")
    page.goto(f"{site.origin}/pop/#?userId=messages-kept&type=im&status=400")
    page.reload()
    page.locator('article[data-state="wrap-up"]').wait_for()
    expect(page.locator("[data-ended] textarea")).to_have_value("还没发")
