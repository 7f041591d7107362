"""The self-test's page, and what the server adds to it. Its checks are tested in tests/js/self_test.test.js."""

import json
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.certificate import LIFETIME, make_pair
from screenpop.self_test import certificate_facts, host_name, is_private, resolves_private
from screenpop.views.pop import PROBE_COOKIE
from screenpop.views.self_test import check_texts

CHECKS = Path(__file__).resolve().parents[2] / "static" / "js" / "pop" / "self_test_checks.js"


def found(pattern: str, text: str) -> re.Match[str]:
    """Where the pattern is; fails when it is nowhere."""
    match = re.search(pattern, text, re.S)
    assert match, pattern
    return match


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """No name server: the names of the tests lead where they say."""
    places = {
        "crm.example": "8.8.4.4",
        "inside.example": "10.0.0.7",
        "localhost": "127.0.0.1",
        "testserver": "10.0.0.1",
    }

    def getaddrinfo(name, port, **options):
        if name not in places:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (places[name], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    resolves_private.cache_clear()
    yield
    resolves_private.cache_clear()


@pytest.fixture
def page(client):
    return client.get("/pop/self-test/", secure=True)


@pytest.mark.django_db
def test_it_opens_for_whoever_sees_a_blank_pop(page, settings):
    assert page.status_code == 200
    assert "X-Frame-Options" not in page
    policy = page["Content-Security-Policy"]
    assert settings.TCCC_FRAME_ANCESTORS[0] in policy.partition("frame-ancestors")[2]


@pytest.mark.django_db
def test_it_sets_the_cookie_whose_return_is_checked(page, client):
    morsel = page.cookies[PROBE_COOKIE]
    assert (morsel["samesite"], morsel["secure"], morsel["partitioned"]) == ("None", True, True)
    assert client.get("/pop/session/", secure=True).json()["cookie"] is True
    client.cookies.clear()
    assert client.get("/pop/session/", secure=True).json()["cookie"] is False


def data_of(page):
    html = page.content.decode()
    return json.loads(found(r'id="self-test-data" type="application/json">(.*?)</script>', html)[1])


@pytest.mark.django_db
def test_what_it_tells_its_script(page, settings):
    data = data_of(page)
    assert data["server"] == {"certificate": None, "private": True}
    assert data["allowed"][: len(settings.TCCC_FRAME_ANCESTORS)] == settings.TCCC_FRAME_ANCESTORS
    assert data["report_to"] == settings.SIMULATOR_ORIGINS


@pytest.mark.django_db
def test_it_reports_to_nobody_while_the_simulator_is_off(client, settings):
    settings.SIMULATOR = False
    data = data_of(client.get("/pop/self-test/", secure=True))
    assert data["report_to"] == []
    assert data["allowed"] == settings.TCCC_FRAME_ANCESTORS


@pytest.mark.django_db
def test_no_inline_script_or_style(page):
    html = page.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert all(
        "src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html)
    )


def test_every_finding_has_its_words_and_its_mend():
    script = CHECKS.read_text()
    texts = check_texts()
    checks = found(r"export const CHECKS = \{ (.*?) \}", script)[1].split(", ")
    assert set(checks) == set(texts)
    for check in checks:
        body = found(rf"export function {check}\(.*?\n}}", script)[0]
        findings = {
            finding: state
            for state, finding in re.findall(r'result\("(ok|warn|fail)", "([\w-]+)"', body)
        }
        assert set(findings) == set(texts[check]) - {"title"}, check
        for finding, state in findings.items():
            assert len(texts[check][finding]) == (1 if state == "ok" else 2), (check, finding)


def test_days_left_and_who_signed_are_read_from_the_file(tmp_path):
    cert = tmp_path / "cert.pem"
    make_pair(cert, tmp_path / "key.pem")
    now = datetime.now(UTC)
    assert certificate_facts(str(cert), now) == {"days": LIFETIME.days - 1, "self_signed": True}
    late = certificate_facts(str(cert), now + LIFETIME + timedelta(days=2))
    assert late is not None
    assert late["days"] < 0


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_that_cannot_be_read_says_nothing(tmp_path, content):
    path = tmp_path / "cert.pem"
    if content is not None:
        path.write_bytes(content)
    assert certificate_facts(str(path), datetime.now(UTC)) is None


def test_no_file_named_says_nothing():
    assert certificate_facts("", datetime.now(UTC)) is None


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("crm.example:8443", "crm.example"),
        ("crm.example", "crm.example"),
        ("[::1]:8443", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_host_name(host, name):
    assert host_name(host) == name


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "100.64.0.1", "::1", "fd00::1", "fe80::1%eth0"],
)
def test_private_addresses(address):
    assert is_private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "crm.example"])
def test_public_addresses(address):
    assert not is_private(address)


def test_names_lead_somewhere_or_nowhere():
    assert resolves_private("inside.example") is True
    assert resolves_private("crm.example") is False
    assert resolves_private("nowhere.example") is None
