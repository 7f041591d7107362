"""The pop as a tool for a whole day: folded cards, the shelf, shortcuts, the caret, overdue promises."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]


def saved(card: Locator) -> None:
    """Wait until the note is saved."""
    expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "saved")


def found_by_axe(agent: Agent) -> list[str]:
    """What axe finds inside the frame."""
    violations = Axe().run(agent.page.frames[1]).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]


def test_a_folded_card_keeps_its_text(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    note = card.locator("textarea")
    note.fill("折叠前写的")
    agent.page.keyboard.press("Alt+KeyZ")
    expect(note).to_be_hidden()
    expect(card).to_be_focused()
    expect(card.locator("[data-brief]")).to_contain_text(f"客户{number[-2:]} · ✓ 已保存")
    expect(card.locator("[data-clock]")).to_be_visible()
    agent.call(number, 400)
    expect(agent.card("wrap-up").locator("textarea")).to_be_hidden()
    expect(agent.card("wrap-up")).to_contain_text("待小结")
    assert found_by_axe(agent) == []
    agent.card().locator("[data-action=fold]").click()
    expect(agent.card().locator("textarea")).to_have_value("折叠前写的")
    expect(agent.card().locator("textarea")).to_be_visible()


def test_what_is_folded_stays_so_after_a_reload_where_the_browser_keeps_storage(
    agent: Agent, number: str, site: Site
) -> None:
    # In the frame of another site this browser refuses all storage.
    page = agent.context.new_page()
    page.goto(f"{site.origin}/pop/#?mobile={number}&status=200")
    page.locator("[name=username]").fill(agent.username)
    page.locator("[name=password]").fill("a-long-test-password")
    page.locator("form[data-action=sign-in] button[type=submit]").click()
    page.locator("article [data-action=fold]").click()
    page.reload()
    expect(page.locator("article [data-brief]")).to_be_visible()
    expect(page.locator("article [data-action=fold]")).to_have_attribute("aria-expanded", "false")
    page.locator("article [data-brief]").click()
    expect(page.locator("article textarea")).to_be_focused()


def test_the_shelf_shows_what_is_folded_or_old_and_goes_there(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    card = agent.card("wrap-up")
    card.wait_for()
    shelf = agent.pop.locator("[data-shelf]")
    expect(shelf).to_be_hidden()
    box = card.bounding_box()
    card.locator("[data-action=fold]").click()
    chip = shelf.get_by_role("button")
    expect(chip).to_have_text(re.compile(rf"客户{number[-2:]} · 待小结"))
    folded = card.bounding_box()
    assert box is not None
    assert folded is not None
    assert (folded["x"], folded["y"]) == (box["x"], box["y"])
    assert found_by_axe(agent) == []
    chip.click()
    expect(card.locator("textarea")).to_be_focused()
    expect(shelf).to_be_hidden()
    # Thirty hours later it stands on no screen any more, while another call does.
    leg = card.get_attribute("data-leg")
    with site.write() as database:
        database.execute(
            "update customers_leg set last_signal_at = datetime('now', '-30 hours') where id = ?",
            (leg,),
        )
    agent.call("13655559001", 200)
    agent.card("connected").wait_for()
    agent.page.reload()
    expect(shelf.locator(f'[data-chip="{leg}"]')).to_contain_text("待小结")
    agent.card("connected").locator("textarea").focus()
    agent.page.keyboard.press("Alt+KeyU")
    expect(agent.pop.locator(f'article[data-leg="{leg}"] textarea')).to_be_focused()


def test_unsaved_text_of_a_folded_card_is_on_the_shelf(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.wait_for()
    site.kill()
    try:
        card.locator("textarea").fill("还没存上")
        expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "offline")
        agent.page.keyboard.press("Alt+KeyZ")
        expect(agent.pop.locator("[data-shelf] button")).to_contain_text("未保存 · 刚刚")
        expect(card.locator("[data-brief]")).to_have_attribute("data-unsaved", "")
    finally:
        site.start()
    expect(agent.pop.locator("[data-shelf] button")).to_have_count(0)
    assert site.rows("select note from customers_leg where note = '还没存上'") == [("还没存上",)]


def test_a_third_card_folds_what_wants_nothing_more_and_moves_no_caret(
    agent: Agent, number: str
) -> None:
    agent.call("13655559002", 400)
    agent.card("missed").wait_for()
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.fill("正在记")
    saved(agent.card("connected"))
    box = note.bounding_box()
    agent.call("13655559003", 100)
    agent.card("ringing").wait_for()
    expect(agent.card("missed").locator("textarea")).to_be_hidden()
    expect(note).to_be_focused()
    assert note.bounding_box() == box
    expect(agent.card("ringing").locator("textarea")).to_be_visible()


def test_a_click_on_the_blank_of_a_card_puts_the_caret_in_its_note(
    agent: Agent, number: str
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    note = card.locator("textarea")
    note.fill("前半")
    # As answering in the workbench does.
    agent.page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    card.locator("[data-part=head]").click(position={"x": 5, "y": 5})
    expect(note).to_be_focused()
    agent.page.keyboard.type("后半")
    expect(note).to_have_value("前半后半")
    card.locator("[data-customer-name]").dblclick()
    assert agent.page.frames[1].evaluate("String(getSelection())") != ""
    card.locator("[data-copy]").click()
    expect(note).not_to_be_focused()


def test_shortcuts_are_listed_remapped_and_turned_off_by_keyboard(
    agent: Agent, number: str
) -> None:
    agent.call(number, 200)
    card = agent.card("connected")
    card.locator("textarea").fill("")
    agent.page.keyboard.type("?")
    expect(card.locator("textarea")).to_have_value("?")
    dialog = agent.pop.locator("dialog[data-keys]")
    expect(dialog).to_be_hidden()
    card.focus()
    agent.page.keyboard.press("Shift+Slash")
    expect(dialog).to_be_visible()
    assert found_by_axe(agent) == []
    change = dialog.locator("[data-keys-change=fold]")
    change.focus()
    agent.page.keyboard.press("Enter")
    expect(change).to_have_text("请按键…")
    agent.page.keyboard.press("F2")
    expect(dialog.locator("[data-keys-say]")).to_have_text("F2 已经用于“看等待中的来电”。")
    expect(change).to_have_text("Alt Z")
    agent.page.keyboard.press("Enter")
    agent.page.keyboard.press("F8")
    expect(change).to_have_text("F8")
    agent.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    agent.page.reload()
    card.locator("textarea").focus()
    agent.page.keyboard.press("Alt+KeyZ")
    expect(card.locator("textarea")).to_be_visible()
    agent.page.keyboard.press("F8")
    expect(card.locator("textarea")).to_be_hidden()
    agent.pop.locator("[data-action=show-keys]").click()
    dialog.get_by_label("启用快捷键").uncheck()
    expect(dialog.locator("[data-keys-say]")).to_have_text("快捷键已关闭")
    dialog.get_by_role("button", name="关闭").click()
    agent.page.reload()
    expect(agent.pop.locator("main[data-keys-off]")).to_have_count(1)
    card.focus()
    agent.page.keyboard.press("F8")
    agent.page.keyboard.press("Shift+Slash")
    expect(card.locator("textarea")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_nothing_fires_while_an_input_method_composes(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    card = agent.card("wrap-up")
    card.locator("textarea").focus()
    press = (
        "(area, more) => area.dispatchEvent(new KeyboardEvent('keydown',"
        " {code: 'Enter', key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true, ...more}))"
    )
    # False when something took the key.
    assert card.locator("textarea").evaluate(press, {"isComposing": True}) is True
    assert card.locator("textarea").evaluate(press, {"keyCode": 229}) is True
    expect(card.locator("textarea")).to_be_focused()
    assert card.locator("textarea").evaluate(press, {}) is False
    expect(card.locator("[data-digits=reason] input").first).to_be_focused()


def test_an_overdue_promise_is_told_once_and_takes_no_focus(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    agent.card("connected").locator("textarea").focus()
    with site.write() as database:
        database.execute(
            "insert into customers_followup (kind, owner_id, text, due_at, attempts, missed_times, created_at)"
            " select 'promise', id, '寄发票', datetime('now', '-5 minutes'), 0, 0, datetime('now')"
            " from crm_user where username = ?",
            (agent.username,),
        )
    agent.page.reload()
    line = agent.pop.locator("[role=status] [data-overdue]")
    expect(line).to_contain_text("寄发票")
    expect(agent.card("connected")).to_be_visible()
    assert found_by_axe(agent) == []
    line.get_by_role("button", name="知道了").click()
    expect(line).to_have_count(0)
    with agent.page.expect_response(re.compile("/pop/reminders/")):
        agent.page.reload()
    agent.status("active").wait_for()
    expect(line).to_have_count(0)


def test_a_wrap_up_of_today_is_reopened_from_the_panel(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").locator("form[data-action=wrap-up] button").click()
    agent.card("closed").wait_for()
    agent.page.reload()
    panel = agent.pop.locator("[data-home]")
    panel.get_by_role("button", name=f"打开 客户{number[-2:]}").click()
    agent.card("closed").locator("[data-action=reopen]").click()
    expect(agent.card("wrap-up")).to_be_visible()
