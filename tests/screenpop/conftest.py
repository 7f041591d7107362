"""Two agents' pages; the stand-in for the cloud API."""

from typing import Any

import pytest

from screenpop import tencent
from screenpop.tencent import Pace
from tests.screenpop.audio_server import AudioServer
from tests.screenpop.sightings import Page, new_page
from tests.screenpop.tccc_api import APP_ID, SECRET_ID, SECRET_KEY, TcccApi


@pytest.fixture
def pauses(monkeypatch):
    """Nobody waits; what was waited for is noted."""
    found: list[float] = []
    monkeypatch.setattr(tencent, "PACE", Pace(clock=lambda: 0.0, sleep=found.append))
    return found


@pytest.fixture
def api(settings, monkeypatch, pauses):
    """The stand-in, with everything set so that the SDK finds it."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = TcccApi()
    settings.TCCC_SDK_APP_ID = [str(APP_ID)]
    settings.TCCC_SECRET_ID, settings.TCCC_SECRET_KEY = SECRET_ID, SECRET_KEY
    settings.TCCC_ENDPOINT = server.address
    yield server
    server.close()


@pytest.fixture
def store(settings):
    """A store of recordings on loopback, which the settings name as an exception."""
    server = AudioServer()
    settings.RECORDING_ALLOW_PRIVATE = [server.host]
    yield server
    server.close()


@pytest.fixture
def a(settings: Any) -> Page:
    """An agent's page; every application id is ours, and no line."""
    settings.TCCC_SDK_APP_ID = []
    settings.OWN_LINES = []
    return new_page("a")


@pytest.fixture
def b(a: Page) -> Page:
    """A colleague's page, by the same clock."""
    other = new_page("b")
    other.start = a.start
    return other
