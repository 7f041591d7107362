"""Notes that are not lost, and one click to call back."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]


def saved(card: Locator, state: str = "saved") -> None:
    """Wait for the state of the note."""
    expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", state)


def test_a_note_survives_a_reload_and_a_killed_server(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.press_sequentially("客户催发票")
    saved(agent.card())
    agent.page.reload()
    expect(note).to_have_value("客户催发票")
    site.kill()
    note.press("Control+End")
    note.press_sequentially("，下午三点前")
    saved(agent.card(), "offline")
    site.start()
    saved(agent.card())
    expect(note).to_have_value("客户催发票，下午三点前")
    assert site.rows("select note from customers_leg where note like '客户催发票%'") == [
        ("客户催发票，下午三点前",)
    ]


def test_text_typed_right_before_a_reload_is_there_after_it(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.press_sequentially("来不及保存")
    agent.page.reload()
    expect(note).to_have_value("来不及保存")
    saved(agent.card())


def test_two_tabs_on_one_note_show_both_texts(agent: Agent, number: str, site: Site) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.wait_for()
    tab = agent.context.new_page()
    tab.goto(agent.page.url)
    other = tab.frame_locator("#pop").locator("article[data-state=connected]")
    other.wait_for()
    other.locator("textarea").fill("乙写的")
    card.locator("textarea").fill("甲写的")
    saved(card, "conflict")
    expect(card.locator("[data-conflict-text]")).to_have_text("乙写的")
    expect(card.locator("textarea")).to_have_value("甲写的")
    expect(other.locator("[data-conflict-text]")).to_have_text("甲写的")
    card.locator("[data-conflict-choice=both]").click()
    saved(card)
    expect(card.locator("textarea")).to_have_value("甲写的\n乙写的")
    expect(other.locator("textarea")).to_have_value("甲写的\n乙写的")
    assert site.rows("select note from customers_leg where note like '甲写的%'") == [
        ("甲写的\n乙写的",)
    ]
    assert site.rows("select count(*) from customers_noteconflict") == [(0,)]


def test_one_click_asks_the_workbench_to_dial(agent: Agent, number: str, site: Site) -> None:
    agent.call(number, 400)
    agent.card("missed").locator("button[data-dial]").click()
    dialled = agent.card("dialled")
    dialled.wait_for()
    assert agent.posted() == [
        {
            "source": "ccc-sdk",
            "payload": {
                "event": "callOut",
                "message": {"phoneNumber": number, "desc": f"客户{number[-2:]}"},
            },
        }
    ]
    assert site.rows("select dialled from screenpop_dialrequest where dialled = ?", number) == [
        (number,)
    ]
    dialled.locator("[data-outcome=no-answer]").click()
    expect(agent.card("closed")).to_have_attribute("data-direction", "outbound")


def test_a_number_that_wants_no_calls_asks_first(agent: Agent, site: Site) -> None:
    agent.call("13700001111", 400)
    button = agent.card("missed").locator("button[data-dial]")
    question = agent.pop.locator("dialog[data-ask]")
    button.click()
    question.get_by_role("button", name="取消").click()
    assert agent.posted() == []
    button.click()
    question.get_by_role("button", name="仍要拨打").click()
    agent.card("dialled").wait_for()
    assert len(agent.posted()) == 1
    mine = "user_id = (select id from crm_user where username = ?)"
    despite = f"select despite_do_not_call from screenpop_dialrequest where {mine}"  # noqa: S608
    assert site.rows(despite, agent.username) == [(1,)]


def test_a_masked_number_explains_why_it_cannot_be_dialled(agent: Agent) -> None:
    agent.call("138****8000", 100)
    expect(agent.card("ringing")).to_contain_text("掩码号码，无法拨打")
    agent.card().locator("button[data-dial]").click(force=True)
    expect(agent.pop.locator("[data-toast]")).to_contain_text("掩码号码")
    assert agent.posted() == []


def test_outside_a_frame_the_dial_button_explains_itself(
    agent: Agent, number: str, site: Site
) -> None:
    page = agent.context.new_page()
    page.goto(f"{site.origin}/pop/#?mobile={number}&status=100")
    page.locator("[name=username]").fill(agent.username)
    page.locator("[name=password]").fill("a-long-test-password")
    page.locator("form[data-action=sign-in] button[type=submit]").click()
    page.locator("article button[data-dial]").click()
    expect(page.locator("[data-toast]")).to_contain_text("工作台")
    assert site.rows("select count(*) from screenpop_dialrequest where dialled = ?", number) == [
        (0,)
    ]


def test_signing_out_at_once_keeps_what_was_just_typed(
    agent: Agent, number: str, site: Site
) -> None:
    for n in range(4):
        agent.call(f"1350077{n:04}", 200)
        card = agent.pop.locator(f'[data-strip-text*="135 0077 {n:04}"]')
        card.locator("textarea").press_sequentially(f"退出前{n}")
        agent.pop.locator("[data-action=sign-out]").click()
        agent.status("signed-out").wait_for()
        agent.sign_in()
        agent.status("active").wait_for()
    rows = site.rows("select note from customers_leg where note like '退出前%' order by note")
    assert rows == [(f"退出前{n}",) for n in range(4)]


def test_a_very_long_note_survives_a_reload(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.fill("长" * 9000)
    saved(agent.card())
    note.press("Control+End")
    note.press_sequentially("尾巴")
    agent.page.reload()
    expect(note).to_have_value("长" * 9000 + "尾巴")


def test_three_tabs_lose_no_text(agent: Agent, number: str, site: Site) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    cards = [agent.card("connected")]
    for _ in range(2):
        tab = agent.context.new_page()
        tab.goto(agent.page.url)
        cards.append(tab.frame_locator("#pop").locator("article[data-state=connected]"))
        cards[-1].wait_for()
    for card, text in zip(cards, ("AAA", "BBB", "CCC"), strict=True):
        card.locator("textarea").fill(text)
    for card in cards[1:]:
        saved(card, "conflict")
    first = cards[0]
    expect(first.locator("[data-conflict]")).to_have_count(2)
    first.locator("[data-conflict]").first.locator("[data-conflict-choice=both]").click()
    expect(first.locator("[data-conflict]")).to_have_count(1)
    first.locator("[data-conflict-choice=both]").click()
    saved(first)
    held = site.rows("select note from customers_leg where note like '%AAA%'")[0][0]
    assert sorted(held.split("\n")) == ["AAA", "BBB", "CCC"]


def test_copy_works_in_the_frame(agent: Agent, number: str) -> None:
    agent.call(number, 100)
    agent.card("ringing").locator("[data-copy]").click()
    expect(agent.pop.locator("[data-toast]")).to_have_text("已复制")
