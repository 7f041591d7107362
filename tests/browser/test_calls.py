"""Whole calls, as the workbench announces them."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Agent
from tests.browser.site import Site

NewAgent = Callable[..., Agent]


def test_a_call_from_ring_to_wrap_up(agent: Agent, number: str) -> None:
    agent.call(number, 100)
    card = agent.card()
    expect(card).to_have_attribute("data-state", "ringing")
    expect(card).to_have_attribute("data-match", "known")
    expect(card.locator("[data-customer-name]")).to_have_text(f"客户{number[-2:]}")
    expect(card.locator("[data-match-reason]")).to_have_text("号码一致")
    agent.call(f"0086{number}", 200)
    expect(card).to_have_attribute("data-state", "connected")
    agent.call(f"%2B86{number}", 400)
    expect(card).to_have_attribute("data-state", "wrap-up")
    expect(card).to_have_count(1)
    card.locator("form[data-action=wrap-up] button").click()
    expect(card).to_have_attribute("data-state", "closed")
    agent.status("waiting").wait_for()


def test_the_documented_example_is_a_ring(agent: Agent) -> None:
    agent.set("#?mobile=18888888888&type=phone")
    expect(agent.card("ringing")).to_have_attribute("data-match", "none")


def test_the_same_hash_again_is_heard(agent: Agent, number: str, site: Site) -> None:
    for _ in range(2):
        with agent.page.expect_response(re.compile("/pop/events/")):
            agent.call(number, 100)
    events = "select count(*) from screenpop_popevent where pairs like ?"
    assert site.rows(events, f"%{number}%") == [(2,)]
    expect(agent.card()).to_have_count(1)


def test_fifty_hashes_at_once_are_fifty_events_in_order(agent: Agent, site: Site) -> None:
    hashes = [f"#?mobile=1350000{n:04}&status=100&type=phone" for n in range(50)]
    agent.page.evaluate("hashes => burst(hashes)", hashes)
    agent.pop.locator('[data-strip-text*="135 0000 0049"]').wait_for()
    rows = site.rows(
        "select pairs from screenpop_popevent where pairs like '%1350000%' order by id"
    )
    assert [re.findall(r"1350000(\d{4})", row[0])[0] for row in rows] == [
        f"{n:04}" for n in range(50)
    ]
    sequence = site.rows(
        "select sequence from screenpop_popevent where pairs like '%1350000%' order by id"
    )
    assert sequence == sorted(sequence)


def test_a_call_that_comes_while_signed_out_pops_after_sign_in(
    new_agent: NewAgent, number: str
) -> None:
    agent = new_agent(sign_in=False)
    agent.call(number, 100)
    expect(agent.pop.locator("[data-calls-waiting]")).to_have_text("有来电，登录后显示")
    agent.sign_in()
    expect(agent.card("ringing").locator("[data-customer-name]")).to_contain_text("客户")
    expect(agent.pop.locator("[data-calls-waiting]")).to_be_hidden()


def test_a_server_that_dies_between_two_hashes_loses_none(
    agent: Agent, number: str, site: Site
) -> None:
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    site.kill()
    agent.call(number, 200)
    agent.status("offline").wait_for()
    expect(agent.pop.locator("[data-offline-number]")).to_have_text(number)
    agent.call(number, 400)
    site.start()
    expect(agent.card("wrap-up")).to_be_visible(timeout=3000)
    pairs = site.rows(
        "select pairs from screenpop_popevent where pairs like ? order by id", f"%{number}%"
    )
    assert [re.findall(r'"status", "(\d+)"', row[0])[0] for row in pairs] == ["100", "200", "400"]


def test_a_second_ring_waits_in_the_strip_and_moves_nothing(agent: Agent, number: str) -> None:
    agent.call(number, 200)
    note = agent.card("connected").locator("textarea")
    note.fill("正在记")
    box = note.bounding_box()
    agent.set("#?mobile=075586013388&status=100&type=phone")
    strip = agent.pop.locator("[data-ringing-strip]")
    expect(strip).to_contain_text("0755")
    assert note.bounding_box() == box
    expect(note).to_be_focused()
    expect(agent.card("ringing")).to_have_attribute("data-match", "several")
    agent.page.keyboard.press("F2")
    expect(strip).to_have_count(0)
    agent.page.keyboard.press("Digit2")
    expect(agent.card("ringing")).to_have_attribute("data-match", "known")
    expect(agent.card("connected").locator("textarea")).to_have_value("正在记")


def test_ring_all_tells_the_others_who_took_it(new_agent: NewAgent, number: str) -> None:
    first, second = new_agent(), new_agent()
    first.call(number, 100)
    second.call(number, 100)
    first.card("ringing").wait_for()
    second.card("ringing").wait_for()
    second.call(number, 200)
    expect(first.card("closed")).to_contain_text("已接听")
    expect(second.card("connected")).to_be_visible()


def test_a_transfer_shows_the_first_agents_note(new_agent: NewAgent, number: str) -> None:
    first, second = new_agent(), new_agent()
    first.call(number, 200)
    first.card("connected").locator("textarea").fill("要开发票，转财务")
    expect(first.card().locator("[data-draft-state]")).to_have_attribute(
        "data-draft-state", "saved"
    )
    second.page.wait_for_timeout(1100)
    second.call(number, 100)
    expect(second.card("ringing").locator("[data-colleague-note]")).to_have_text("要开发票，转财务")


def test_a_wechat_chat_shows_nickname_and_matches_by_openid(agent: Agent) -> None:
    agent.set(
        "#?userId=oZB6q5c-tuMEz-ZiHOAkhW59a4AI&nickName=%E5%B0%8F%E5%90%9B%E5%90%9B&status=100&type=im"
        "&avatar=javascript%3Aalert(1)"
    )
    card = agent.card("ringing")
    expect(card).to_have_attribute("data-channel", "im")
    expect(card).to_have_attribute("data-match", "known")
    expect(card.locator("img")).to_have_count(0)


def test_values_of_the_hash_are_text_and_nothing_else(agent: Agent) -> None:
    agent.set("#?mobile=&userId=x&type=im&status=100&nickName=<img src=x onerror=alert(1)><b>x</b>")
    expect(agent.card().locator("[data-customer-name]")).to_have_text(
        "<img src=x onerror=alert(1)><b>x</b>"
    )


def test_a_hash_that_says_nothing_is_shown_and_kept(agent: Agent, site: Site) -> None:
    agent.set("#/some/route?x")
    expect(agent.pop.locator("[data-notice=unreadable]")).to_contain_text("some/route")
    assert site.rows("select outcome from screenpop_popevent where pairs like '%some/route%'") == [
        ("unreadable",)
    ]


def test_the_frames_address_holds_no_number(agent: Agent, number: str) -> None:
    agent.call(number, 100)
    agent.card("ringing").wait_for()
    frame = agent.page.frames[1]
    assert frame.evaluate("location.href").endswith("/pop/")


def test_another_agents_seat_locks_the_card(agent: Agent, number: str) -> None:
    agent.call(number, 200, agentEmail="agent79%40centre.example")
    card = agent.card("connected")
    expect(card.locator("textarea")).not_to_be_editable()
    card.locator("[data-action=record-despite]").click()
    expect(card.locator("textarea")).to_be_editable()
    card.locator("textarea").fill("代接")
    expect(card.locator("[data-draft-state]")).to_have_attribute("data-draft-state", "saved")


def test_switching_the_sign_in_brings_the_card_to_the_seats_own_agent(
    new_agent: NewAgent, number: str
) -> None:
    agent = new_agent()
    agent.call(number, 200, agentEmail="agent78%40centre.example")
    agent.card("connected").locator("[data-action=switch-user]").click()
    agent.status("signed-out").wait_for()
    agent.sign_in(username="agent78")
    expect(agent.card("connected").locator("[data-customer-name]")).to_contain_text("客户")
    expect(agent.card("connected").locator("textarea")).to_be_editable()


def test_an_agent_without_a_seat_asks_for_it(new_agent: NewAgent, number: str, site: Site) -> None:
    agent = new_agent(username="unbound")
    agent.call(number, 100, agentEmail="fresh%40centre.example")
    agent.card().locator("[data-action=bind-seat]").click()
    expect(agent.card()).to_contain_text("已申请绑定")
    assert site.rows("select email from screenpop_seatrequest") == [("fresh@centre.example",)]
