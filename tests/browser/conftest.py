"""A real browser, third-party cookies blocked, with the pop in a frame on another site."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FrameLocator,
    Locator,
    Page,
    sync_playwright,
)

from deploy.browsers import find_chromium
from deploy.certificate import make_pair
from tests.browser.people import AGENTS, PASSWORD
from tests.browser.site import Site, Workbench

FLAGS = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Every name is this machine: no test page can reach the network.
    "--host-resolver-rules=MAP * 127.0.0.1",
]
# Each its own: a customer's number ends with the two digits of the name, and no agent comes twice in a run.
_numbers = itertools.count()
# Whom tests call by name: their seats are borrowed, the board's rows are theirs.
_BORROWED = range(70, 80)
_agents = (n for n in itertools.count() if n % AGENTS not in _BORROWED)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A development certificate, made as `make run` makes it."""
    folder = tmp_path_factory.mktemp("tls")
    make_pair(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="session")
def workbench(certificate: tuple[Path, Path]) -> Iterator[Workbench]:
    """The page around the pop."""
    page = Workbench(certificate)
    yield page
    page.close()


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path], workbench: Workbench
) -> Iterator[Site]:
    """The server under test."""
    server = Site(tmp_path_factory.mktemp("site"), certificate, workbench.origin)
    server.prepare()
    server.start()
    yield server
    if server.process:
        server.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium blocks third-party cookies by itself; test_frame.py makes sure of it."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Agent:
    """One agent at one browser: the workbench's page, and the pop in its frame."""

    context: BrowserContext
    page: Page
    pop: FrameLocator
    username: str
    problems: list[str]

    def set(self, hash_: str) -> None:
        """The workbench sets the hash of the frame."""
        self.page.evaluate("hash => set(hash)", hash_)

    def call(self, number: str, status: int, **more: str) -> None:
        """As the workbench announces a call."""
        rest = "".join(f"&{name}={value}" for name, value in more.items())
        self.set(f"#?mobile={number}&status={status}&type=phone{rest}")

    def sign_in(self, username: str | None = None, password: str = PASSWORD) -> None:
        """Through the form in the frame."""
        form = self.pop.locator("form[data-action=sign-in]")
        form.locator("[name=username]").fill(username or self.username)
        form.locator("[name=password]").fill(password)
        form.locator("button[type=submit]").click()

    def card(self, state: str = "") -> Locator:
        """The cards, or those in one state."""
        suffix = f'[data-state="{state}"]' if state else ""
        return self.pop.locator(f"article[data-interaction]{suffix}")

    def status(self, status: str) -> Locator:
        """The page while its status is this one."""
        return self.pop.locator(f'main[data-surface=pop][data-pop-status="{status}"]')

    def posted(self) -> list[Any]:
        """What the pop said to the workbench."""
        messages: list[Any] = self.page.evaluate("posted")
        return messages


@pytest.fixture
def number() -> str:
    """The mobile of a customer that no other test rings: `客户NN`."""
    return f"1390001{next(_numbers):04}"


@pytest.fixture
def new_agent(
    chromium: Browser, site: Site, workbench: Workbench
) -> Iterator[Callable[..., Agent]]:
    """Makes agents, each in a browser profile of their own; fails the test on script errors and CSP violations."""
    made: list[Agent] = []

    def make(*, sign_in: bool = True, username: str = "", **options: Any) -> Agent:
        context = chromium.new_context(
            ignore_https_errors=True,
            viewport={"width": 480, "height": 1020},
            **{"locale": "zh-CN", **options},
        )
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if _is_bad(line.text) else None)
        page.on(
            "response",
            lambda r: problems.append(f"{r.status} {r.url}") if r.status >= 500 else None,
        )
        page.goto(f"{workbench.origin}/?pop={site.origin}/pop/")
        name = username or f"agent{next(_agents) % AGENTS:02}"
        agent = Agent(context, page, page.frame_locator("#pop"), name, problems)
        if sign_in:
            agent.sign_in()
            agent.status("waiting").wait_for()
        made.append(agent)
        return agent

    yield make
    for agent in made:
        agent.context.close()
    assert [agent.problems for agent in made] == [[] for _ in made]


def _is_bad(text: str) -> bool:
    return "Content Security Policy" in text or "evalDisallowed" in text


@pytest.fixture
def agent(new_agent: Callable[..., Agent]) -> Agent:
    """A signed-in agent."""
    return new_agent()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
