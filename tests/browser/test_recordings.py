"""A recording is played, sought in and read along, in a real browser."""

import io
import math
import re
import struct
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import Agent
from tests.browser.people import PASSWORD
from tests.browser.site import Site, Workbench
from tests.browser.test_frame import without_cookies
from tests.screenpop.audio_server import AudioServer

RATE = 8000
SECONDS = 200


def tone() -> bytes:
    """A WAV that is larger than what one answer holds."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        one = [int(8000 * math.sin(n * 2 * math.pi * 440 / RATE)) for n in range(RATE)]
        file.writeframes(struct.pack(f"<{RATE}h", *one) * SECONDS)
    return made.getvalue()


@pytest.fixture(scope="module")
def heard(
    tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path], workbench: Workbench
) -> Iterator[tuple[Site, AudioServer, int]]:
    """A server of its own that may fetch from a store on loopback, and a call with two sides and a transcript."""
    store = AudioServer()
    site = Site(tmp_path_factory.mktemp("heard"), certificate, workbench.origin)
    site.environment["RECORDING_ALLOW_PRIVATE"] = store.host
    site.prepare()
    site.start()
    store.content_type = "audio/wav"
    store.link("/customer.wav", tone())
    store.link("/agent.wav", tone())
    interaction = fill(site, store)
    yield site, store, interaction
    site.kill()
    store.close()


def fill(site: Site, store: AudioServer) -> int:
    """Write it as the platform told it."""
    script = f"""
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from crm.models import User
from customers.models import *
began = timezone.now() - timedelta(days=1)
agent, customer = User.objects.get(username="agent01"), Customer.objects.first()
call = Interaction.objects.create(session_id="heard", customer=customer, started_at=began, told_started_at=began,
    told_connected_at=began + timedelta(seconds=5), told_at=began, provisional=False)
leg = Leg.objects.create(interaction=call, sequence=1, user=agent, agent_email="agent01@centre.example", state="closed",
    told_connected_at=began + timedelta(seconds=5))
for party, name in (("customer", "customer.wav"), ("agent", "agent.wav")):
    Recording.objects.create(session_id="heard", interaction=call, party=party, record_id=party,
        leg=leg if party == "agent" else None, url="http://{store.host}/" + name, url_at=timezone.now(),
        recorded_at=began + timedelta(seconds=5 + {SECONDS}), expires_at=timezone.now() + timedelta(days=12, hours=1))
text = Transcript.objects.create(interaction=call, state="ready")
said = (7, "agent", "您好，这里是云帆"), (155, "customer", "我的发票还没有到"), (190, "agent", "我查一下")
for second, party, words in said:
    TranscriptLine.objects.create(transcript=text, party=party, leg=leg if party == "agent" else None,
        said_at=began + timedelta(seconds=second), milliseconds=2000, text=words)
"""
    site.run("-c", script)
    [(pk,)] = site.rows("select id from customers_interaction where session_id = 'heard'")
    return int(pk)


@pytest.fixture
def page(chromium: Browser, heard: tuple[Site, AudioServer, int]) -> Iterator[Page]:
    """The interaction's page, before an administrator."""
    site, _store, interaction = heard
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security" in line.text else None,
    )
    page.goto(f"{site.origin}/sign-in/?next=/interactions/{interaction}/")
    page.locator("[name=username]").fill("boss")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()
    page.wait_for_url(f"**/interactions/{interaction}/")
    yield page
    context.close()
    assert problems == []


def state(page: Page | Frame, party: str) -> Any:
    """Where a player is."""
    return page.eval_on_selector(
        f"[data-party={party}] audio",
        "p => ({at: p.currentTime, paused: p.paused, long: p.duration})",
    )


def until(page: Page | Frame, party: str, seconds: float) -> None:
    """Wait until a player has come so far; the page's policy forbids Playwright's own way of waiting."""
    look = """(player, seconds) => new Promise((done) => {
        const look = () => player.currentTime > seconds ? done() : setTimeout(look, 20);
        look();
    })"""
    page.eval_on_selector(f"[data-party={party}] audio", look, seconds)


def test_play_seek_and_jump_by_a_sentence(page: Page, heard: tuple[Site, AudioServer, int]) -> None:
    site, store, _interaction = heard
    assert store.asked == []
    page.eval_on_selector("[data-party=agent] audio", "player => player.play()")
    until(page, "agent", 0.2)
    assert round(state(page, "agent")["long"]) == SECONDS
    # Far beyond what has been read: the player asks for a part from there.
    page.eval_on_selector("[data-party=agent] audio", "player => { player.currentTime = 180; }")
    until(page, "agent", 180.2)
    line = page.locator("[data-said]", has_text="我查一下")
    page.eval_on_selector("[data-party=agent] audio", "player => { player.currentTime = 186; }")
    expect(line).to_have_attribute("aria-current", "true")
    page.eval_on_selector("[data-party=agent] audio", "player => player.pause()")
    # By keyboard, to the customer's side, which has not been opened yet.
    said = page.locator("[data-said]", has_text="发票")
    said.focus()
    page.keyboard.press("Enter")
    until(page, "customer", 150)
    assert 150 <= state(page, "customer")["at"] < 160
    assert not state(page, "customer")["paused"]
    # One voice at a time, and a row for each recording, however often it was asked for.
    page.eval_on_selector("[data-party=agent] audio", "player => player.play()")
    expect(page.locator("[data-party=customer] audio")).to_have_js_property("paused", True)
    assert any(not asked.endswith("=0-") for _path, asked in store.asked)
    rows = site.rows(
        "select count(*) from customers_accesslog where action = 'listen' group by recording_id"
    )
    assert rows == [(1,), (1,)]


def test_what_goes_wrong_stands_beside_the_player(
    page: Page, heard: tuple[Site, AudioServer, int]
) -> None:
    _site, store, _interaction = heard
    store.faults["/customer.wav"] = "500"
    try:
        page.eval_on_selector("[data-party=customer] audio", "p => p.play().catch(() => {})")
        problem = page.locator("[data-party=customer] [data-audio-words]")
        expect(problem).to_have_text("存放录音的服务器没有正常回答，请稍后再试。")
    finally:
        store.faults.clear()
    page.locator("[data-party=customer] [data-audio-retry]").press("Enter")
    until(page, "customer", 0.1)
    expect(problem).to_be_hidden()


def test_pinning_does_not_stop_the_sound(page: Page) -> None:
    page.eval_on_selector("[data-party=agent] audio", "player => player.play()")
    page.locator("[data-party=agent]").get_by_role("button", name="设为长期保留").press("Enter")
    undo = page.locator("[data-party=agent]").get_by_role("button", name="取消长期保留")
    expect(undo).to_be_focused()
    assert not state(page, "agent")["paused"]
    undo.press("Enter")
    expect(page.locator("[data-party=agent] [data-copy-state]")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_it_is_accessible_and_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in violations] == []


def test_a_search_leads_to_the_sentence(page: Page, heard: tuple[Site, AudioServer, int]) -> None:
    site, _store, interaction = heard
    page.goto(f"{site.origin}/interactions/")
    page.locator(".said-search summary").click()
    page.locator("#said-words").fill("发票")
    page.keyboard.press("Enter")
    hit = page.locator(".said-row a")
    expect(page.locator(".said-row mark")).to_have_text("发票")
    assert Axe().run(page).response["violations"] == []
    hit.click()
    page.wait_for_url(f"**/interactions/{interaction}/#said-*")
    expect(page.locator(".said-line:target")).to_contain_text("我的发票还没有到")


# --- in the pop's timeline ---


@pytest.fixture
def in_frame(
    chromium: Browser, heard: tuple[Site, AudioServer, int], workbench: Workbench
) -> Iterator[Agent]:
    """The agent of that call, with the pop in the workbench's frame; nobody has signed in yet, nobody has listened."""
    site, _store, _interaction = heard
    with site.write() as database:
        database.execute("delete from customers_accesslog")
        # What an earlier test left on the screen.
        database.execute("update customers_leg set state = 'closed', wrapped_up_at = started_at")
    context = chromium.new_context(ignore_https_errors=True, locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{workbench.origin}/?pop={site.origin}/pop/")
    yield Agent(context, page, page.frame_locator("#pop"), "agent01", problems)
    context.close()
    assert problems == []


def players_of_the_call(agent: Agent) -> Frame:
    """The customer calls again; the players of the earlier call, which wait for a click."""
    agent.status("waiting").wait_for()
    agent.call("13900010000", 100)
    agent.card("ringing").wait_for()
    agent.call("13900010000", 200)
    card = agent.card("connected")
    card.locator("textarea").fill("边听边记")
    card.locator("[data-listen]").first.click()
    expect(card.locator("audio")).to_have_count(2)
    return agent.page.frames[1]


def listened(site: Site) -> list[Any]:
    """Who listened, as it is kept."""
    return site.rows(
        "select u.username from customers_accesslog a join crm_user u on u.id = a.user_id"
        " where a.action = 'listen'"
    )


def play_and_seek(frame: Frame) -> None:
    """Heard from the beginning, then far beyond what has been read."""
    frame.eval_on_selector("[data-party=agent] audio", "player => player.play()")
    until(frame, "agent", 0.2)
    frame.eval_on_selector("[data-party=agent] audio", "p => { p.currentTime = 180; }")
    until(frame, "agent", 180.2)


def test_a_recording_plays_in_the_frame_where_third_party_cookies_are_blocked(
    in_frame: Agent, heard: tuple[Site, AudioServer, int]
) -> None:
    in_frame.sign_in()
    frame = players_of_the_call(in_frame)
    assert listened(heard[0]) == []
    play_and_seek(frame)
    assert "key=" not in str(frame.get_attribute("[data-party=agent] audio", "src"))
    # A refresh of the card leaves the player alone.
    in_frame.call("13900010000", 400)
    in_frame.card("wrap-up").wait_for()
    assert not state(frame, "agent")["paused"]
    assert listened(heard[0]) == [("agent01",)]
    assert Axe().run(frame).response["violations"] == []


def test_a_recording_plays_for_a_bearer_without_any_cookie(
    in_frame: Agent, heard: tuple[Site, AudioServer, int]
) -> None:
    site = heard[0]
    agent = in_frame
    agent.context.route(re.compile(f"^{site.origin}/pop/(?!sign-in/popup/)"), without_cookies(site))
    agent.page.reload()
    agent.status("no-cookie").wait_for()
    with agent.context.expect_page() as opened:
        agent.pop.locator("[data-action=popup-sign-in]").click()
    window = opened.value
    window.fill("[name=username]", agent.username)
    window.fill("[name=password]", PASSWORD)
    window.click("button[type=submit]")
    frame = players_of_the_call(agent)
    play_and_seek(frame)
    assert listened(site) == [("agent01",)]
    # Whoever gets hold of the address hears nothing once the agent has signed out.
    address = f"{site.origin}{frame.get_attribute('[data-party=agent] audio', 'src')}"
    assert agent.context.request.get(address, headers={"Range": "bytes=0-1"}).status == 206
    with site.write() as database:
        moved_on = (
            "update crm_user set bearer_generation = bearer_generation + ? where username = ?"
        )
        database.execute(moved_on, (1, agent.username))
    assert agent.context.request.get(address).status == 410
    frame.eval_on_selector("[data-party=customer] audio", "p => p.play().catch(() => {})")
    problem = agent.pop.locator("[data-party=customer] [data-audio-problem]")
    expect(problem).to_contain_text("播放链接已过期")
    with site.write() as database:
        database.execute(moved_on, (-1, agent.username))
    # A new link comes with new players.
    problem.get_by_role("button").click()
    expect(problem).to_be_hidden()
    frame.eval_on_selector("[data-party=customer] audio", "player => player.play()")
    until(frame, "customer", 0.2)
