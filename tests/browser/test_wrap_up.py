"""The work after the call, from the keyboard."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]


def test_four_keys_from_the_note_complete_the_wrap_up(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    card = agent.card("wrap-up")
    card.locator("textarea").fill("已处理")
    expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "saved")
    card.locator("[data-digits=reason]").wait_for()
    for key in ("Control+Enter", "Digit1", "Digit1", "Control+Enter"):
        agent.page.keyboard.press(key)
    expect(agent.card("closed")).to_contain_text("咨询 / 已解决")
    assert site.rows(
        "select d.code from customers_leg l join customers_disposition d on d.id = l.disposition_id"
        " where l.note = '已处理'"
    ) == [("inquiry-solved",)]
    agent.card("closed").locator("[data-action=reopen]").click()
    expect(agent.card("wrap-up")).to_have_count(1)


def test_a_promise_heads_the_next_pop(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    card = agent.card("wrap-up")
    card.locator("textarea").focus()
    for key in ("Control+Enter", "Digit1", "Digit3", "Digit1"):
        agent.page.keyboard.press(key)
    card.locator("[name=promise]").fill("寄发票")
    agent.page.keyboard.press("Control+Enter")
    agent.card("closed").wait_for()
    agent.call(number, 100)
    expect(agent.card("ringing").locator("[data-part=why]")).to_contain_text("寄发票")


def test_digits_typed_into_a_note_are_text(agent: Agent, number: str) -> None:
    agent.set("#?mobile=075586013388&status=200&type=phone")
    card = agent.card("connected")
    card.locator("textarea").press_sequentially("12 n N")
    expect(card.locator("textarea")).to_have_value("12 n N")
    expect(card).to_have_attribute("data-match", "several")


def test_an_unknown_call_becomes_a_customer_after_the_near_duplicates_were_shown(
    agent: Agent, site: Site
) -> None:
    agent.set("#?mobile=13655550001&status=200&type=phone")
    card = agent.card("connected")
    form = card.locator("form[data-action=create-customer]")
    form.locator("[name=name]").fill("林月")
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-duplicates]")).to_contain_text("林悦")
    expect(card).to_have_attribute("data-match", "none")
    form.locator("button[type=submit]").click()
    expect(card).to_have_attribute("data-match", "known")
    expect(card.locator("[data-customer-name]")).to_have_text("林月")
    assert site.rows("select count(*) from customers_customer where name = '林月'") == [(1,)]


def test_an_unknown_call_is_linked_to_an_existing_customer(agent: Agent) -> None:
    agent.set("#?mobile=13655550002&status=200&type=phone")
    card = agent.card("connected")
    card.locator("[data-action=open-link]").click()
    card.locator("input[type=search]").press_sequentially("lwb")
    card.get_by_role("button", name="关联 罗文彬").click()
    expect(card.locator("[data-customer-name]")).to_have_text("罗文彬")


def test_older_entries_come_by_key_and_stay(agent: Agent, number: str) -> None:
    for calls in range(1, 8):
        agent.call(number, 100)
        agent.card("ringing").wait_for()
        agent.call(number, 400)
        expect(agent.card("missed")).to_have_count(calls)
    card = agent.card().first
    expect(card.locator("[data-timeline-entry]")).to_have_count(5)
    card.locator("[data-more]").focus()
    agent.page.keyboard.press("Enter")
    expect(card.locator("[data-timeline-entry]")).to_have_count(6)


def test_the_call_that_waited_is_next_once_the_wrap_up_is_done(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    agent.card("connected").locator("textarea").fill("已处理")
    agent.set("#?mobile=075586013388&status=100&type=phone")
    agent.pop.locator("[data-ringing-strip]").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").locator("textarea").focus()
    for key in ("Control+Enter", "Digit1", "Digit1", "Control+Enter"):
        agent.page.keyboard.press(key)
    done = agent.card("closed")
    expect(done.locator("[data-brief]")).to_contain_text("已保存")
    expect(done.locator("textarea")).to_be_hidden()
    expect(agent.card("ringing")).to_be_focused()
    expect(agent.pop.locator("[data-ringing-strip]")).to_have_count(0)
    # The keys are that card's now.
    agent.set("#?mobile=075586013388&status=200&type=phone")
    agent.card("connected").wait_for()
    agent.page.keyboard.press("Digit1")
    expect(agent.card("connected")).to_have_attribute("data-match", "known")
    done.locator("[data-action=fold]").click()
    expect(done.locator("textarea")).to_have_value("已处理")


def test_without_another_call_a_card_stays_open_after_its_wrap_up(
    agent: Agent, number: str
) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").locator("textarea").focus()
    for key in ("Control+Enter", "Digit1", "Digit1", "Control+Enter"):
        agent.page.keyboard.press(key)
    expect(agent.card("closed").locator("[data-action=reopen]")).to_be_visible()


def test_a_call_that_is_answered_out_of_sight_stays_in_the_strip(agent: Agent, number: str) -> None:
    agent.page.evaluate("document.getElementById('pop').height = 600")
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.fill("还在写")
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    for status in (100, 200):
        agent.set(f"#?mobile=075586013388&status={status}&type=phone")
        strip = agent.pop.locator("[data-ringing-strip]")
        expect(strip).to_contain_text("来电" if status == 100 else "通话中")
    expect(agent.card("wrap-up").locator("textarea")).to_be_focused()
    agent.page.keyboard.press("F2")
    expect(agent.card("connected")).to_be_focused()
    expect(agent.card("connected")).to_be_in_viewport()
    expect(strip).to_have_count(0)


def test_the_choices_of_the_next_key_are_clear_of_what_lies_over_the_edge(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 200)
    agent.card("connected").wait_for()
    agent.call(number, 400)
    agent.card("wrap-up").wait_for()
    with site.write() as database:
        database.execute(
            "insert into customers_followup (kind, owner_id, text, due_at, attempts, missed_times, created_at)"
            " select 'promise', id, '寄发票', datetime('now', '-5 minutes'), 0, 0, datetime('now')"
            " from crm_user where username = ?",
            (agent.username,),
        )
    agent.page.reload()
    card = agent.card("wrap-up")
    notice = agent.pop.locator("[data-overdue]")
    notice.wait_for()
    first = card.locator("[data-digits=reason]").bounding_box()
    assert first is not None
    # The reasons are in sight, what follows lies under the notice.
    height = first["y"] + first["height"] + 90
    agent.page.evaluate("h => { document.getElementById('pop').height = h; }", height)
    card.locator("textarea").focus()
    agent.page.keyboard.press("Control+Enter")
    for key, group in (("", "reason"), ("Digit1", "outcome"), ("Digit3", "due")):
        if key:
            agent.page.keyboard.press(key)
        row = card.locator(f"[data-digits={group}][data-active]")
        expect(row).to_be_visible()
        box, over = row.bounding_box(), notice.bounding_box()
        assert box is not None
        assert over is not None
        assert box["y"] + box["height"] <= over["y"], group
