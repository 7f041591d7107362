"""The simulator: who may open it, what it embeds, and what its trace tells."""

import importlib
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import clear_url_caches
from django.utils import timezone

from customers import phone
from screenpop.demo.cast import CAST, MENTIONED, OPENID, OWN_LINE, STRANGER
from screenpop.models import PopEvent
from screenpop.simulator import scenarios

pytestmark = pytest.mark.django_db
SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js" / "simulator"


@pytest.fixture(autouse=True)
def origins(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "crm.example"]
    settings.SIMULATOR_ORIGINS = ["https://127.0.0.1:8443", "https://localhost:8443"]


def person(role):
    user = get_user_model().objects.create_user(f"one-{role}")
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def client(role, host="127.0.0.1:8443"):
    browser = Client(headers={"Host": host})
    browser.force_login(person(role))
    return browser


def get(browser, path="/simulator/", **query):
    return browser.get(path, query, secure=True)


def test_nobody_is_sent_to_sign_in_and_back():
    answer = Client(headers={"Host": "127.0.0.1:8443"}).get("/simulator/", secure=True)
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/simulator/"


@pytest.mark.parametrize("path", ["/simulator/", "/simulator/trace/"])
@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_others_are_refused(role, path):
    assert get(client(role), path).status_code == 403


def test_it_is_not_there_while_it_is_off(settings):
    urls = importlib.import_module("crm.urls")
    browser = client("administrator")
    try:
        settings.SIMULATOR = False
        importlib.reload(urls)
        clear_url_caches()
        assert get(browser).status_code == 404
    finally:
        settings.SIMULATOR = True
        importlib.reload(urls)
        clear_url_caches()
    assert get(browser).status_code == 200


@pytest.mark.parametrize(
    ("host", "other"),
    [("127.0.0.1:8443", "https://localhost:8443"), ("localhost:8443", "https://127.0.0.1:8443")],
)
def test_each_host_embeds_the_other(host, other):
    answer = get(client("administrator", host))
    html = answer.content.decode()
    assert f'data-frame-origin="{other}"' in html
    assert re.search(r"<iframe\s+data-pop-frame", html)
    assert (
        "frame-src https://127.0.0.1:8443 https://localhost:8443"
        in answer["Content-Security-Policy"]
    )
    assert answer["X-Frame-Options"] == "DENY"


def test_another_address_is_told_where_to_go():
    html = get(client("administrator", "crm.example")).content.decode()
    assert "data-pop-frame" not in html
    assert "https://127.0.0.1:8443/simulator/" in html


def test_the_page_has_no_inline_script_or_style():
    html = get(client("administrator")).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert all(
        "src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", html)
    )


def test_callers_are_those_of_the_demo_data():
    points = [(c.kind, c.raw) for member in CAST for c in member.person.contacts]
    known = {phone.read(raw).value for kind, raw in points if kind == "phone"}
    known |= {phone.read(raw).value for raw in (MENTIONED, STRANGER, OWN_LINE)}
    for caller in scenarios.callers():
        value = phone.read(caller.mobile).value
        assert not value or value in known, caller.key
        assert caller.userId in ("", OPENID)


def test_every_scenario_has_its_steps():
    script = (SCRIPTS / "scenarios.js").read_text()
    table = script.partition("export const SCENARIOS = {")[2].partition("\n};")[0]
    in_script = {name.strip('"') for name in re.findall(r'^  ("[\w-]+"|\w+):', table, re.M)}
    assert {scenario.key for scenario in scenarios.scenarios()} == in_script


def test_every_text_that_a_script_shows_is_there():
    used = set()
    for path in SCRIPTS.glob("*.js"):
        source = path.read_text()
        used |= set(re.findall(r"texts\.(\w+)", source))
        used |= set(re.findall(r'TraceFault\("(\w+)"', source))
        used |= set(re.findall(r'return "(bad\w+)"', source)) | set(
            re.findall(r'"(bad\w+)";$', source, re.M)
        )
        used |= set(re.findall(r'tell: "(\w+)"', source))
        used |= set(re.findall(r'\["(posted\w+)"', source))
    assert used == set(scenarios.texts())


def event(user, number, minutes_ago=1, **fields):
    serial = PopEvent.objects.count()
    made = PopEvent.objects.create(
        event_id=f"e{serial}",
        user=user,
        tab="tab-secret",
        sequence=serial,
        trigger="hashchange",
        observed_at=timezone.now() - timedelta(minutes=minutes_ago),
        pairs=[
            ["mobile", number],
            ["status", "100"],
            ["nickName", "王建国"],
            ["agentEmail", "chen@corp.com"],
        ],
        outcome="opened",
        **fields,
    )
    PopEvent.objects.filter(pk=made.pk).update(received_at=made.observed_at)
    return made


def test_a_trace_is_a_file_without_anybody_in_it():
    agent = person("agent")
    event(agent, "13800138000", 3)
    event(agent, "+86 138 0013 8000", 2)
    event(person("supervisor"), "0755-86013388", 1)
    answer = get(client("administrator"), "/simulator/trace/", minutes="60")
    assert answer["Content-Disposition"] == 'attachment; filename="screenpop-trace.json"'
    text = answer.content.decode()
    for original in (
        "13800138000",
        "0013 8000",
        "8601338",
        "王建国",
        "chen@",
        "corp.com",
        "tab-secret",
    ):
        assert original not in text
    rows = json.loads(text)["events"]
    assert [row["at"] // 60_000 for row in rows] == [0, 1, 2]
    assert [row["agent"] for row in rows] == ["agent-1", "agent-1", "agent-2"]
    numbers = [phone.read(row["pairs"][0][1]).value for row in rows]
    assert numbers[0] == numbers[1] != numbers[2]


def test_two_exports_use_two_keys():
    event(person("agent"), "13800138000")
    browser = client("administrator")
    first, second = (get(browser, "/simulator/trace/").content for _ in range(2))
    assert first != second


def test_a_trace_of_one_person_and_of_the_last_minutes():
    agent, other = person("agent"), person("supervisor")
    event(agent, "13800138000", 5)
    event(agent, "13800138001", 30)
    event(other, "13800138002", 5)
    browser = client("administrator")

    def count(**query):
        return len(json.loads(get(browser, "/simulator/trace/", **query).content)["events"])

    assert count() == 3
    assert count(minutes="10") == 2
    assert count(user=str(agent.pk)) == 2
    assert count(user=str(agent.pk), minutes="10") == 1


@pytest.mark.parametrize(
    "query",
    [
        {"minutes": "0"},
        {"minutes": "-1"},
        {"minutes": "x"},
        {"minutes": "99999999"},
        {"user": "x"},
        {"user": "²"},
    ],
)
def test_a_wrong_question_is_refused_in_words(query):
    answer = get(client("administrator"), "/simulator/trace/", **query)
    assert answer.status_code == 400
    assert "请" in answer.content.decode()
