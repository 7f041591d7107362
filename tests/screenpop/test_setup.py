"""The connection check, each finding by breaking what it looks at; seats and requests for them."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Interaction, Leg
from screenpop.models import AgentSeat, PopEvent, SeatRequest
from screenpop.seats import ask_for_seat
from screenpop.setup_check import event_findings
from screenpop.setup_seen import seen_from_workbench
from tests.screenpop.setup_site import make_user, surroundings  # noqa: F401 - a fixture

NOW = timezone.now()
PAIRS = [["mobile", "13800138000"], ["agentEmail", "wang@c.cn"], ["status", "100"]]


@pytest.fixture
def boss(db):
    return make_user("boss", "administrator")


@pytest.fixture
def site(client, boss):
    client.force_login(boss)
    return client


def states(findings):
    return {finding.key: finding.state for finding in findings}


# --- what was seen ------------------------------------------------------------------------------------------------


def make_event(user, *, ago=timedelta(minutes=1), outcome="opened", pairs=PAIRS, app="1400000001"):
    event = PopEvent.objects.create(
        event_id=str(uuid.uuid4()), user=user, tab="t", sequence=1, trigger="hashchange",
        observed_at=NOW, pairs=pairs, sdk_app_id=app, outcome=outcome,
    )  # fmt: skip
    PopEvent.objects.filter(pk=event.pk).update(received_at=NOW - ago)


def found_in_events(user):
    return states(event_findings(seen_from_workbench(user, NOW)))


def test_nothing_seen_yet(boss):
    assert found_in_events(boss) == {"last-event": "fail", "application": "warn"}


def test_silence_since_yesterday(boss):
    make_event(boss, ago=timedelta(hours=25))
    assert found_in_events(boss)["last-event"] == "warn"


def test_all_is_well(boss, settings):
    settings.TCCC_SDK_APP_ID = ["1400000001"]
    make_event(boss)
    assert set(found_in_events(boss).values()) == {"ok"}


def test_another_application(boss, settings):
    make_event(boss)
    assert found_in_events(boss)["application"] == "warn"
    settings.TCCC_SDK_APP_ID = ["1400000002"]
    assert found_in_events(boss)["application"] == "fail"
    make_event(boss, app="1400000002")
    assert found_in_events(boss)["application"] == "warn"


def test_failed_and_unreadable_events(boss):
    make_event(boss, outcome="failed")
    make_event(boss, outcome="unreadable")
    found = found_in_events(boss)
    assert (found["failed"], found["unreadable"]) == ("fail", "warn")
    assert "outcomes" not in found


def test_missing_parameters(boss):
    make_event(boss, pairs=[["mobile", "138"]])
    assert found_in_events(boss)["parameters"] == "warn"
    PopEvent.objects.update(pairs=[["status", "100"]])
    assert found_in_events(boss)["parameters"] == "fail"


def test_counts_by_hour_and_application(boss):
    for ago in (1, 2, 65, 60 * 23 + 59, 60 * 25):
        make_event(boss, ago=timedelta(minutes=ago))
    make_event(boss, ago=timedelta(minutes=1), outcome="moved", app="")
    seen = seen_from_workbench(boss, NOW)
    assert len(seen.hours) == 24
    assert {hour.starts.minute for hour in seen.hours} == {0}
    assert seen.hours[-1].starts <= NOW < seen.hours[-1].starts + timedelta(hours=1)
    # Of the oldest hour a part lies before the chart's first full one.
    assert sum(hour.pops for hour in seen.hours) in {3, 4}
    assert sum(hour.events - hour.pops for hour in seen.hours) == 1
    assert [(app.sdk_app_id, app.count) for app in seen.applications] == [
        ("1400000001", 5),
        ("", 1),
    ]
    assert (seen.events, seen.outcomes) == (5, {"opened": 4, "moved": 1})


def test_only_names_of_parameters_are_shown(site, boss):
    make_event(boss, pairs=[["MOBILE", "13800138000"], ["13900139000", ""], ["extra", "secret"]])
    html = site.get("/setup/", secure=True).content.decode()
    for text in ("mobile</code> 1", "extra</code> 1"):
        assert text in html
    for text in ("13800138000", "13900139000", "secret"):
        assert text not in html


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/setup/", "/setup/seats/", "/setup/users/1/"])
@pytest.mark.parametrize("role", ["agent", "supervisor", ""])
def test_for_administrators_only(client, db, path, role):
    assert client.get(path, secure=True)["Location"].startswith("/sign-in/")
    client.force_login(make_user("li", role))
    assert client.get(path, secure=True).status_code == 403
    assert 'href="/setup/"' not in client.get("/follow-ups/", secure=True).content.decode()


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_writes_are_for_administrators_only(client, db, role):
    user = make_user("li", role)
    wish = ask_for_seat(user, "wang@c.cn")
    other = make_user("zhao", "agent")
    client.force_login(user)
    for path, data in [
        (f"/setup/requests/{wish.pk}/", {"decision": "approve"}),
        ("/setup/seats/bind/", {"email": "wang@c.cn", "user": user.pk}),
        ("/setup/seats/", {"people": "new@c.cn", "action": "create"}),
        (f"/setup/users/{other.pk}/", {"action": "deactivate"}),
    ]:
        assert client.post(path, data, secure=True).status_code == 403
    assert not AgentSeat.objects.exists()
    assert get_user_model().objects.filter(is_active=True).count() == 2


def test_the_address_comes_from_the_request(site, settings):
    settings.ALLOWED_HOSTS = ["inside.example"]
    answer = site.get("/setup/", secure=True, headers={"Host": "inside.example:8443"})
    html = answer.content.decode()
    assert 'value="https://inside.example:8443/pop/"' in html
    assert 'href="/setup/" aria-current="page"' in html
    assert answer["X-Frame-Options"] == "DENY"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_the_number_of_queries_does_not_grow(site, boss):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            site.get("/setup/", secure=True)
        return len(caught)

    def call(name):
        user = make_user(name, "agent")
        ask_for_seat(user, f"{name}@c.cn")
        make_event(user)
        make_leg(f"{name}@c.cn", user)

    call("first")
    # The first look stores the token of the forms in the session.
    queries()
    before = queries()
    for name in ("second", "third", "fourth"):
        call(name)
    assert queries() == before
    assert before <= 15


# --- seats --------------------------------------------------------------------------------------------------------


def make_leg(email, user=None, despite=""):
    interaction = Interaction.objects.create()
    return Leg.objects.create(
        interaction=interaction, agent_email=email, user=user, recorded_despite=despite
    )


def finding_states(site):
    html = site.get("/setup/", secure=True).content.decode()
    return html, dict(re.findall(r'data-finding="([\w-]+)" data-state="(\w+)"', html))


def test_unbound_seats_and_binding_one(site):
    agent = make_user("wang", "agent")
    make_leg("wang@c.cn", agent)
    html, found = finding_states(site)
    assert (found["unbound"], 'data-unbound="wang@c.cn"' in html) == ("warn", True)
    site.post("/setup/seats/bind/", {"email": "wang@c.cn", "user": agent.pk}, secure=True)
    assert AgentSeat.objects.get(email="wang@c.cn").user == agent
    request = SeatRequest.objects.select_related("decided_by").get()
    assert (request.granted, str(request.decided_by)) == (True, "boss")
    html, found = finding_states(site)
    assert (found["seats"], "data-unbound" in html) == ("ok", False)


def test_a_seat_that_was_bound_meanwhile_stays(site):
    owner, other = make_user("wang", "agent"), make_user("li", "agent")
    AgentSeat.objects.create(email="wang@c.cn", user=owner)
    site.post("/setup/seats/bind/", {"email": "wang@c.cn", "user": other.pk}, secure=True)
    assert AgentSeat.objects.get().user == owner


def test_mismatches(site):
    owner, other = make_user("wang", "agent"), make_user("li", "agent")
    AgentSeat.objects.create(email="wang@c.cn", user=owner)
    make_leg("wang@c.cn", owner)
    html, found = finding_states(site)
    assert ("data-mismatch" in html, found["seats"]) == (False, "ok")
    make_leg("wang@c.cn", other, "wang@c.cn")
    make_leg("wang@c.cn")
    html, found = finding_states(site)
    assert (html.count('data-mismatch="wang@c.cn"'), found["mismatches"]) == (2, "warn")
    Interaction.objects.update(started_at=timezone.now() - timedelta(days=8))
    assert "data-mismatch" not in finding_states(site)[0]


@pytest.mark.parametrize(("decision", "granted"), [("approve", True), ("refuse", False)])
def test_requests_are_decided_once(site, boss, decision, granted):
    agent = make_user("wang", "agent")
    wish = ask_for_seat(agent, "wang@c.cn")
    assert f'data-request="{wish.pk}"' in finding_states(site)[0]
    site.post(f"/setup/requests/{wish.pk}/", {"decision": decision}, secure=True)
    wish.refresh_from_db()
    assert (wish.granted, wish.decided_by) == (granted, boss)
    assert AgentSeat.objects.filter(user=agent).exists() is granted
    again = "refuse" if granted else "approve"
    site.post(f"/setup/requests/{wish.pk}/", {"decision": again}, secure=True)
    wish.refresh_from_db()
    assert wish.granted is granted
    assert "data-request" not in finding_states(site)[0]


def test_a_decision_must_be_one(site):
    wish = ask_for_seat(make_user("wang", "agent"), "wang@c.cn")
    site.post(f"/setup/requests/{wish.pk}/", {"decision": "maybe"}, secure=True)
    wish.refresh_from_db()
    assert wish.granted is None
